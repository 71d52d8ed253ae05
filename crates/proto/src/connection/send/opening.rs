//! HEADERS that open streams: in the order of their identifiers, and as many as the peer takes
//! (RFC 9113 §5.1.1, RFC 9113 §5.1.2).

use frame::StreamId;

use crate::connection::Core;
use crate::role::Side;
use crate::stream::{Key, Queued, State};

impl Core {
    /// Opens the next stream, if one waits and the peer lets us.
    pub(super) fn send_opening(&mut self) -> bool {
        if self.life.is_over() {
            return false;
        }
        let Some(key) = self.next_opening() else {
            return false;
        };
        // RFC 9113 §5.1.2: a stream above the peer's limit would be refused; it waits instead. One
        // that is only promised does not count.
        if self.side == Side::Client && !(self.may_activate() && self.has_room_for_request()) {
            return false;
        }
        if self.side == Side::Client {
            // Before it: what the server answers must find the connection's window open.
            self.widen_for_request();
            self.send_connection_credit();
        }
        self.outbound.openings.pop_front();
        let streams = &mut self.streams;
        let Some(stream) = streams.store.get_mut(key) else {
            return true;
        };
        let id = stream.id;
        let Some(piece) = stream.outbox.take_fields(&mut streams.queued) else {
            return true;
        };
        match piece {
            Queued::Promise(parent, section) => self.send_promise(key, parent, section),
            piece => {
                self.send_priority_of_idle(key);
                self.open_share(key);
                self.send_fields(key, id, piece);
                self.send_priority(key);
            }
        }
        // What the message carries besides waits for its turn like all content.
        self.give_turn(key);
        self.note_sent(key);
        true
    }

    /// Says whether the peer takes one more stream of ours.
    pub(in crate::connection) fn may_activate(&self) -> bool {
        self.streams.local.active < self.max_local_streams()
    }

    /// The first stream that is still to be opened; those that were taken back are passed over.
    ///
    /// One that holds its head back waits, unless another that does not comes after it: the
    /// identifiers must leave in order.
    fn next_opening(&mut self) -> Option<Key> {
        loop {
            let id = *self.outbound.openings.front()?;
            if let Some(key) = self.idle(id) {
                return self.is_any_uncorked().then_some(key);
            }
            self.outbound.openings.pop_front();
        }
    }

    /// The stream, if it is still to be opened.
    pub(in crate::connection) fn idle(&self, id: StreamId) -> Option<Key> {
        let key = self.streams.store.find(id)?;
        let stream = self.streams.store.get(key)?;
        (stream.state() == State::Idle && stream.result.is_none()).then_some(key)
    }

    fn is_any_uncorked(&self) -> bool {
        let store = &self.streams.store;
        let mut openings = self
            .outbound
            .openings
            .iter()
            .filter_map(|id| self.idle(*id));
        openings.any(|key| store.get(key).is_some_and(|stream| !stream.corked))
    }
}
