//! Which connection takes a request: of two at random the one that costs less.
//!
//! Always to take the least loaded would send all that comes between two answers to the same one, and
//! a server that fails fast is the least loaded of all.

use super::Origin;
use crate::action::Action;
use crate::connection::{Connection, ConnectionId};
use crate::waiting::Entry;

use super::Running;

/// How much is asked of a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It has capacity.
    Capacity,
    /// It is not held up by a cause that all of its streams share.
    Moves,
    /// It goes to another address than the one where the request failed.
    Elsewhere,
}

impl<A: Clone + PartialEq> Origin<A> {
    /// Gives requests to connections, the longest waiting first.
    pub(super) fn give(&mut self) {
        while let Some((request, connection)) = self.next_pair() {
            let Some(entry) = self.waiting.remove(request) else {
                return;
            };
            let entry = Entry {
                attempts: entry.attempts + 1,
                ..entry
            };
            let was_last = self
                .connections
                .get_mut(&connection)
                .is_some_and(|its| its.sent(self.now, self.config.streams));
            let running = Running {
                entry,
                connection,
                sent: self.now,
                is_answered: false,
            };
            self.running.insert(request, running);
            self.surplus.running(self.running.len());
            self.total.sent += 1;
            self.actions.push_back(Action::Send {
                request,
                connection,
            });
            if was_last {
                self.retire(connection);
            }
        }
    }

    fn next_pair(&mut self) -> Option<(crate::RequestId, ConnectionId)> {
        let mut next = self.waiting.next();
        let pair = next.find_map(|(id, entry)| Some((id, entry.clone(), self.fit(entry)?)));
        drop(next);
        let (id, entry, fit) = pair?;
        Some((id, self.choose(&entry, fit)?))
    }

    /// The most that can be asked of a connection for this request.
    fn fit(&self, entry: &Entry) -> Option<Fit> {
        let has = |fit| self.fitting(entry, fit).next().is_some();
        if has(Fit::Elsewhere) {
            Some(Fit::Elsewhere)
        } else if has(Fit::Moves) {
            Some(Fit::Moves)
        } else {
            // Held up is better than not at all, where no other connection comes.
            let is_last = || !self.is_connecting() && !self.may_connect();
            (has(Fit::Capacity) && is_last()).then_some(Fit::Capacity)
        }
    }

    /// The connections that fit.
    fn fitting(
        &self,
        entry: &Entry,
        fit: Fit,
    ) -> impl Iterator<Item = (ConnectionId, &Connection)> {
        let (assumed, newer_than, avoids) = (self.assumed(), entry.newer_than, entry.avoids);
        let with_ejected = self.only_ejected();
        self.connections
            .iter()
            .map(|(id, connection)| (*id, connection))
            .filter(move |(id, its)| {
                its.has_capacity(assumed)
                    && !its.is_late(self.now, &self.config)
                    && newer_than.is_none_or(|than| *id > than)
                    && (with_ejected || !self.is_ejected(its))
                    && (fit < Fit::Moves || !self.is_held_up(its))
                    && (fit < Fit::Elsewhere || Some(its.endpoint) != avoids)
            })
    }

    /// Says whether every connection that is there or comes goes to an address that was ejected: then
    /// that is ignored.
    fn only_ejected(&self) -> bool {
        let mut of_use = self.connections.values().filter(|its| !its.is_retiring());
        of_use.all(|its| self.is_ejected(its) || its.is_late(self.now, &self.config))
    }

    fn is_ejected(&self, connection: &Connection) -> bool {
        let endpoint = self.names.get(connection.endpoint);
        endpoint.is_some_and(|its| its.ejected_until(self.now).is_some())
    }

    /// Says whether something that all of its streams share holds it up for longer than another
    /// connection would take.
    pub(super) fn is_held_up(&self, connection: &Connection) -> bool {
        let stalled = connection.stalled_for(self.now);
        stalled.is_some_and(|time| time >= self.connect_time)
    }

    fn choose(&mut self, entry: &Entry, fit: Fit) -> Option<ConnectionId> {
        let count = self.fitting(entry, fit).count();
        let first = self.rng.usize(0..count.max(1));
        let second = self.rng.usize(0..count.saturating_sub(1).max(1));
        let second = second + usize::from(second >= first && count > 1);
        let prefers_second = self.rng.bool();
        let cost = |place: usize| {
            let (id, connection) = self.fitting(entry, fit).nth(place)?;
            let endpoint = self.names.get(connection.endpoint);
            let each = endpoint.map_or(u64::MAX, |its| its.cost(self.now));
            Some((each.saturating_mul(u64::from(connection.running()) + 1), id))
        };
        let (one, other) = (cost(first)?, cost(second).or_else(|| cost(first))?);
        let takes_second = other.0 < one.0 || (other.0 == one.0 && prefers_second);
        Some(if takes_second { other.1 } else { one.1 })
    }
}
