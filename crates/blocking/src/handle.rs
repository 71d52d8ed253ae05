//! One half of a stream, as the application holds it.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::time::Instant;

use proto::{Bytes, ErrorCode, Role, Side, StreamError, StreamId, StreamMut, Trailers, UserError};

use crate::error::Error;
use crate::shared::{Shared, Subject};
use crate::state::State;
#[cfg(feature = "http")]
use crate::sync::thread;

/// A hold on a stream. When the last one is gone, so is the stream, once it is closed on the wire.
pub(crate) struct Handle<R: Role> {
    shared: Arc<Shared<R>>,
    id: StreamId,
    /// When the exchange must have ended.
    until: Option<Instant>,
    /// It let go already.
    is_gone: bool,
    /// Whoever has this hold is all that cares for the request, which a thread of ours sends: where the
    /// answer is whole by the time that it is gone, no more is sent (RFC 9113 §8.1).
    #[cfg(feature = "http")]
    pub(crate) ends_upload: bool,
}

impl<R: Role> Handle<R> {
    /// Takes hold of a stream whose holder is counted already.
    pub(crate) fn new(shared: Arc<Shared<R>>, id: StreamId, until: Option<Instant>) -> Self {
        Self {
            shared,
            id,
            until,
            is_gone: false,
            #[cfg(feature = "http")]
            ends_upload: false,
        }
    }

    /// Takes hold of the stream once more.
    pub(crate) fn again(&self) -> Self {
        self.shared.lock().slots.hold(self.id);
        Self::new(Arc::clone(&self.shared), self.id, self.until)
    }

    /// How the stream ended on the wire, if it did.
    pub(crate) fn finished(&self) -> Option<Result<(), StreamError>> {
        self.shared.lock().slots.finished(self.id)
    }

    /// Does something with the stream, and writes.
    pub(crate) fn act<T>(
        &self,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, UserError>,
    ) -> Result<T, Error> {
        self.shared.act(|state| state.with(self.id, action))
    }

    /// Does the last thing with the stream, and lets go in the same turn if that succeeds, with the
    /// other half where that is done with, too.
    fn act_last(
        &mut self,
        other: Option<&mut Self>,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError>,
    ) -> Result<(), Error> {
        let (id, has_other) = (self.id, other.is_some());
        self.shared.act(|state| {
            state.with(id, action)?;
            if has_other {
                state.let_go(id);
            }
            state.let_go_sent(id);
            Ok::<_, Error>(())
        })?;
        self.is_gone = true;
        if let Some(other) = other {
            other.is_gone = true;
        }
        Ok(())
    }

    /// Does something with the stream, and lets the output wait for what follows.
    pub(crate) fn prepare<T>(
        &self,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, UserError>,
    ) -> Result<T, Error> {
        self.shared.prepare(|state| state.with(self.id, action))
    }

    /// Takes turns until there is an outcome. When the time is over, the stream is canceled.
    pub(crate) fn wait<T>(
        &self,
        attempt: impl FnMut(&mut State<R>, StreamId) -> Option<Result<T, Error>>,
    ) -> Result<T, Error> {
        self.wait_within(None, attempt)
    }

    /// The same, but for so long at most. When only that is over, the stream goes on.
    pub(crate) fn wait_within<T>(
        &self,
        patience: Option<Duration>,
        mut attempt: impl FnMut(&mut State<R>, StreamId) -> Option<Result<T, Error>>,
    ) -> Result<T, Error> {
        let subject = Subject::Stream(self.id);
        let soon = patience.and_then(|patience| Instant::now().checked_add(patience));
        let until = soon.into_iter().chain(self.until).min();
        let outcome = self
            .shared
            .wait(subject, until, |state| attempt(state, self.id));
        let is_over = || self.until.is_some_and(|until| until <= Instant::now());
        if outcome.as_ref().is_err_and(Error::is_timeout) && is_over() {
            self.reset(ErrorCode::CANCEL);
        }
        outcome?
    }

    /// Says whether the calling thread is the connection's own, which must not wait.
    #[cfg(feature = "http")]
    pub(crate) fn is_inline(&self) -> bool {
        self.shared.lock().is_reader(thread::current().id())
    }

    /// Ends the stream at once, if it still runs.
    pub(crate) fn reset(&self, code: ErrorCode) {
        // A stream that ended already needs no reset.
        let _ = self.act(|stream| stream.reset(code));
    }
}

impl<R: Role> Drop for Handle<R> {
    fn drop(&mut self) {
        if !self.is_gone {
            self.shared.act(|state| {
                #[cfg(feature = "http")]
                if self.ends_upload {
                    state.end_upload(self.id);
                }
                state.let_go(self.id);
            });
        }
    }
}

impl<R: Role> fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.id).finish()
    }
}

impl<R: Role> State<R> {
    /// Does something with a stream.
    pub(crate) fn with<T>(
        &mut self,
        id: StreamId,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, UserError>,
    ) -> Result<T, Error> {
        let connection = self.machine.connection();
        let outcome = connection
            .stream_mut(id)
            .and_then(|mut stream| action(&mut stream));
        outcome.map_err(|error| self.refusal(id, error))
    }
}

/// The half that sends. Dropped before the message is whole, it resets the stream.
#[derive(Debug)]
pub(crate) struct SendHalf<R: Role> {
    handle: Handle<R>,
    is_whole: bool,
}

impl<R: Role> SendHalf<R> {
    pub(crate) fn new(handle: Handle<R>) -> Self {
        Self {
            handle,
            is_whole: false,
        }
    }

    pub(crate) fn handle(&self) -> &Handle<R> {
        &self.handle
    }

    /// Says whether nobody takes more of a message that is not whole.
    pub(crate) fn is_canceled(&self) -> bool {
        self.handle.finished().is_some()
    }

    /// Sends the rest of the message: `begin`, content and trailers where there are any, the end.
    pub(crate) fn finish(
        self,
        content: Bytes,
        trailers: Option<Trailers>,
        begin: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError>,
    ) -> Result<(), Error> {
        self.finish_with(None, content, trailers, begin)
    }

    /// The same, and lets go of the other half, where that is done with.
    pub(crate) fn finish_with(
        mut self,
        other: Option<&mut Handle<R>>,
        content: Bytes,
        trailers: Option<Trailers>,
        begin: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError>,
    ) -> Result<(), Error> {
        let result = self.handle.act_last(other, |stream| {
            begin(stream)?;
            if !content.is_empty() {
                stream.send_data(content)?;
            }
            match trailers {
                Some(trailers) => stream.send_trailers(trailers),
                None => stream.end(),
            }
        });
        match result {
            // A server may answer before the request is whole, and ask for no more of it.
            Err(error) if R::SIDE == Side::Client && error.is_needless() => {}
            result => result?,
        }
        self.is_whole = true;
        Ok(())
    }

    /// Ends the stream at once.
    pub(crate) fn reset(mut self, code: ErrorCode) {
        self.is_whole = true;
        self.handle.reset(code);
    }
}

impl<R: Role> Drop for SendHalf<R> {
    fn drop(&mut self) {
        if !self.is_whole {
            self.handle.reset(match R::SIDE {
                Side::Client => ErrorCode::CANCEL,
                Side::Server => ErrorCode::INTERNAL_ERROR,
            });
        }
    }
}
