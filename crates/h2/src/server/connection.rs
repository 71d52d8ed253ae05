//! The connection, which is polled for requests.

use core::fmt;
use core::future::poll_fn;
use core::marker::PhantomData;
#[cfg(feature = "stream")]
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use bytes::Buf;
use http::Request;
use proto::{Server, SettingsChange, Stats};
use tokio::io::{AsyncRead, AsyncWrite};

use super::respond::SendResponse;
use crate::convert;
use crate::error::Error;
use crate::link::{Handle, Link};
use crate::reason::Reason;
use crate::share::{Content, PingPong, RecvStream};
use crate::table::Arrived;
use crate::wire::Wire;

/// A connection, which is polled for requests, and moves only while it is polled.
#[must_use = "streams do nothing unless polled"]
pub struct Connection<T, B: Buf> {
    wire: Wire<T, Server>,
    /// More requests may have come with the one that was taken last.
    has_more: bool,
    content: Content<B>,
}

impl<T, B> Connection<T, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: Buf,
{
    pub(super) const fn new(wire: Wire<T, Server>) -> Self {
        Self {
            wire,
            has_more: false,
            content: PhantomData,
        }
    }

    /// Takes the next request; `None` when no more will come. What runs moves only while this is polled,
    /// too.
    pub async fn accept(
        &mut self,
    ) -> Option<Result<(Request<RecvStream>, SendResponse<B>), Error>> {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    /// Takes the next request, as [`accept`](Self::accept).
    #[doc(hidden)]
    #[expect(clippy::type_complexity, reason = "it is the API")]
    pub fn poll_accept(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Request<RecvStream>, SendResponse<B>), Error>>> {
        loop {
            let Some(arrived) = ready!(self.poll_arrived(cx))? else {
                return Poll::Ready(None);
            };
            self.has_more = arrived.has_more;
            let place = arrived.place;
            match convert::request_in(arrived.head) {
                Ok(request) => {
                    let link = || Link::Server(self.wire.session().clone());
                    let handle = || Handle::new(link(), place, arrived.id);
                    let respond = SendResponse::new(handle());
                    let request = request.map(|()| RecvStream::new(handle(), arrived.is_ended));
                    return Poll::Ready(Some(Ok((request, respond))));
                }
                Err(_) => self.wire.act(|turn| turn.refuse(place))?,
            }
        }
    }

    fn poll_arrived(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Arrived>, Error>> {
        if core::mem::take(&mut self.has_more) {
            let next = self.wire.act(|turn| turn.accept_next())?;
            if next.is_some() {
                return Poll::Ready(Ok(next));
            }
        }
        if self.wire.poll(cx)?.is_ready() {
            return Poll::Ready(Ok(None));
        }
        match self.wire.act(|turn| turn.accept())? {
            None => Poll::Pending,
            next => Poll::Ready(Ok(next)),
        }
    }

    /// Changes the window of the connection, in octets. A smaller one is in force once the client has
    /// used what it was granted (RFC 9113 §6.9.1).
    ///
    /// # Panics
    ///
    /// Above 2^31-1.
    pub fn set_target_window_size(&mut self, size: u32) {
        self.wire.set_target_window_size(size);
    }

    /// Announces another window for streams, in octets (RFC 9113 §6.9.2).
    ///
    /// # Errors
    ///
    /// That the client has not acknowledged the settings before.
    ///
    /// # Panics
    ///
    /// Above 2^31-1.
    pub fn set_initial_window_size(&mut self, size: u32) -> Result<(), Error> {
        self.wire.set_initial_window_size(size)
    }

    /// Lets clients use extended CONNECT from now on, and says so (RFC 8441 §3).
    ///
    /// # Errors
    ///
    /// That the client has not acknowledged the settings before.
    pub fn enable_connect_protocol(&mut self) -> Result<(), Error> {
        let change = SettingsChange::default().allow_extended_connect();
        self.wire.announce(change, None)
    }

    /// Drives the connection until it is closed, and takes no requests.
    ///
    /// # Errors
    ///
    /// What ended the connection other than in good order.
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.wire.poll(cx)
    }

    /// Ends the connection at once, with this code (RFC 9113 §6.8). It is to be polled until it is closed,
    /// which is in good order.
    pub fn abrupt_shutdown(&mut self, reason: Reason) {
        self.wire.abort(reason.code());
    }

    /// Takes no more streams, says so, and lets those finish that run (RFC 9113 §6.8). To say it again
    /// changes nothing.
    pub fn graceful_shutdown(&mut self) {
        // The session's own way would end requests, of which a server makes none.
        let _ = self.wire.act(|turn| turn.connection.go_away());
    }

    /// What sends pings; `None` once it was taken.
    pub fn ping_pong(&mut self) -> Option<PingPong> {
        let link = || Link::Server(self.wire.session().clone());
        self.wire.take_ping().then(|| PingPong::new(link()))
    }

    /// Says whether streams run.
    #[must_use]
    pub fn has_streams(&self) -> bool {
        self.wire
            .act(|turn| turn.table.has_streams())
            .unwrap_or(true)
    }

    /// How many streams this end may promise at once, by what the client says (RFC 9113 §8.4).
    #[must_use]
    pub fn max_concurrent_send_streams(&self) -> usize {
        self.wire
            .act(|turn| turn.max_promised_streams())
            .unwrap_or(0)
    }

    /// What the connection has done so far, and what held it up: see [`Stats`]. An
    /// [extension](crate::extensions).
    ///
    /// # Errors
    ///
    /// That this thread is in the middle of a turn: an observer cannot ask.
    pub fn stats(&self) -> Result<Stats, Error> {
        self.wire.act(|turn| turn.connection.stats())
    }

    /// How many streams the client may have open at once, by what this end says.
    #[must_use]
    pub fn max_concurrent_recv_streams(&self) -> usize {
        self.wire.max_recv_streams()
    }
}

#[cfg(feature = "stream")]
#[cfg_attr(docsrs, doc(cfg(feature = "stream")))]
impl<T, B> futures_core::Stream for Connection<T, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: Buf,
{
    type Item = Result<(Request<RecvStream>, SendResponse<B>), Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_accept(cx)
    }
}

impl<T, B> fmt::Debug for Connection<T, B>
where
    T: fmt::Debug,
    B: fmt::Debug + Buf,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("wire", &self.wire)
            .finish()
    }
}
