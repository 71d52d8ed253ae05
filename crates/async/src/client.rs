//! One connection to a server, for many requests from many tasks.

use alloc::sync::Arc;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::sync::atomic::{AtomicU64, Ordering};
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use proto::{Bytes, Client as Role, ErrorCode, Request};

use crate::engine::{Engine, News, Work};
use crate::error::Error;
use crate::handle::{Handle, SendHalf};
use crate::io::AsyncIo;
use crate::machine::Machine;
use crate::opening::Opening;
use crate::pending::{Pending, Reply};
use crate::ping::Outstanding;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use crate::shared::Shared;
use crate::state::{Octets, State, note};
use crate::tasks::{Job, Tasks};
use crate::timer::Timer;

/// A handle on one connection to a server.
///
/// Handles are cheap to clone, and any task may use one. When the last is dropped, the connection
/// goes away: what runs finishes, then it closes.
#[derive(Clone, Debug)]
pub struct Client(Arc<Line>);

/// What all handles of a connection share.
#[derive(Debug)]
struct Line {
    shared: Arc<Shared<Role>>,
    pings: AtomicU64,
}

impl Client {
    /// Runs a machine over a transport. Nothing moves unless the driver is polled: spawn it.
    pub fn new<Io: AsyncIo>(machine: impl Machine<Role> + 'static, io: Io) -> (Self, Driver<Io>) {
        let shared = Arc::new(Shared::new(Box::new(machine)));
        let line = Line {
            shared: Arc::clone(&shared),
            pings: AtomicU64::new(0),
        };
        let jobs = Jobs(Tasks::new(Arc::clone(&shared.bell)));
        let engine = Engine::new(shared, io);
        (Self(Arc::new(line)), Driver { engine, jobs })
    }

    /// Takes the response of a stream that the machine has opened before anything moved.
    #[cfg(feature = "h2c-upgrade")]
    pub(crate) fn adopt(&self, id: proto::StreamId) -> Pending {
        let shared = &self.0.shared;
        shared.act(|state| {
            state.slots.open(id);
            state.slots.hold(id);
        });
        Pending::new(RecvBody::new(Handle::new(Arc::clone(shared), id), None))
    }

    /// Begins a request whose content follows. Waits until the server lets us open a stream.
    ///
    /// A server may answer, and end the stream, before it has all of the content: what fails then
    /// is the sending, and the response is there.
    ///
    /// # Errors
    ///
    /// That the request is malformed, that the connection is closed or going away.
    pub async fn send(&self, request: Request) -> Result<(SendBody<Role>, Pending), Error> {
        let shared = &self.0.shared;
        self.hear_before(&request).await;
        let id = Opening::begun(shared, request).await?;
        let handle = || Handle::new(Arc::clone(shared), id);
        let half = SendHalf::new(handle());
        Ok((
            SendBody::new(half),
            Pending::new(RecvBody::new(handle(), None)),
        ))
    }

    /// Sends a request with all of its content, which may be none. Waits until the server lets us
    /// open a stream, and no longer.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send), and that the content has not the length that
    /// `content-length` says.
    pub async fn send_whole(
        &self,
        request: Request,
        content: impl Into<Bytes>,
    ) -> Result<Pending, Error> {
        self.hear_before(&request).await;
        let id = Opening::whole(&self.0.shared, request, content.into()).await?;
        let handle = Handle::new(Arc::clone(&self.0.shared), id);
        Ok(Pending::new(RecvBody::new(handle, None)))
    }

    /// Sends a request without content, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// Those of [`send_whole`](Self::send_whole) and [`Pending`].
    pub async fn fetch(&self, request: Request) -> Result<Reply, Error> {
        self.send_whole(request, Bytes::new()).await?.await
    }

    /// Sends a request with content, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// Those of [`send_whole`](Self::send_whole) and [`Pending`].
    pub async fn fetch_with(
        &self,
        request: Request,
        content: impl Into<Bytes>,
    ) -> Result<Reply, Error> {
        self.send_whole(request, content).await?.await
    }

    #[cfg(feature = "http-body")]
    pub(crate) fn shared(&self) -> &Arc<Shared<Role>> {
        &self.0.shared
    }

    /// RFC 8441 §3: no extended CONNECT before the server has said that it takes them.
    async fn hear_before(&self, request: &Request) {
        if request.protocol().is_some() {
            poll_fn(|cx| self.0.shared.act(|state| state.poll_introduced(cx))).await;
        }
    }

    /// Asks the server for a sign of life; returns how long it took (RFC 9113 §6.7).
    ///
    /// # Errors
    ///
    /// That the connection is closed, or that many pings are unanswered.
    pub async fn ping(&self) -> Result<Duration, Error> {
        let begin = Instant::now();
        let number = self.0.pings.fetch_add(1, Ordering::Relaxed);
        let ping = Outstanding::send(&self.0.shared, number.to_be_bytes())?;
        poll_fn(|cx| ping.poll(cx)).await.map(|()| begin.elapsed())
    }

    /// How many octets went through the transport.
    #[must_use]
    pub fn octets(&self) -> Octets {
        self.0.shared.lock().octets
    }

    /// Says whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.shared.lock().closed.is_some()
    }

    /// Ends the connection at once, and with it all that runs.
    pub fn abort(&self) {
        self.0.shared.abort(ErrorCode::CANCEL);
    }

    /// Why the connection ended.
    #[cfg(all(feature = "rustls", feature = "tokio"))]
    pub(crate) fn cause(&self) -> Error {
        self.0.shared.lock().connection_error()
    }

    /// Goes away, and waits until what runs has finished and the transport is closed.
    ///
    /// # Errors
    ///
    /// What ended the connection other than in good order.
    pub async fn close(self) -> Result<(), Error> {
        self.0.shared.go_away();
        poll_fn(|cx| self.0.shared.act(|state| state.poll_done(cx))).await
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.go_away();
    }
}

/// The task of a client's connection: a future that moves the octets, and is finished when the
/// connection is.
#[must_use = "nothing moves unless the driver is polled"]
pub struct Driver<Io> {
    engine: Engine<Role, Io>,
    jobs: Jobs,
}

/// The content of requests, which the driver sends by itself.
struct Jobs(Tasks<Job>);

impl<Io> Driver<Io> {
    /// Sets what wakes it when a deadline of the connection's has come.
    pub fn with_timer(mut self, timer: impl Timer + Send + 'static) -> Self {
        self.engine.set_timer(Box::new(timer));
        self
    }
}

impl<Io: AsyncIo> Future for Driver<Io> {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.engine.poll(cx, &mut this.jobs);
        if polled.is_ready() {
            this.jobs.0.clear();
        }
        polled.map(|()| this.engine.shared().lock().outcome())
    }
}

impl<Io> fmt::Debug for Driver<Io> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.engine.fmt(f)
    }
}

impl Work<Role> for Jobs {
    /// Servers open no streams that a client takes.
    fn work(&mut self, _: &Arc<Shared<Role>>, news: News) {
        for job in news.jobs {
            self.0.begin(job);
        }
        self.0.poll_ready();
    }

    fn is_idle(&self) -> bool {
        self.0.is_idle()
    }
}

impl<R: proto::Role> State<R> {
    /// How the connection ended.
    pub(crate) fn outcome(&self) -> Result<(), Error> {
        match &self.closed {
            Some(Err(_)) => Err(self.connection_error()),
            _ => Ok(()),
        }
    }

    /// Waits until the driver is at its end.
    pub(crate) fn poll_done(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.is_done {
            return Poll::Ready(self.outcome());
        }
        note(&mut self.closers, cx.waker());
        Poll::Pending
    }
}
