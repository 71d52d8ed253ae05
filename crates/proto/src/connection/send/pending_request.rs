//! HEADERS that open streams: in the order of their identifiers, and as many as the peer takes
//! (RFC 9113 §5.1.1, RFC 9113 §5.1.2).

use crate::connection::{Core, Shared};
use crate::error::StreamError;
use crate::role::Side;
use crate::stream::{Queued, Stream};

impl Core {
    /// Opens the next stream, if one waits and the peer lets us.
    ///
    /// One that holds its head back waits, unless another that does not comes after it: the
    /// identifiers must leave in order.
    pub(super) fn send_pending_request(&mut self) -> bool {
        if self.shared.life.is_over() {
            return false;
        }
        let Some(key) = self.shared.streams.first_pending_request() else {
            return false;
        };
        let Some(mut stream) = self.store.get_mut(key) else {
            debug_assert!(false, "a stream that left and waits to be opened");
            self.shared.streams.opened();
            return true;
        };
        if stream.is_corked() {
            match self.is_any_uncorked().then(|| self.store.get_mut(key)) {
                Some(Some(corked)) => stream = corked,
                _ => return false,
            }
        }
        if self.shared.side == Side::Client {
            if self.shared.streams.waits_for_settings(stream.id()) {
                if !self.shared.peer_settings.is_known() {
                    return false;
                }
                if !self.shared.knows_extended_connect() {
                    let refuse = |shared: &mut Shared, stream: &mut Stream| {
                        shared.finish(stream, Err(StreamError::Unsent));
                    };
                    return self.act(key, refuse).is_some();
                }
            }
            if !self.shared.may_request() {
                return false;
            }
        }
        self.shared.streams.opened();
        match self.shared.streams.take_fields(stream) {
            Some(Queued::Promise(parent, section)) => {
                let is_possible = self.may_promise(parent);
                self.act(key, |shared, stream| {
                    shared.send_promise(stream, is_possible.then_some(parent), section);
                    shared.opened(stream);
                });
            }
            Some(piece) => {
                self.shared.send_request(stream, piece);
                let has_left = self.shared.take_left(stream);
                self.settle(has_left);
            }
            None => debug_assert!(false, "nothing to open a stream with"),
        }
        true
    }

    fn is_any_uncorked(&self) -> bool {
        let pending_requests = self.shared.streams.pending_requests();
        let mut pending_requests = pending_requests.filter_map(|key| self.store.get(key));
        pending_requests.any(|stream| !stream.is_corked())
    }
}

impl Shared {
    /// Makes space for one more request, and says whether there is.
    ///
    /// RFC 9113 §5.1.2: a stream above the peer's limit would be refused; it waits instead. One that
    /// is only promised does not count.
    fn may_request(&mut self) -> bool {
        if !self.may_activate() || !self.has_capacity_for_request() {
            return false;
        }
        // Before it: what the server answers must find the connection's window open.
        self.widen_for_request();
        self.send_connection_credit();
        true
    }

    /// Says whether the peer takes one more stream of ours.
    pub(in crate::connection) fn may_activate(&self) -> bool {
        self.streams.active_local() < self.max_local_streams()
    }

    fn send_request(&mut self, stream: &mut Stream, piece: Queued) {
        self.send_priority_of_idle(stream);
        self.windows.open(stream);
        self.send_fields(stream, piece);
        self.send_priority(stream);
        self.opened(stream);
    }

    /// What the message carries besides waits for its turn like all content.
    fn opened(&mut self, stream: &Stream) {
        self.streams.give_turn(stream);
        self.note_sent(stream);
    }
}
