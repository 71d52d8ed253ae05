//! Waiting until what was queued on a stream has been written.

use core::task::{Context, Poll};

use proto::{FlushToken, Role, StreamId};

use crate::error::Error;
use crate::flushes::PendingFlush;
use crate::kind::Kind;
use crate::session::Session;
use crate::spent::park;
use crate::stream_handle::StreamHandle;

/// What was queued on a stream and may not be written yet.
#[derive(Debug)]
pub struct Flush<R: Role> {
    session: Session<R>,
    id: StreamId,
    token: FlushToken,
}

impl<R: Role> StreamHandle<R> {
    /// Asks to hear when all that is queued on the stream so far has been written.
    ///
    /// # Errors
    ///
    /// What ended the stream, [`is_reentrant`](Error::is_reentrant).
    pub fn flush(&self) -> Result<Flush<R>, Error> {
        let id = self.id();
        self.session().act(|locked| {
            let token = locked.with(id, |stream| stream.flush())?;
            locked.flushes.0.push(PendingFlush {
                token,
                outcome: None,
                waker: None,
            });
            let session = self.session().clone();
            Ok(Flush { session, id, token })
        })
    }
}

impl<R: Role> Flush<R> {
    /// Waits until the transport has taken it.
    ///
    /// # Errors
    ///
    /// What ended the stream first, [`is_reentrant`](Error::is_reentrant).
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.session.poll(|locked| {
            let Some(pending) = locked.flushes.find(self.token) else {
                return Poll::Ready(Err(Kind::Closed.into()));
            };
            match pending.outcome {
                Some(Ok(())) => Poll::Ready(Ok(())),
                Some(Err(error)) => Poll::Ready(Err(locked.stream_error(self.id, error))),
                None => {
                    park(&mut pending.waker, cx.waker(), &mut locked.spent);
                    Poll::Pending
                }
            }
        })
    }
}

impl<R: Role> Drop for Flush<R> {
    fn drop(&mut self) {
        let token = self.token;
        self.session.act_soon(move |locked| {
            let pending = &mut locked.flushes.0;
            if let Some(place) = pending.iter().position(|pending| pending.token == token) {
                locked.spent.discard(pending.swap_remove(place).waker);
            }
        });
    }
}
