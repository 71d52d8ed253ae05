//! Attempts at several addresses of which the first that succeeds is enough (RFC 8305 §5).
//!
//! While nothing is open the next address is tried a little after the one before, without waiting for what
//! comes of that; the first connection ends the race.

use alloc::vec::Vec;

use super::Origin;
use crate::action::Action;
use crate::connection::{Connection, ConnectionId};

impl<A: Clone + PartialEq> Origin<A> {
    /// Says whether there is a connection that takes requests, now or when its peer can.
    pub(super) fn has_open(&self) -> bool {
        self.connections.values().any(Connection::is_open)
    }

    /// Calls off what was begun besides `winner`, but what requests wait for that it cannot take.
    pub(super) fn end_race(&mut self, winner: ConnectionId) {
        let active = self.connections.values().filter(|its| !its.is_retiring());
        let settled = active.filter(|its| !its.is_racing()).count();
        let space = self.config.per_origin.saturating_sub(settled);
        let each = self.assumed() as usize;
        let wanted = self.waiting.ready_len().div_ceil(each).min(space);
        let racing = self
            .connections
            .iter_mut()
            .filter(|(_, its)| its.is_racing());
        let mut others = Vec::new();
        for (place, (id, connection)) in racing.enumerate() {
            if place < wanted {
                connection.is_wanted();
            } else {
                others.push((*id, connection.endpoint));
            }
        }
        for (id, endpoint) in others {
            self.connections.remove(&id);
            self.total.overtaken += 1;
            self.actions.push_back(Action::Close { connection: id });
            // It had a start, and was slower.
            if let Some(endpoint) = self.names.get_mut(endpoint).filter(|_| id < winner) {
                endpoint.overtaken();
            }
        }
    }
}
