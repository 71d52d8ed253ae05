//! One half of a stream, as the application holds it.

use core::fmt;
use core::task::{Context, Poll};

use proto::{Bytes, ErrorCode, Role, Side, StreamId, StreamMut, StreamRef, Trailers, UserError};

use crate::error::Error;
use crate::flavor::{Flavor, Threads};
use crate::shared::Link;
use crate::slots::Operation;
use crate::state::State;

/// A hold on a stream. When the last one is gone, so is the stream, once it is closed on the wire.
pub(crate) struct Handle<R: Role, F: Flavor = Threads> {
    shared: Link<R, F>,
    id: StreamId,
    /// It let go already.
    is_gone: bool,
    /// The message is whole that its holder takes or sends: kept here, where there is room for it.
    pub(crate) is_done: bool,
    /// Whoever has this hold is all that cares for the request, which the driver sends by itself: where
    /// the answer is whole by the time that it is gone, no more is sent (RFC 9113 §8.1).
    pub(crate) ends_upload: bool,
}

impl<R: Role, F: Flavor> Handle<R, F> {
    /// Takes hold of a stream whose holder is counted already.
    pub(crate) fn new(shared: Link<R, F>, id: StreamId) -> Self {
        Self {
            shared,
            id,
            is_gone: false,
            is_done: false,
            ends_upload: false,
        }
    }

    /// Which stream it is.
    #[cfg(feature = "http-body")]
    pub(crate) const fn id(&self) -> StreamId {
        self.id
    }

    /// The connection that the stream is on.
    #[cfg(feature = "http-body")]
    pub(crate) const fn shared(&self) -> &Link<R, F> {
        &self.shared
    }

    /// Waits until nothing more can be said on the stream; returns why.
    pub(crate) fn poll_over(&self, cx: &mut Context<'_>) -> Poll<Error> {
        self.poll(cx, Operation::Send, |state, id| {
            state.with(id, running).err()
        })
    }

    /// Does something with the stream.
    pub(crate) fn act<T>(
        &self,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, UserError>,
    ) -> Result<T, Error> {
        self.shared.act(|state| state.with(self.id, action))
    }

    /// Does something with the stream, if it still runs, as far as nobody waits for the outcome.
    pub(crate) fn act_soon(
        &self,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError> + Send + 'static,
    ) {
        let id = self.id;
        self.shared.act_soon(move |state| {
            // A stream that ended already needs no more.
            let _ = state.with(id, action);
        });
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

    /// Attempts something; has the task woken when it is worth another attempt.
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        operation: Operation,
        attempt: impl FnOnce(&mut State<R, F>, StreamId) -> Option<T>,
    ) -> Poll<T> {
        self.shared.act(|state| match attempt(state, self.id) {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                let before = state.slots.park(self.id, operation, cx.waker());
                state.replaced.extend(before);
                Poll::Pending
            }
        })
    }

    /// Ends the stream at once, if it still runs.
    pub(crate) fn reset(&self, code: ErrorCode) {
        self.act_soon(move |stream| stream.reset(code));
    }
}

/// Says what ended the stream, if something did.
pub(crate) fn running<R: Role>(stream: &mut StreamMut<'_, R>) -> Result<(), UserError> {
    let is_over = |stream: StreamRef<'_>| stream.result().is_some();
    if stream.as_ref().is_none_or(is_over) {
        stream.send_data(Bytes::new())?;
    }
    Ok(())
}

impl<R: Role, F: Flavor> Drop for Handle<R, F> {
    fn drop(&mut self) {
        if !self.is_gone {
            let (id, ends_upload) = (self.id, self.ends_upload);
            self.shared.act_soon(move |state| {
                if ends_upload {
                    state.end_upload(id);
                }
                state.let_go(id);
            });
        }
    }
}

impl<R: Role, F: Flavor> fmt::Debug for Handle<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.id).finish()
    }
}

/// The half that sends. Dropped before the message is whole, it resets the stream.
#[derive(Debug)]
pub(crate) struct SendHalf<R: Role, F: Flavor = Threads>(Handle<R, F>);

impl<R: Role, F: Flavor> SendHalf<R, F> {
    pub(crate) fn new(handle: Handle<R, F>) -> Self {
        Self(handle)
    }

    pub(crate) const fn handle(&self) -> &Handle<R, F> {
        &self.0
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
        other: Option<&mut Handle<R, F>>,
        content: Bytes,
        trailers: Option<Trailers>,
        begin: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError>,
    ) -> Result<(), Error> {
        let result = self.0.act_last(other, |stream| {
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
        self.0.is_done = true;
        Ok(())
    }

    /// Ends the stream at once.
    pub(crate) fn reset(mut self, code: ErrorCode) {
        self.0.is_done = true;
        self.0.reset(code);
    }
}

impl<R: Role, F: Flavor> Drop for SendHalf<R, F> {
    fn drop(&mut self) {
        if !self.0.is_done {
            self.0.reset(match R::SIDE {
                Side::Client => ErrorCode::CANCEL,
                Side::Server => ErrorCode::INTERNAL_ERROR,
            });
        }
    }
}
