//! What makes requests.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use bytes::Buf;
use http::Request;
use proto::{Client, Stats};
use session::Session;

use super::response::ResponseFuture;
use crate::convert;
use crate::error::Error;
use crate::link::{Handle, Link, act, act_soon};
use crate::share::{Content, SendStream};

/// What makes requests. Each clone may have one that waits for the server to take another stream.
pub struct SendRequest<B: Buf> {
    session: Session<Client>,
    /// The last request, while it may wait to be opened.
    pending: Option<Handle>,
    content: Content<B>,
}

impl<B: Buf> SendRequest<B> {
    pub(super) fn new(session: Session<Client>) -> Self {
        act_soon(&session, |turn| turn.hold_connection());
        Self {
            session,
            pending: None,
            content: Content::default(),
        }
    }

    /// Waits until the last request of this handle is opened, so that another can be made.
    ///
    /// # Errors
    ///
    /// That the connection has ended, or that the server goes away: no more requests can be made.
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let pending = self.pending.as_ref().map(Handle::place);
        let waker = cx.waker();
        let polled = act(&self.session, |turn| turn.poll_ready(pending, waker))?;
        ready!(polled)?;
        self.pending = None;
        Poll::Ready(Ok(()))
    }

    /// The same as a future, which gives the handle back.
    pub fn ready(self) -> ReadySendRequest<B> {
        ReadySendRequest { inner: Some(self) }
    }

    /// Makes a request, with content to follow unless it ends the stream. It waits where the server takes
    /// no more streams yet, and emits nothing if it is dropped before that.
    ///
    /// # Errors
    ///
    /// That the last request of this handle still waits, that the request is malformed or names no
    /// server, that all identifiers are used up, or what ended the connection.
    pub fn send_request(
        &mut self,
        request: Request<()>,
        end_of_stream: bool,
    ) -> Result<(ResponseFuture, SendStream<B>), Error> {
        let pending = self.pending.as_ref().map(Handle::place);
        let request = convert::request_out(request);
        let (place, id, is_full) = act(&self.session, |turn| {
            turn.request(request, end_of_stream, pending)
        })??;
        let handle = || Handle::new(Link::Client(self.session.clone()), place, id);
        let (response, stream) = (ResponseFuture::new(handle()), SendStream::new(handle()));
        if is_full {
            self.pending = Some(response.handle().clone());
        }
        Ok((response, stream))
    }

    /// Says whether the server takes extended CONNECT, as far as it has said (RFC 8441 §3).
    #[must_use]
    pub fn is_extended_connect_protocol_enabled(&self) -> bool {
        let announced = act(&self.session, |turn| {
            turn.connection.peer_settings().enable_connect_protocol
        });
        announced.unwrap_or(false)
    }

    /// How many streams this end may have open at once, by what the server says.
    #[must_use]
    pub fn current_max_send_streams(&self) -> usize {
        act(&self.session, |turn| turn.max_send_streams()).unwrap_or(0)
    }

    /// What the connection has done so far, and what held it up: see [`Stats`]. An
    /// [extension](crate::extensions).
    ///
    /// # Errors
    ///
    /// That this thread is in the middle of a turn: an observer cannot ask.
    pub fn stats(&self) -> Result<Stats, Error> {
        act(&self.session, |turn| turn.connection.stats())
    }

    /// How many streams the server may have open at once, by what this end says.
    #[must_use]
    pub fn current_max_recv_streams(&self) -> usize {
        act(&self.session, |turn| turn.table.max_recv_streams()).unwrap_or(0)
    }
}

impl<B: Buf> Clone for SendRequest<B> {
    /// Makes another handle, of which no request waits.
    fn clone(&self) -> Self {
        Self::new(self.session.clone())
    }
}

impl<B: Buf> Drop for SendRequest<B> {
    fn drop(&mut self) {
        act_soon(&self.session, |turn| turn.release_connection());
    }
}

impl<B: Buf> fmt::Debug for SendRequest<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendRequest").finish()
    }
}

/// Waits until another request can be made: see [`SendRequest::ready`].
#[derive(Debug)]
pub struct ReadySendRequest<B: Buf> {
    inner: Option<SendRequest<B>>,
}

impl<B: Buf> Future for ReadySendRequest<B> {
    type Output = Result<SendRequest<B>, Error>;

    /// # Panics
    ///
    /// When it is polled after it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let inner = self.inner.as_mut().expect("not polled after it was ready");
        ready!(inner.poll_ready(cx))?;
        let inner = self.inner.take();
        Poll::Ready(Ok(inner.expect("it was there above")))
    }
}
