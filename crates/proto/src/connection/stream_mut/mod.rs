//! What one may do with one stream, for the length of a statement (RFC 9113 §5).

mod recv;
mod send;
mod server;
mod user_data;

use core::fmt;
use core::marker::PhantomData;

use frame::{ErrorCode, StreamId};

use super::{Core, Shared, StreamRef};
use crate::error::{StreamError, UserError};
use crate::role::{Role, Side};
use crate::stream::{Key, Phase, Stream};
use crate::violation::Violation;

/// A stream in the hand: what the application has to say about it, and what has arrived.
pub struct StreamMut<'a, R: Role> {
    core: &'a mut Core,
    key: Key,
    role: PhantomData<R>,
}

impl<'a, R: Role> StreamMut<'a, R> {
    pub(super) fn new(core: &'a mut Core, id: StreamId) -> Result<Self, UserError> {
        let key = core.store.find(id).ok_or(UserError::UnknownStream)?;
        Ok(Self {
            core,
            key,
            role: PhantomData,
        })
    }

    /// Looks at the stream; `None` once it has left.
    #[must_use]
    pub fn as_ref(&self) -> Option<StreamRef<'_>> {
        Some(StreamRef::new(&self.core.shared, self.stream()?))
    }

    /// Ends the stream at once, both ways (RFC 9113 §6.4).
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`] if it is closed already.
    #[doc(alias("send_reset", "nghttp2_submit_rst_stream"))]
    pub fn reset(&mut self, code: ErrorCode) -> Result<(), UserError> {
        self.parts()?;
        self.act(|shared, stream| {
            shared.drop_inbox(stream);
            shared.reset(stream, code, StreamError::Canceled);
        });
        Ok(())
    }

    /// Asks the peer to send no more: what it has sent, and still sends, is dropped and credited, and
    /// RST_STREAM follows the end of our own message (RFC 9113 §8.1).
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`] if the stream is closed already.
    pub fn stop(&mut self, code: ErrorCode) -> Result<(), UserError> {
        self.parts()?;
        self.act(|shared, stream| {
            stream.stop(code);
            shared.drop_inbox(stream);
            shared.stop_if_sent(stream);
        });
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
        self.act(Shared::drop_inbox);
        self.parts()?.0.discard();
        Ok(())
    }

    /// Releases the stream: what has arrived is dropped, no event tells of it any more, and it
    /// leaves when it is closed.
    ///
    /// A response of ours that is whole is still sent. A message of ours that is not, or a response
    /// that has not come, makes this a cancellation; so does, for the rest of it, a request that is
    /// still being sent though its answer is whole (RFC 9113 §8.1).
    pub fn release(mut self) {
        let Some(stream) = self.stream() else { return };
        let is_received = stream.receiving() == Phase::Ended;
        let is_heard = is_received || R::SIDE == Side::Server;
        if !stream.is_said() || !is_heard {
            // RFC 9113 §8.1.1: a malformed request that nobody answers is an error of its stream.
            let refused = stream
                .refusal()
                .map(|refusal| Violation::from(refusal).scope_and_code().1);
            // Closed already means that nothing is left to cancel.
            let _ = self.reset(refused.unwrap_or(ErrorCode::CANCEL));
        } else if !is_received {
            let _ = self.stop(ErrorCode::NO_ERROR);
        } else {
            self.act(Shared::end_upload);
        }
        self.act(Shared::release_stream);
    }

    /// The stream, unless it has left.
    fn stream(&self) -> Option<&Stream> {
        self.core.store.get(self.key)
    }

    /// Does something with the stream, unless it has left, and what follows for others.
    pub(super) fn act<T>(&mut self, act: impl FnOnce(&mut Shared, &mut Stream) -> T) -> Option<T> {
        self.core.act(self.key, act)
    }

    /// All but the streams.
    pub(in crate::connection) const fn shared(&mut self) -> &mut Shared {
        &mut self.core.shared
    }

    /// The stream, if something may still be said on it, and all but the streams.
    pub(super) fn parts(&mut self) -> Result<(&mut Stream, &mut Shared), UserError> {
        match self.core.store.get_mut(self.key) {
            Some(stream) if stream.is_running() => Ok((stream, &mut self.core.shared)),
            Some(stream) if stream.is_answered() => Err(UserError::Answered),
            Some(_) => Err(UserError::StreamClosed),
            None => Err(UserError::UnknownStream),
        }
    }
}

impl<R: Role> fmt::Debug for StreamMut<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamMut").field(&self.as_ref()).finish()
    }
}
