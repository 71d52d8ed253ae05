//! Which streams of the peer's the application took on, where it bounds those that are reset before
//! ([`Limits::resets_unaccepted`](crate::Limits::resets_unaccepted)).

use frame::StreamId;

use super::Connection;
use crate::role::{Client, Server};

impl Connection<Server> {
    /// Says that the application took on all requests up to this one that it was notified of, as it
    /// does in the order in which they came. A later one counts from the greatest that has come.
    pub fn accepted(&mut self, last: StreamId) {
        let shared = &mut self.core.shared;
        let last = last.min(shared.streams.highest_of_peer());
        shared.limits.accept_up_to(last);
    }
}

impl Connection<Client> {
    /// Says that the application took on a promise.
    pub fn promise_accepted(&mut self, promised_id: StreamId) {
        self.core.shared.limits.accept(promised_id);
    }

    /// Says that the server reset a promised stream before the application took on the promise. One
    /// too many ends the connection.
    pub fn promise_withdrawn(&mut self, promised_id: StreamId) {
        let core = &mut self.core;
        if let Err(limit) = core.shared.limits.unaccepted_reset(promised_id) {
            core.end_spent(limit);
        }
    }
}
