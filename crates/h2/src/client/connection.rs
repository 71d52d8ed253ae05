//! The connection, which has to be polled.

use core::fmt;
use core::future::poll_fn;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use bytes::{Buf, Bytes};
use proto::frame::PREFACE;
use proto::{Client, ErrorCode, Stats};
use runtime::{WriteOperation, WriteResult};
use tokio::io::{AsyncRead, AsyncWrite};

use super::send_request::SendRequest;
use crate::error::Error;
use crate::link::Link;
use crate::setup::Setup;
use crate::share::{Content, PingPong};
use crate::wire::Wire;

/// A connection, which moves only while it is polled. It ends once no handle is left that could ask
/// for anything, and nothing runs: then it says GOAWAY(NO_ERROR) (RFC 9113 §6.8).
#[must_use = "futures do nothing unless polled"]
pub struct Connection<T, B: Buf = Bytes> {
    wire: Wire<T, Client>,
    content: Content<B>,
}

/// Writes the preface, and nothing else yet.
pub(super) async fn connect<T, B>(
    mut io: T,
    setup: Setup,
) -> Result<(SendRequest<B>, Connection<T, B>), Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: Buf,
{
    let mut written = 0;
    poll_fn(|cx| write_preface(&mut io, &mut written, cx))
        .await
        .map_err(Error::io)?;
    let wire = Wire::<T, Client>::new(io, &setup)?;
    // The machine begins with the same octets, which have left.
    let _ = wire.session().turn(|locked| {
        let machine = locked.machine();
        if let WriteOperation::Write(_) = machine.next_write_operation() {
            machine.report_write_result(WriteResult::Ok(PREFACE.len()));
        }
    });
    let send_request = SendRequest::new(wire.session().clone());
    let content = PhantomData;
    Ok((send_request, Connection { wire, content }))
}

fn write_preface<T: AsyncWrite + Unpin>(
    io: &mut T,
    written: &mut usize,
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    while let Some(left @ [_, ..]) = PREFACE.get(*written..) {
        match ready!(Pin::new(&mut *io).poll_write(cx, left))? {
            0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            count => *written += count,
        }
    }
    Poll::Ready(Ok(()))
}

impl<T, B> Connection<T, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: Buf,
{
    /// Changes the window of the connection, in octets. A smaller one is in force once the server has
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
    /// That the server has not acknowledged the settings before.
    ///
    /// # Panics
    ///
    /// Above 2^31-1.
    pub fn set_initial_window_size(&mut self, size: u32) -> Result<(), Error> {
        self.wire.set_initial_window_size(size)
    }

    /// What sends pings; `None` once it was taken.
    pub fn ping_pong(&mut self) -> Option<PingPong> {
        let link = || Link::Client(self.wire.session().clone());
        self.wire.take_ping().then(|| PingPong::new(link()))
    }

    /// How many streams this end may have open at once, by what the server says.
    #[must_use]
    pub fn max_concurrent_send_streams(&self) -> usize {
        self.wire.act(|turn| turn.max_send_streams()).unwrap_or(0)
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

    /// How many streams the server may have open at once, by what this end says.
    #[must_use]
    pub fn max_concurrent_recv_streams(&self) -> usize {
        self.wire.max_recv_streams()
    }
}

impl<T, B> Future for Connection<T, B>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: Buf,
{
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let wire = &mut self.wire;
        let is_used =
            |wire: &Wire<T, Client>| wire.act(|turn| turn.table.is_used()).unwrap_or(true);
        loop {
            let was_used = is_used(wire);
            if !was_used {
                wire.abort(ErrorCode::NO_ERROR);
            }
            match wire.poll(cx) {
                // The last of what runs has ended meanwhile.
                Poll::Pending if was_used && !is_used(wire) => {}
                polled => return polled,
            }
        }
    }
}

impl<T, B> fmt::Debug for Connection<T, B>
where
    T: AsyncRead + AsyncWrite + fmt::Debug,
    B: fmt::Debug + Buf,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("wire", &self.wire)
            .finish()
    }
}
