//! One connection to a server, for many requests from many tasks.

use alloc::sync::Arc;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use proto::{Bytes, Client as Role, ErrorCode, Request, Stats};
use session::transport::Transport;
use session::{Due, Error, Machine, Octets, Opened, Options, Session, Users};

use crate::engine::{Engine, Work};
use crate::jobs::{Job, Jobs};
use crate::pending::{Pending, Reply};
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use crate::tasks::Tasks;
use crate::timer::{Clock, NoTimer, Timer};

/// A handle on one connection to a server.
///
/// Handles are cheap to clone, and any task may use one. When the last is dropped, the connection
/// goes away: what runs finishes, then it closes.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

/// What all handles of a connection share.
struct Shared {
    users: Users<Role>,
    #[cfg_attr(
        not(feature = "http-body"),
        expect(dead_code, reason = "nobody has any")
    )]
    jobs: Jobs,
    #[cfg_attr(
        not(feature = "http-body"),
        expect(dead_code, reason = "messages of one's own say their scheme")
    )]
    is_secure: bool,
}

impl Client {
    /// Runs a machine of your own over a transport. Nothing moves unless the driver is polled: spawn it.
    /// What it need not be of your own for, [`builder`](Self::builder) has.
    pub fn new<Io: Transport>(machine: impl Machine<Role> + 'static, io: Io) -> (Self, Driver<Io>) {
        Self::run(Box::new(machine), io, false)
    }

    /// The same; what is asked for through a connection that is secure is `https`.
    pub(crate) fn run<Io: Transport>(
        machine: Box<dyn Machine<Role>>,
        io: Io,
        is_secure: bool,
    ) -> (Self, Driver<Io>) {
        let session = Session::new(machine, Options::default());
        let queue = Jobs::default();
        let shared = Shared {
            users: session.users(),
            jobs: queue.clone(),
            is_secure,
        };
        let running = Running {
            queue,
            tasks: Tasks::new(Arc::clone(session.driver())),
        };
        let (engine, clock) = Engine::new(session, io);
        let driver = Driver {
            engine,
            clock,
            running,
        };
        (Self(Arc::new(shared)), driver)
    }

    /// Takes the response of a stream that the machine has opened before anything moved.
    #[cfg(feature = "h2c-upgrade")]
    pub(crate) fn adopt(&self, id: proto::StreamId) -> Result<Pending, Error> {
        let recv = self.session().adopt(id)?;
        Ok(Pending::new(RecvBody::new(recv)))
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
        let Opened { send, recv } = self.open(request, None).await?;
        let send = send.ok_or_else(Error::closed)?;
        Ok((SendBody::new(send), Pending::new(RecvBody::new(recv))))
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
        let opened = self.open(request, Some(content.into())).await?;
        Ok(Pending::new(RecvBody::new(opened.recv)))
    }

    /// Waits until a stream is opened for a request. The machine has it from the first poll on, so that
    /// nobody else waits for the next one.
    async fn open(&self, request: Request, content: Option<Bytes>) -> Result<Opened, Error> {
        let mut pending_request = self.session().open(request, content);
        poll_fn(|cx| pending_request.poll(cx)).await
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

    /// What the driver is to go on with by itself.
    #[cfg(feature = "http-body")]
    pub(crate) fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// Says whether what is asked for is `https`, where nothing else is said.
    #[cfg(feature = "http-body")]
    pub(crate) fn is_secure(&self) -> bool {
        self.0.is_secure
    }

    pub(crate) fn session(&self) -> &Session<Role> {
        self.0.users.session()
    }

    /// Sends the server a PING; returns how long it took (RFC 9113 §6.7).
    ///
    /// # Errors
    ///
    /// That the connection is closed, or that many pings are unanswered.
    pub async fn ping(&self) -> Result<Duration, Error> {
        let begin = Instant::now();
        let ping = self.session().ping()?;
        poll_fn(|cx| ping.poll(cx)).await.map(|()| begin.elapsed())
    }

    /// How many octets went through the transport.
    #[must_use]
    pub fn octets(&self) -> Octets {
        self.session().octets()
    }

    /// What the connection has done so far, and what held it up: see [`Stats`].
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant): an observer asked.
    pub fn stats(&self) -> Result<Stats, Error> {
        self.session().stats()
    }

    /// Says whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.session().is_closed()
    }

    /// Ends the connection at once, and with it all that runs.
    pub fn abort(&self) {
        self.session().abort(ErrorCode::CANCEL);
    }

    /// Goes away, and waits until what runs has finished and the transport is closed.
    ///
    /// # Errors
    ///
    /// What ended the connection other than in good order.
    pub async fn close(self) -> Result<(), Error> {
        self.session().go_away();
        poll_fn(|cx| self.session().poll_closed(cx)).await
    }
}

/// The task of a client's connection: a future that moves the octets, and is finished when the
/// connection is.
#[must_use = "nothing moves unless the driver is polled"]
pub struct Driver<Io, T = NoTimer> {
    engine: Engine<Role, Io>,
    clock: Clock<T>,
    running: Running,
}

/// The content of requests, which the driver sends by itself.
struct Running {
    queue: Jobs,
    tasks: Tasks<Job>,
}

impl<Io, T> Driver<Io, T> {
    /// Sets what wakes it when a deadline of the connection's has come.
    ///
    /// Without one no clock runs that nothing else wakes it for: content that waits for the peer's
    /// credit, output that the transport does not take, a request that waits for the server to take
    /// another stream, a preface and settings that do not come wait for ever.
    pub fn with_timer<U: Timer>(self, timer: U) -> Driver<Io, U> {
        self.engine.enable_alarms();
        Driver {
            engine: self.engine,
            clock: self.clock.with_timer(timer),
            running: self.running,
        }
    }
}

// Nothing in it is pinned in place: the transport and the jobs have boxes.
impl<Io, T> Unpin for Driver<Io, T> {}

impl<Io: Transport, T: Timer> Future for Driver<Io, T> {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.engine.poll(cx, &mut this.clock, &mut this.running);
        if polled.is_ready() {
            this.running.tasks.clear();
            this.running.queue.close();
        }
        polled.map(|()| this.engine.session().outcome())
    }
}

impl Work<Role> for Running {
    /// Servers open no streams that a client takes.
    fn work(&mut self, _: &Session<Role>, _: Due) {
        for job in self.queue.take() {
            self.tasks.begin(None, job);
        }
        self.tasks.poll_ready();
    }

    fn is_idle(&self) -> bool {
        self.tasks.is_idle()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl<Io, T> fmt::Debug for Driver<Io, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.engine.fmt(f)
    }
}
