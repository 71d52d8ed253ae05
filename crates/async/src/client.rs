//! One connection to a server, for many requests from many tasks.

use alloc::sync::Arc;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use proto::{Bytes, Client as Role, ErrorCode, Request};

use crate::engine::{Engine, News, Work};
use crate::error::Error;
use crate::flavor::{Flavor, Threads};
use crate::handle::{Handle, SendHalf};
use crate::io::AsyncIo;
use crate::machine::Machine;
use crate::opening::Opening;
use crate::pending::{Pending, Reply};
use crate::ping::Outstanding;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use crate::shared::Link;
use crate::state::{Octets, State, note};
use crate::tasks::Tasks;
use crate::timer::Timer;

/// A handle on one connection to a server.
///
/// Handles are cheap to clone, and any task may use one. When the last is dropped, the connection
/// goes away: what runs finishes, then it closes.
pub struct Client<F: Flavor = Threads>(F::Pointer<Line<F>>);

/// What all handles of a connection share.
struct Line<F: Flavor> {
    shared: Link<Role, F>,
}

impl Client {
    /// Runs a machine over a transport. Nothing moves unless the driver is polled: spawn it.
    pub fn new<Io: AsyncIo>(machine: impl Machine<Role> + 'static, io: Io) -> (Self, Driver<Io>) {
        Self::of_boxed(Box::new(machine), io)
    }
}

impl<F: Flavor> Client<F> {
    pub(crate) fn of_boxed<Io>(machine: Box<F::Machine<Role>>, io: Io) -> (Self, Driver<Io, F>)
    where
        Io: AsyncIo,
    {
        let shared = Link::new(machine);
        let line = Line {
            shared: shared.clone(),
        };
        let jobs = Jobs(Tasks::new(Arc::clone(&shared.bell)));
        let engine = Engine::new(shared, io);
        (Self(F::share(line)), Driver { engine, jobs })
    }

    /// Takes the response of a stream that the machine has opened before anything moved.
    #[cfg(feature = "h2c-upgrade")]
    pub(crate) fn adopt(&self, id: proto::StreamId) -> Pending<F> {
        let shared = &self.0.shared;
        shared.act(|state| {
            state.slots.open(id);
            state.slots.hold(id);
        });
        Pending::new(RecvBody::new(Handle::new(shared.clone(), id), None))
    }

    /// Begins a request whose content follows. Waits until the server lets us open a stream.
    ///
    /// A server may answer, and end the stream, before it has all of the content: what fails then
    /// is the sending, and the response is there.
    ///
    /// # Errors
    ///
    /// That the request is malformed, that the connection is closed or going away.
    pub async fn send(&self, request: Request) -> Result<(SendBody<Role, F>, Pending<F>), Error> {
        let shared = &self.0.shared;
        self.hear_before(&request).await;
        let id = Opening::begun(shared, request).await?;
        let handle = || Handle::new(shared.clone(), id);
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
    ) -> Result<Pending<F>, Error> {
        self.hear_before(&request).await;
        let id = Opening::whole(&self.0.shared, request, content.into()).await?;
        let handle = Handle::new(self.0.shared.clone(), id);
        Ok(Pending::new(RecvBody::new(handle, None)))
    }

    /// Sends a request without content, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// Those of [`send_whole`](Self::send_whole) and [`Pending`].
    pub async fn fetch(&self, request: Request) -> Result<Reply<F>, Error> {
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
    ) -> Result<Reply<F>, Error> {
        self.send_whole(request, content).await?.await
    }

    #[cfg(feature = "http-body")]
    pub(crate) fn shared(&self) -> &Link<Role, F> {
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
        let ping = Outstanding::send(&self.0.shared)?;
        poll_fn(|cx| ping.poll(cx)).await.map(|()| begin.elapsed())
    }

    /// How many octets went through the transport.
    #[must_use]
    pub fn octets(&self) -> Octets {
        self.0.shared.look(|state| state.octets)
    }

    /// Says whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.shared.look(|state| state.closed.is_some())
    }

    /// Ends the connection at once, and with it all that runs.
    pub fn abort(&self) {
        self.0.shared.abort(ErrorCode::CANCEL);
    }

    /// Why the connection ended.
    #[cfg(all(feature = "rustls", feature = "tokio"))]
    pub(crate) fn cause(&self) -> Error {
        self.0.shared.look(|state| state.connection_error())
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

impl<F: Flavor> Clone for Client<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<F: Flavor> Drop for Line<F> {
    fn drop(&mut self) {
        self.shared.go_away();
    }
}

/// The task of a client's connection: a future that moves the octets, and is finished when the
/// connection is.
#[must_use = "nothing moves unless the driver is polled"]
pub struct Driver<Io, F: Flavor = Threads> {
    engine: Engine<Role, F, Io>,
    jobs: Jobs<F>,
}

/// The content of requests, which the driver sends by itself.
struct Jobs<F: Flavor>(Tasks<F::Job>);

impl<Io> Driver<Io> {
    /// Sets what wakes it when a deadline of the connection's has come.
    ///
    /// Without one no clock runs that nothing else wakes it for: content that waits for the peer's
    /// credit, output that the transport does not take, a request that waits for the server to take
    /// another stream, a preface and settings that do not come wait for ever.
    pub fn with_timer(self, timer: impl Timer + Send + 'static) -> Self {
        self.with_boxed_timer(Box::new(timer))
    }
}

impl<Io, F: Flavor> Driver<Io, F> {
    pub(crate) fn with_boxed_timer(mut self, timer: Box<F::Timer>) -> Self {
        self.engine.set_timer(timer);
        self
    }
}

// Nothing in it is pinned in place: the transport and the jobs have boxes.
impl<Io, F: Flavor> Unpin for Driver<Io, F> {}

impl<Io: AsyncIo, F: Flavor> Future for Driver<Io, F> {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.engine.poll(cx, &mut this.jobs);
        if polled.is_ready() {
            this.jobs.0.clear();
        }
        polled.map(|()| this.engine.shared().look(|state| state.outcome()))
    }
}

impl<F: Flavor> fmt::Debug for Client<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl<Io, F: Flavor> fmt::Debug for Driver<Io, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.engine.fmt(f)
    }
}

impl<F: Flavor> Work<Role, F> for Jobs<F> {
    /// Servers open no streams that a client takes.
    fn work(&mut self, _: &Link<Role, F>, news: News<F>) {
        for job in news.jobs {
            self.0.begin(None, job);
        }
        self.0.poll_ready();
    }

    fn is_idle(&self) -> bool {
        self.0.is_idle()
    }
}

impl<R: proto::Role, F: Flavor> State<R, F> {
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
