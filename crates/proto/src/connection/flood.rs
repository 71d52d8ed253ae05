//! How a connection ends whose peer has spent a budget: what was begun may finish (RFC 9113 §10.5).

use alloc::string::ToString;
use alloc::vec::Vec;

use super::Core;
use crate::error::{ConnectionError, StreamError};
use crate::stream::{Key, Stream};
use crate::violation::Limit;

impl Core {
    /// Ends the connection because a budget is spent, at once or when what was begun has finished.
    pub(super) fn end_spent(&mut self, limit: Limit) {
        if limit.lets_finish() {
            self.end_flood(limit);
        } else {
            self.fail_for(limit);
        }
    }

    /// Ends the connection because of what the peer did too often: it opens no more streams, what
    /// waited is refused, and what was started has a while to finish.
    fn end_flood(&mut self, limit: Limit) {
        if !self.shared.life.begin_flood(limit) {
            return;
        }
        self.shared.show_fault(limit.into());
        self.refuse_waiting();
        self.drop_unsent();
        let shared = &mut self.shared;
        let last = shared.life.name_last(shared.streams.highest_of_peer());
        let (_, code) = limit.scope_and_code();
        shared.queue_goaway(last, code, limit.to_string());
        shared.close_if_done();
    }

    /// The time for what was started is up.
    pub(super) fn end_flooded(&mut self) {
        if let Some(limit) = self.shared.life.flood() {
            // GOAWAY is said already.
            self.end(Err(ConnectionError::Violation(limit.into())), None);
        }
    }

    /// Streams of ours that were not opened yet never will be.
    fn drop_unsent(&mut self) {
        let store = &self.store;
        let is_unsent = |key: &Key| store.get(*key).is_some_and(Stream::is_unopened);
        let unsent: Vec<Key> = store.keys().filter(is_unsent).collect();
        for key in unsent {
            self.act(key, |shared, stream| {
                shared.finish(stream, Err(StreamError::Unsent));
            });
        }
    }
}
