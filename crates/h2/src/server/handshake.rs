//! How a server's connection begins (RFC 9113 §3.4).

use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use bytes::{Buf, Bytes};
use proto::Server;
use proto::frame::PREFACE;
use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::Connection;
use crate::error::Error;
use crate::failure::{Failure, Initiator};
use crate::reason::Reason;
use crate::setup::Setup;
use crate::share::Content;
use crate::wire::Wire;

/// A connection that begins: our SETTINGS are written, then the client's preface is read.
#[must_use = "futures do nothing unless polled"]
pub struct Handshake<T, B: Buf = Bytes> {
    state: State<T>,
    content: Content<B>,
}

enum State<T> {
    /// It cannot begin at all.
    Failed(Error),
    Writing(Wire<T, Server>),
    /// So much of the preface has come.
    Reading(Wire<T, Server>, usize),
    Done,
}

impl<T, B> Handshake<T, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: Buf,
{
    pub(super) fn new(io: T, setup: &Setup) -> Self {
        Self {
            state: Wire::new(io, setup).map_or_else(State::Failed, State::Writing),
            content: PhantomData,
        }
    }
}

impl<T, B> Future for Handshake<T, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: Buf,
{
    type Output = Result<Connection<T, B>, Error>;

    /// # Panics
    ///
    /// When it is polled after it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match core::mem::replace(&mut self.state, State::Done) {
                State::Failed(error) => return Poll::Ready(Err(error)),
                State::Writing(mut wire) => match wire.poll_flush(cx) {
                    Poll::Ready(()) => self.state = State::Reading(wire, 0),
                    Poll::Pending => {
                        self.state = State::Writing(wire);
                        return Poll::Pending;
                    }
                },
                State::Reading(mut wire, mut count) => match read(&mut wire, &mut count, cx) {
                    Poll::Ready(Ok(())) => return Poll::Ready(Ok(Connection::new(wire))),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => {
                        self.state = State::Reading(wire, count);
                        return Poll::Pending;
                    }
                },
                State::Done => panic!("a handshake is polled until it is ready, and no longer"),
            }
        }
    }
}

/// Reads the preface, and no octet behind it.
fn read<T: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<T, Server>,
    count: &mut usize,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Error>> {
    while *count < PREFACE.len() {
        let mut octets = [0; PREFACE.len()];
        let (_, expected) = PREFACE.split_at(*count);
        let space = octets.get_mut(..expected.len()).unwrap_or_default();
        let came = ready!(wire.driver().poll_peek(cx, space)).map_err(Error::io)?;
        if came == 0 {
            let text = "the client closed the transport before its preface was whole";
            let error = io::Error::new(io::ErrorKind::UnexpectedEof, text);
            return Poll::Ready(Err(Error::io(error)));
        }
        let came = octets.get(..came).unwrap_or_default();
        if !expected.starts_with(came) {
            let (data, reason) = (Bytes::new(), Reason::PROTOCOL_ERROR);
            let failure = Failure::GoAway(data, reason, Initiator::Library);
            return Poll::Ready(Err(Error::failure(&failure)));
        }
        *count += came.len();
        wire.driver().feed(cx, came);
    }
    Poll::Ready(Ok(()))
}

impl<T, B> fmt::Debug for Handshake<T, B>
where
    T: AsyncRead + AsyncWrite + fmt::Debug,
    B: fmt::Debug + Buf,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("server::Handshake")
    }
}
