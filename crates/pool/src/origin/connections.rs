//! Connections open, say their limits, and end.

use core::time::Duration;

use super::Origin;
use crate::action::{Action, ConnectFailure, GoAway};
use crate::connection::{ConnectionId, Stall};
use crate::endpoint::{EndpointId, between};
use crate::error::Failure;

/// By how much PINGs become rarer at most.
const SLOWEST: u32 = 64;

impl<A: Clone + PartialEq> Origin<A> {
    /// A connection is made.
    pub fn opened(&mut self, id: ConnectionId) {
        let ends_at = self.ends_at();
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let endpoint = connection.endpoint;
        if let Some(took) = connection.open(self.now, ends_at) {
            self.connect_time = (self.connect_time * 7 + took) / 8;
        }
        if let Some(endpoint) = self.names.get_mut(endpoint) {
            endpoint.opened();
        }
        self.give();
        self.end_race(id);
        self.settle();
    }

    /// When a connection that is made now retires.
    fn ends_at(&mut self) -> Duration {
        let Some(limit) = self.config.max_age else {
            return Duration::MAX;
        };
        let limit = between(&mut self.rng, limit / 10 * 9, limit);
        self.now.saturating_add(limit)
    }

    /// A connection could not be made.
    pub fn connect_failed(&mut self, id: ConnectionId, failure: ConnectFailure) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        self.count_failed(connection.endpoint);
        if failure == ConnectFailure::Protocol && self.connections.is_empty() {
            let ready: alloc::vec::Vec<_> = self.waiting.ready().map(|(id, _)| id).collect();
            for id in ready {
                self.fail(id, Failure::Protocol);
            }
        }
        self.settle();
    }

    /// Puts the next attempt at an address off.
    pub(super) fn count_failed(&mut self, id: EndpointId) {
        self.total.connects_failed += 1;
        if let Some(endpoint) = self.names.get_mut(id) {
            endpoint.connect_failed(self.now, &self.config, &mut self.rng);
        }
    }

    /// The peer said how many streams it allows (RFC 9113 §5.1.2); without a limit, `u32::MAX`.
    pub fn announced(&mut self, id: ConnectionId, streams: u32) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.announced(streams);
            self.last_limit = Some(streams);
        }
        self.settle();
    }

    /// The peer sends no more answers to new requests (RFC 9113 §6.8). Requests that it did not process
    /// are reported by [`finished`](Self::finished).
    pub fn going_away(&mut self, id: ConnectionId, reason: GoAway) {
        let Some(connection) = self.connections.get(&id) else {
            return;
        };
        let (endpoint, served) = (connection.endpoint, connection.answered());
        if reason == GoAway::Calm {
            self.slower = (self.slower * 2).min(SLOWEST);
        }
        if !connection.is_retiring() && served == 0 {
            // A connection that serves nothing is no better than none: no haste to make the next.
            self.count_failed(endpoint);
        }
        self.retire(id);
        self.settle();
    }

    /// The peer's ORIGIN does not name this origin (RFC 8336 §2.4): the connection takes no more
    /// requests.
    pub fn excluded(&mut self, id: ConnectionId) {
        self.retire(id);
        self.settle();
    }

    /// Octets came, an answer to a PING among them.
    pub fn heard(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let was_late = connection.is_late(self.now, &self.config);
        connection.heard(self.now);
        if was_late {
            self.settle();
        }
    }

    /// Something that all streams of a connection share holds it up, or nothing does any more.
    pub fn stalled(&mut self, id: ConnectionId, cause: Option<Stall>) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.stalled(cause, self.now);
        }
        self.settle();
    }

    /// A connection has ended. Requests that ran on it are reported by [`finished`](Self::finished).
    pub fn closed(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.remove(&id) else {
            return;
        };
        if connection.answered() == 0 && !connection.is_retiring() {
            self.count_failed(connection.endpoint);
        }
        self.settle();
    }

    /// Gives a connection no more requests.
    pub(super) fn retire(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        let is_first = connection.retire();
        if !self.close_if_done(id) && is_first {
            self.actions.push_back(Action::Retire { connection: id });
        }
    }

    /// Closes a connection that has finished what it had. Says whether it did.
    pub(super) fn close_if_done(&mut self, id: ConnectionId) -> bool {
        let is_done = self.connections.get(&id).is_some_and(|its| its.is_done());
        if is_done {
            self.connections.remove(&id);
            self.actions.push_back(Action::Close { connection: id });
        }
        is_done
    }
}
