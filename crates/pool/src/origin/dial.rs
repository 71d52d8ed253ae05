//! When another connection is made, and where to.

use core::time::Duration;

use super::Origin;
use crate::action::Action;
use crate::connection::{Connection, ConnectionId};
use crate::endpoint::{Endpoint, EndpointId};
use crate::names::Named;

impl<A: Clone + PartialEq> Origin<A> {
    /// Makes the connections that are wanted and allowed.
    pub(super) fn dial(&mut self) {
        while self.wants_connection() {
            let Some((endpoint, address)) = self.pick() else {
                return;
            };
            let id = ConnectionId(self.next_connection);
            self.next_connection += 1;
            let races = !self.has_open() && !self.wants_spread();
            self.connections
                .insert(id, Connection::new(endpoint, self.now, races));
            self.total.connects += 1;
            self.actions.push_back(Action::Connect {
                connection: id,
                address,
            });
        }
    }

    /// Says whether another connection is worth making now.
    fn wants_connection(&self) -> bool {
        self.wants_spread()
            || self.wants_fresh()
            || self.spills_at().is_some_and(|at| at <= self.now)
    }

    /// When requests have waited for long enough to make another connection; `None` if none wait, or
    /// enough is under way for them.
    pub(super) fn spills_at(&self) -> Option<Duration> {
        let (_, longest) = self.waiting.ready().next()?;
        let newest = self
            .connections
            .values()
            .filter_map(Connection::connecting_since)
            .max();
        let is_usable = |its: &Connection| its.is_open() && !its.is_late(self.now, &self.config);
        if !self.connections.values().any(is_usable) {
            // RFC 8305 §5: the next address is tried before the one before has failed.
            return Some(newest.map_or(self.now, |at| at + self.config.attempt_delay));
        }
        let dials = self
            .connections
            .values()
            .filter_map(Connection::connecting_since)
            .count();
        let promised = dials.saturating_mul(self.assumed() as usize);
        // To wait is cheaper than to connect, up to the time that connecting takes.
        let at = longest.since.saturating_add(self.connect_time);
        (promised < self.waiting.ready_len()).then_some(at)
    }

    /// Says whether fewer addresses are connected to than requests are to be spread over.
    fn wants_spread(&self) -> bool {
        if self.config.spread < 2 || (self.running.is_empty() && self.waiting.ready_len() == 0) {
            return false;
        }
        let has_one = |named: &&Named<A>| self.connected_to(named.id) > 0;
        self.names.iter().filter(has_one).count() < self.config.spread
            && self
                .pick()
                .is_some_and(|(id, _)| self.connected_to(id) == 0)
    }

    /// Says whether a request waits for a connection that is newer than all there are.
    fn wants_fresh(&self) -> bool {
        let newest = self
            .connections
            .iter()
            .rev()
            .find(|(_, its)| !its.is_retiring());
        let newest = newest.map(|(id, _)| *id);
        self.waiting.particular().any(|(_, entry)| {
            entry
                .newer_than
                .is_some_and(|than| newest.is_none_or(|id| id <= than))
        })
    }

    /// Says whether another connection may be made now, were one wanted.
    pub(super) fn may_connect(&self) -> bool {
        self.pick().is_some()
    }

    pub(super) fn is_connecting(&self) -> bool {
        self.connections
            .values()
            .any(|its| its.connecting_since().is_some())
    }

    /// How many connections to an address take requests, or will.
    fn connected_to(&self, endpoint: EndpointId) -> usize {
        let to_it = |its: &&Connection| its.endpoint == endpoint && !its.is_retiring();
        self.connections.values().filter(to_it).count()
    }

    /// The address to connect to: one with the fewest connections, that did not fail, in the order of
    /// the resolver.
    fn pick(&self) -> Option<(EndpointId, A)> {
        if !self.has_space() {
            return None;
        }
        let avoids = self
            .waiting
            .ready()
            .next()
            .and_then(|(_, entry)| entry.avoids);
        let open = |named: &&Named<A>| self.may_dial(named);
        let best = self.names.iter().filter(open).min_by_key(|named| {
            let is_ejected = named.endpoint.ejected_until(self.now).is_some();
            let is_avoided = Some(named.id) == avoids;
            let count = self.connected_to(named.id);
            (is_ejected, is_avoided, count, named.endpoint.rank())
        })?;
        Some((best.id, best.address.clone()))
    }

    /// Says whether there are fewer connections than may be. Attempts of which one will be left are not
    /// counted: there is one an address, and another only after a while.
    fn has_space(&self) -> bool {
        let (all, most) = (self.connections.len(), self.config.per_origin);
        let is_retiring = |its: &&Connection| its.is_retiring();
        let retiring = self.connections.values().filter(is_retiring).count();
        let active = if self.has_open() { all - retiring } else { 0 };
        active < most && active + retiring < most.saturating_mul(2)
    }

    fn may_dial(&self, named: &Named<A>) -> bool {
        let to_it = || {
            self.connections
                .values()
                .filter(|its| its.endpoint == named.id)
        };
        let is_dialing = to_it().any(|its| its.connecting_since().is_some());
        let most = self.config.per_address;
        named.endpoint.dial_at() <= self.now
            && !is_dialing
            && to_it().count() < most.saturating_mul(2)
            && self.connected_to(named.id) < most
    }

    /// When an address may be connected to that may not now.
    pub(super) fn next_dial(&self) -> Option<Duration> {
        let times = self.names.iter().map(|named| named.endpoint.dial_at());
        times.filter(|at| *at > self.now).min()
    }

    /// Says whether nothing is open or being made, and the latest attempt at every address failed.
    pub(super) fn is_down(&self) -> bool {
        let is_hope = |its: &Connection| !its.is_retiring();
        !self.connections.values().any(is_hope) && (self.names.has_failed() || self.all_down())
    }

    fn all_down(&self) -> bool {
        let mut endpoints = self.names.iter().map(|named| &named.endpoint).peekable();
        endpoints.peek().is_some() && endpoints.all(Endpoint::is_down)
    }
}
