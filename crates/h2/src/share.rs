//! What clients and servers have in common: the two halves of a stream, credit, and pings.

use alloc::sync::Arc;
use core::fmt;
use core::future::poll_fn;
use core::marker::PhantomData;
#[cfg(feature = "stream")]
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Mutex;

use bytes::{Buf, Bytes};
use http::HeaderMap;

use crate::convert;
use crate::error::Error;
use crate::failure::Failure;
use crate::link::{Handle, Link, turn};
use crate::reason::Reason;
use crate::setup::{MAX_WINDOW, USER_PING};
use crate::stream_id::StreamId;
use crate::table::{park, to_usize};
use crate::user_error::UserError;

/// The half of a stream that sends content, in pieces of the caller's type, and trailers.
///
/// What is queued waits in memory until the peer lets it leave. A caller that bounds it asks for
/// [capacity](Self::reserve_capacity) and queues no more than it [has](Self::capacity).
///
/// Dropped alone it resets nothing; the stream ends with the last of its handles.
#[derive(Debug)]
pub struct SendStream<B> {
    handle: Handle,
    content: Content<B>,
}

/// Content of this type is handed over on whatever thread the handle is; none of it is kept.
pub(crate) type Content<B> = PhantomData<Arc<Mutex<B>>>;

impl<B: Buf> SendStream<B> {
    pub(crate) const fn new(handle: Handle) -> Self {
        Self {
            handle,
            content: PhantomData,
        }
    }

    /// Asks for capacity of so many octets beyond those that are queued. It is a total: to ask again for
    /// less gives back what is too much, and zero all of it (RFC 9113 §6.9.1).
    ///
    /// It comes as the windows let it, in the order of asking: see [`poll_capacity`](Self::poll_capacity).
    pub fn reserve_capacity(&mut self, capacity: usize) {
        let place = self.handle.place();
        // In the middle of a turn nothing can be asked for.
        let _ = turn!(self.handle.link(), |turn| turn
            .reserve_capacity(place, capacity));
    }

    /// How many octets may be queued now.
    #[must_use]
    pub fn capacity(&self) -> usize {
        let place = self.handle.place();
        turn!(self.handle.link(), |turn| turn.capacity(place)).unwrap_or(0)
    }

    /// Waits until there is more capacity than there was when this was ready last; returns all of it,
    /// which is never zero. `None` where nothing more can be sent.
    pub fn poll_capacity(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<usize, Error>>> {
        let (place, waker) = (self.handle.place(), cx.waker());
        match turn!(self.handle.link(), |turn| turn.poll_capacity(place, waker)) {
            Ok(polled) => polled.map(|capacity| capacity.map(Ok)),
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    /// Queues a piece of content, whether there is capacity or not; what there is none for asks for it.
    ///
    /// # Errors
    ///
    /// That the stream is closed, that its message has not begun or is whole, that the piece is longer
    /// than 2^31-1 octets, or than `content-length` says.
    pub fn send_data(&mut self, mut data: B, end_of_stream: bool) -> Result<(), Error> {
        // The caller's code runs before the lock is taken: what panics there harms nobody else.
        let octets = data.remaining();
        let data = data.copy_to_bytes(octets);
        let place = self.handle.place();
        turn!(self.handle.link(), |turn| turn.send_data(
            place,
            data,
            end_of_stream
        ))?
        .map_err(Error::user)
    }

    /// Queues trailers, which end the message.
    ///
    /// # Errors
    ///
    /// That the message does not go on, or that the trailers are malformed.
    pub fn send_trailers(&mut self, trailers: HeaderMap) -> Result<(), Error> {
        let trailers = convert::trailers_out(&trailers).map_err(Error::user)?;
        let place = self.handle.place();
        turn!(self.handle.link(), |turn| turn
            .send_trailers(place, trailers))?
        .map_err(Error::user)
    }

    /// Ends the stream at once, both ways (RFC 9113 §6.4).
    pub fn send_reset(&mut self, reason: Reason) {
        self.handle.reset(reason);
    }

    /// Waits until the stream is reset, or does not outlive a GOAWAY; returns with which code. A stream
    /// that ends well is waited for without end.
    ///
    /// # Errors
    ///
    /// That the transport failed.
    pub fn poll_reset(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reason, Error>> {
        poll_reset(&self.handle, false, cx)
    }

    /// Which stream it is.
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.handle.id()
    }
}

pub(crate) fn poll_reset(
    handle: &Handle,
    before_head: bool,
    cx: &Context<'_>,
) -> Poll<Result<Reason, Error>> {
    let (place, waker) = (handle.place(), cx.waker());
    let polled = turn!(handle.link(), |turn| turn.poll_reset(
        place,
        before_head,
        waker
    ));
    polled.unwrap_or_else(|error| Poll::Ready(Err(error)))
}

/// The half of a stream that receives content and trailers.
///
/// The peer sends as much as the window lets it. What was taken is to be
/// [released](FlowControl::release_capacity) by the caller, or the peer stops. What was not is when this
/// is dropped, and so is what still comes.
#[must_use = "streams do nothing unless polled"]
pub struct RecvStream {
    inner: FlowControl,
    /// The message is whole, and nothing of it is left to be taken: no turn is needed to know that.
    is_ended: bool,
}

impl RecvStream {
    pub(crate) const fn new(handle: Handle, is_ended: bool) -> Self {
        Self {
            inner: FlowControl { handle },
            is_ended,
        }
    }

    /// Takes the next piece of content; `None` at its end.
    ///
    /// What arrived before a reset still comes.
    pub async fn data(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|cx| self.poll_data(cx)).await
    }

    /// Takes the trailers, once all content was taken; `None` if there are none.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub async fn trailers(&mut self) -> Result<Option<HeaderMap>, Error> {
        poll_fn(|cx| self.poll_trailers(cx)).await
    }

    /// Takes the next piece of content, as [`data`](Self::data).
    pub fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if self.is_ended {
            return Poll::Ready(None);
        }
        let (handle, is_ended) = (&self.inner.handle, &mut self.is_ended);
        let (place, waker) = (handle.place(), cx.waker());
        let polled = turn!(handle.link(), |turn| turn.poll_data(place, waker, is_ended));
        polled.unwrap_or_else(|error| Poll::Ready(Some(Err(error))))
    }

    /// Takes the trailers, as [`trailers`](Self::trailers).
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    #[doc(hidden)]
    pub fn poll_trailers(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<HeaderMap>, Error>> {
        if self.is_ended {
            return Poll::Ready(Ok(None));
        }
        let handle = &self.inner.handle;
        let (place, waker) = (handle.place(), cx.waker());
        let polled = turn!(handle.link(), |turn| turn.poll_trailers(place, waker));
        polled.unwrap_or_else(|error| Poll::Ready(Err(error)))
    }

    /// Says whether the message is whole and nothing of it is left to be taken, trailers included.
    #[must_use]
    pub fn is_end_stream(&self) -> bool {
        let handle = &self.inner.handle;
        let place = handle.place();
        self.is_ended || turn!(handle.link(), |turn| turn.is_end_stream(place)).unwrap_or(false)
    }

    /// The credit of this stream.
    pub fn flow_control(&mut self) -> &mut FlowControl {
        &mut self.inner
    }

    /// Which stream it is.
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.inner.stream_id()
    }
}

#[cfg(feature = "stream")]
#[cfg_attr(docsrs, doc(cfg(feature = "stream")))]
impl futures_core::Stream for RecvStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_data(cx)
    }
}

impl Drop for RecvStream {
    fn drop(&mut self) {
        self.inner.handle.set_reader();
    }
}

impl fmt::Debug for RecvStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvStream")
            .field("inner", &self.inner)
            .finish()
    }
}

/// The credit of a stream: what its peer may send (RFC 9113 §6.9).
#[derive(Clone, Debug)]
pub struct FlowControl {
    handle: Handle,
}

impl FlowControl {
    /// Which stream it is.
    #[must_use]
    pub fn stream_id(&self) -> StreamId {
        self.handle.id()
    }

    /// How many octets the peer may send, all credit that was returned included; negative after our
    /// window has shrunk (RFC 9113 §6.9.2).
    #[must_use]
    pub fn available_capacity(&self) -> isize {
        let place = self.handle.place();
        turn!(self.handle.link(), |turn| turn.available_capacity(place)).unwrap_or(0)
    }

    /// How many octets came and were not released.
    #[must_use]
    pub fn used_capacity(&self) -> usize {
        let place = self.handle.place();
        turn!(self.handle.link(), |turn| turn.used_capacity(place)).map_or(0, to_usize)
    }

    /// Returns the credit of octets that came: the peer may send as many again, on the stream and on the
    /// connection.
    ///
    /// # Errors
    ///
    /// That so many did not come.
    pub fn release_capacity(&mut self, sz: usize) -> Result<(), Error> {
        let octets = u32::try_from(sz)
            .ok()
            .filter(|octets| *octets <= MAX_WINDOW);
        let Some(octets) = octets else {
            return Err(Error::user(UserError::ReleaseCapacityTooBig));
        };
        let place = self.handle.place();
        turn!(self.handle.link(), |turn| turn
            .release_capacity(place, octets))?
    }
}

/// Sends pings, one at a time (RFC 9113 §6.7). It does not keep the connection alive.
pub struct PingPong {
    link: Link,
}

impl PingPong {
    pub(crate) const fn new(link: Link) -> Self {
        Self { link }
    }

    /// Sends a ping and waits for the answer.
    ///
    /// # Errors
    ///
    /// That one is under way, or that the connection has ended.
    pub async fn ping(&mut self, ping: Ping) -> Result<Pong, Error> {
        self.send_ping(ping)?;
        poll_fn(|cx| self.poll_pong(cx)).await
    }

    /// Sends a ping.
    ///
    /// # Errors
    ///
    /// That one is under way, or that the connection has ended.
    #[doc(hidden)]
    pub fn send_ping(&mut self, ping: Ping) -> Result<(), Error> {
        let Ping { .. } = ping;
        turn!(&self.link, |turn| {
            if turn.table.has_ended() {
                return Err(Error::failure(&Failure::Closed));
            }
            if turn.table.ping().is_sent {
                return Err(Error::user(UserError::SendPingWhilePending));
            }
            let sent = turn.connection.ping(USER_PING);
            sent.map_err(|_| Error::failure(&Failure::Closed))?;
            turn.table.ping().is_sent = true;
            Ok(())
        })?
    }

    /// Waits for the answer to a ping.
    ///
    /// # Errors
    ///
    /// That the connection has ended.
    #[doc(hidden)]
    pub fn poll_pong(&mut self, cx: &mut Context<'_>) -> Poll<Result<Pong, Error>> {
        let waker = cx.waker();
        let polled = turn!(&self.link, |turn| {
            let has_ended = turn.table.has_ended();
            let ping = turn.table.ping();
            if core::mem::take(&mut ping.is_answered) {
                ping.is_sent = false;
                return Poll::Ready(Ok(Pong { _private: () }));
            }
            if has_ended {
                return Poll::Ready(Err(Error::failure(&Failure::Closed)));
            }
            park(&mut ping.waker, waker, turn.spent);
            Poll::Pending
        });
        polled.unwrap_or_else(|error| Poll::Ready(Err(error)))
    }
}

impl fmt::Debug for PingPong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PingPong").finish()
    }
}

/// A ping that is to be sent.
pub struct Ping {
    _private: (),
}

impl Ping {
    /// A ping whose payload is always the same.
    #[must_use]
    pub fn opaque() -> Self {
        Self { _private: () }
    }
}

impl fmt::Debug for Ping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ping").finish()
    }
}

/// The answer to a [`Ping`].
pub struct Pong {
    _private: (),
}

impl fmt::Debug for Pong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pong").finish()
    }
}
