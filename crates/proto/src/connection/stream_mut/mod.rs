//! What one may do with one stream, for the length of a statement (RFC 9113 §5).

mod recv;
mod send;
mod user_data;

use core::fmt;
use core::marker::PhantomData;

use frame::{ErrorCode, StreamId};

use super::{Core, StreamRef};
use crate::error::{StreamError, UserError};
use crate::role::{Role, Side};
use crate::stream::{Key, Phase, State, Stream};
use crate::violation::Violation;

/// A stream in the hand: what the application has to say about it, and what has arrived.
pub struct StreamMut<'a, R: Role> {
    pub(super) core: &'a mut Core,
    pub(super) key: Key,
    role: PhantomData<R>,
}

impl<'a, R: Role> StreamMut<'a, R> {
    pub(super) fn new(core: &'a mut Core, id: StreamId) -> Result<Self, UserError> {
        let key = core
            .streams
            .store
            .find(id)
            .ok_or(UserError::UnknownStream)?;
        Ok(Self {
            core,
            key,
            role: PhantomData,
        })
    }

    /// Looks at the stream; `None` once it has left.
    #[must_use]
    pub fn as_ref(&self) -> Option<StreamRef<'_>> {
        Some(StreamRef::new(self.core, self.stream()?))
    }

    /// Ends the stream at once, both ways (RFC 9113 §6.4).
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`] if it is closed already.
    pub fn reset(&mut self, code: ErrorCode) -> Result<(), UserError> {
        self.open()?;
        self.core.drop_inbox(self.key);
        self.core.reset(self.key, code, StreamError::Canceled);
        Ok(())
    }

    /// Asks the peer to send no more: what it has sent, and still sends, is dropped and credited, and
    /// RST_STREAM follows the end of our own message (RFC 9113 §8.1).
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`] if the stream is closed already.
    pub fn stop(&mut self, code: ErrorCode) -> Result<(), UserError> {
        let stream = self.open()?;
        stream.discards = true;
        stream.stop = Some(code);
        self.core.drop_inbox(self.key);
        self.core.stop_if_sent(self.key);
        Ok(())
    }

    /// Drops what has arrived and still arrives of the peer's message, and returns its credit, for
    /// nobody reads it. The stream goes on: our own message is sent, and the peer may end its own.
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`] if the stream is closed already; what has arrived is dropped then,
    /// too.
    pub fn discard(&mut self) -> Result<(), UserError> {
        self.core.drop_inbox(self.key);
        self.open()?.discards = true;
        Ok(())
    }

    /// Lets go of the stream: what has arrived is dropped, no event tells of it any more, and it
    /// leaves when it is closed.
    ///
    /// A response of ours that is whole is still sent. A message of ours that is not, or a response
    /// that has not come, makes this a cancellation; so does, for the rest of it, a request that is
    /// still being sent though its answer is whole (RFC 9113 §8.1).
    pub fn release(mut self) {
        let Some(stream) = self.stream() else { return };
        let is_heard = stream.receiving == Phase::Ended || self.core.side == Side::Server;
        if stream.sending != Phase::Ended || !is_heard {
            // RFC 9113 §8.1.1: a malformed request that nobody answers is an error of its stream.
            let refused = stream
                .refused
                .map(|refusal| Violation::from(refusal).verdict().1);
            // Closed already means that nothing is left to cancel.
            let _ = self.reset(refused.unwrap_or(ErrorCode::CANCEL));
        } else if stream.receiving != Phase::Ended {
            let _ = self.stop(ErrorCode::NO_ERROR);
        } else {
            self.core.end_upload(self.key);
        }
        self.core.release_stream(self.key);
    }

    /// The stream, unless it has left.
    fn stream(&self) -> Option<&Stream> {
        self.core.streams.store.get(self.key)
    }

    /// The stream, if something may still be said on it.
    pub(super) fn open(&mut self) -> Result<&mut Stream, UserError> {
        match self.core.streams.store.get_mut(self.key) {
            Some(stream) if stream.result.is_none() => Ok(stream),
            Some(stream) if stream.is_answered() => Err(UserError::Answered),
            Some(_) => Err(UserError::StreamClosed),
            None => Err(UserError::UnknownStream),
        }
    }
}

impl Core {
    /// Resets a stream whose content nobody wants, once our own message is sent.
    pub(super) fn stop_if_sent(&mut self, key: Key) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        let (id, state, is_asked) = (stream.id, stream.state(), stream.refused.is_none());
        let Some(code) = stream.stop else { return };
        if state == State::HalfClosedLocal && stream.send(crate::stream::Step::RstStream).is_ok() {
            self.queue_reset(id, code, is_asked);
            self.finish(key, Ok(()));
        }
    }
}

impl<R: Role> fmt::Debug for StreamMut<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamMut").field(&self.as_ref()).finish()
    }
}
