//! An answer that is whole while the request still runs (RFC 9113 §8.1).
//!
//! A server that has answered in full may read on, or not: only it knows. What a client sends after a
//! response other than 2xx is of no use, and it is not sent. After 2xx it is, as long as the server
//! takes it (see `progress.rs`) and the application does not let go of the stream. The answer is never
//! lost. A tunnel ends in each direction on its own, and is left alone (RFC 9113 §8.5).

use frame::ErrorCode;

use super::{Core, StreamMut};
use crate::role::{Role, Side};
use crate::stream::{Key, Next, State, Step, Stream};

impl<R: Role> StreamMut<'_, R> {
    /// Sends no more of a request whose answer is whole, for nobody is left who cares: the server
    /// learns of it by RST_STREAM(CANCEL), and the stream finishes well (RFC 9113 §8.1). Does nothing
    /// where the answer is not whole, or the request is, in a tunnel, and at a server.
    pub fn end_upload(&mut self) {
        if self.core.side == Side::Client {
            self.core.end_upload(self.key);
        }
    }
}

impl Core {
    /// The peer's message on this stream is whole: a client that still sends stops, unless the
    /// response is a success.
    pub(super) fn end_upload_if_answered(&mut self, key: Key) {
        let stream = self.streams.store.get(key);
        let may_end = !self.config.stand_in.keep_uploads;
        if may_end && stream.is_some_and(|stream| stream.status >= 300) {
            self.end_upload(key);
        }
    }

    /// Ends a request that is not whole on the wire, though its answer is.
    pub(super) fn end_upload(&mut self, key: Key) {
        if !self.is_uploading(key) {
            return;
        }
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        if stream.send(Step::RstStream).is_err() {
            return;
        }
        stream.outbox.clear(&mut self.streams.queued);
        let id = stream.id;
        self.queue_reset(id, ErrorCode::CANCEL, true);
        self.finish(key, Ok(()));
    }

    /// Says whether a request of ours is not whole on the wire, though its answer is. One that lacks
    /// but its end needs no window, and ends at once by itself.
    pub(super) fn is_uploading(&self, key: Key) -> bool {
        let stream = self.streams.store.get(key);
        let stream = stream.filter(|_| self.side == Side::Client);
        stream.is_some_and(|stream| {
            stream.state() == State::HalfClosedRemote
                && !stream.is_connect
                && stream.outbox.next(&self.streams.queued) != Some(Next::End)
        })
    }

    /// Our message on this stream is whole on the wire: a server that did not succeed takes no more
    /// of the request (RFC 9113 §8.1).
    pub(super) fn stop_if_answered(&mut self, key: Key) {
        let may_stop_by_itself = self.side == Side::Server && !self.config.stand_in.keep_uploads;
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        if !may_stop_by_itself || !may_stop(stream) || stream.send(Step::RstStream).is_err() {
            return;
        }
        let id = stream.id;
        self.queue_reset(id, ErrorCode::NO_ERROR, true);
        self.finish(key, Ok(()));
        // Whoever reads the request learns that no more of it comes.
        self.notify(key, |pending| &mut pending.readable);
    }
}

fn may_stop(stream: &Stream) -> bool {
    stream.state() == State::HalfClosedLocal && stream.status >= 300 && !stream.is_connect
}
