//! One connection to a server, for many requests from many threads.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::io::{Read, Write};
use std::time::Instant;

use proto::{Bytes, Client as Role, ErrorCode, Request};

use crate::error::Error;
use crate::handle::{Handle, SendHalf};
use crate::machine::Machine;
use crate::opening::Opening;
use crate::pending::{Pending, Reply};
use crate::ping;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use crate::shared::{Shared, Subject};
use crate::socket::{Rx, Socket, Tx};
use crate::state::{Octets, State};
use crate::sync::thread;
use crate::tcp_options::TcpOptions;
use crate::writing::{Lane, Outlet, PATIENCE};

/// A handle on one connection to a server.
///
/// Handles are cheap to clone, and any thread may use one. When the last is dropped, the
/// connection goes away: what runs finishes, then it closes.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) line: Arc<Line>,
    limit: Option<Duration>,
    /// What is asked for through TLS is `https`.
    pub(crate) is_secure: bool,
}

/// What all handles of a connection share.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) shared: Arc<Shared<Role>>,
    pings: AtomicU64,
}

impl Client {
    /// Runs a machine over a socket.
    ///
    /// # Errors
    ///
    /// The socket's, or that no thread can be started.
    pub fn new(machine: impl Machine<Role> + 'static, socket: impl Socket) -> Result<Self, Error> {
        Self::new_with(machine, socket, TcpOptions::default())
    }

    /// The same, and says what is asked of a TCP socket, in the place of what [`TcpOptions`] are by
    /// default.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn new_with(
        machine: impl Machine<Role> + 'static,
        socket: impl Socket,
        options: TcpOptions,
    ) -> Result<Self, Error> {
        let (shared, rx) = Self::join(Box::new(machine), Arc::new(socket), options)?;
        Self::start(shared, rx)
    }

    /// Brings a machine and a socket together; nothing moves before the start.
    pub(crate) fn join(
        machine: Box<dyn Machine<Role>>,
        socket: Arc<dyn Socket>,
        options: TcpOptions,
    ) -> Result<(Arc<Shared<Role>>, Rx), Error> {
        socket.set_nodelay()?;
        socket.set_options(options);
        socket.set_write_timeout(Some(PATIENCE))?;
        let lane = Lane::open(Outlet::new(Tx::Socket(Arc::clone(&socket))));
        let shared = Shared::new(machine, Some(Arc::clone(&socket)), lane);
        Ok((Arc::new(shared), Rx::Socket(socket)))
    }

    /// Runs a machine over any two halves, with a thread for each.
    ///
    /// The reading thread ends when its half does: a half whose read never returns keeps it.
    ///
    /// # Errors
    ///
    /// That no thread can be started.
    pub fn over_halves(
        machine: impl Machine<Role> + 'static,
        reader: impl Read + Send + 'static,
        writer: impl Write + Send + 'static,
    ) -> Result<Self, Error> {
        let shared = Arc::new(Shared::new(Box::new(machine), None, Lane::default()));
        let outlet = Outlet::new(Tx::Half(Box::new(writer)));
        let pump = Arc::clone(&shared);
        thread::Builder::new()
            .name("tress-write".into())
            .spawn(move || pump.pump_alone(outlet))?;
        Self::start(shared, Rx::Half(Box::new(reader)))
    }

    pub(crate) fn start(shared: Arc<Shared<Role>>, rx: Rx) -> Result<Self, Error> {
        let line = Line {
            shared: Arc::clone(&shared),
            pings: AtomicU64::new(0),
        };
        thread::Builder::new()
            .name("tress-client".into())
            .spawn(move || shared.run(rx, |_| ()))?;
        Ok(Self {
            line: Arc::new(line),
            limit: None,
            is_secure: false,
        })
    }

    /// Makes a handle on the same connection whose exchanges must end within a time limit.
    #[must_use]
    pub fn with_timeout(&self, limit: Duration) -> Self {
        Self {
            line: Arc::clone(&self.line),
            limit: Some(limit),
            is_secure: self.is_secure,
        }
    }

    /// Begins a request whose content follows. Blocks until the server lets us open a stream.
    ///
    /// A server may answer, and end the stream, before it has all of the content: what fails then
    /// is the sending, and the response is there.
    ///
    /// # Errors
    ///
    /// That the request is malformed, that the connection is closed or going away, a time limit.
    pub fn send(&self, request: Request) -> Result<(SendBody<Role>, Pending), Error> {
        let (opening, until) = (Opening::begun(request), self.until());
        let id = opening.wait(&self.line.shared, until)?;
        let handle = || Handle::new(Arc::clone(&self.line.shared), id, until);
        let half = SendHalf::new(handle());
        Ok((
            SendBody::new(half),
            Pending::new(RecvBody::new(handle(), None)),
        ))
    }

    /// Sends a request with all of its content, which may be none. Blocks until the server lets us
    /// open a stream, and no longer.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send), and that the content has not the length that
    /// `content-length` says.
    pub fn send_whole(
        &self,
        request: Request,
        content: impl Into<Bytes>,
    ) -> Result<Pending, Error> {
        self.open(Opening::whole(request, content.into()))
    }

    /// Opens a stream for a request that is whole.
    pub(crate) fn open(&self, opening: Opening) -> Result<Pending, Error> {
        let until = self.until();
        let id = opening.wait(&self.line.shared, until)?;
        let handle = Handle::new(Arc::clone(&self.line.shared), id, until);
        Ok(Pending::new(RecvBody::new(handle, None)))
    }

    /// Sends a request without content, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// Those of [`send_whole`](Self::send_whole) and [`Pending::wait`].
    pub fn fetch(&self, request: Request) -> Result<Reply, Error> {
        self.send_whole(request, Bytes::new())?.wait()
    }

    /// Sends a request with content, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// Those of [`send_whole`](Self::send_whole) and [`Pending::wait`].
    pub fn fetch_with(&self, request: Request, content: impl Into<Bytes>) -> Result<Reply, Error> {
        self.send_whole(request, content)?.wait()
    }

    /// Asks the server for a sign of life; returns how long it took (RFC 9113 §6.7).
    ///
    /// # Errors
    ///
    /// That the connection is closed, that many pings are unanswered, a time limit.
    pub fn ping(&self) -> Result<Duration, Error> {
        let number = self.line.pings.fetch_add(1, Ordering::Relaxed);
        ping::ping(&self.line.shared, number.to_be_bytes(), self.until())
    }

    /// How many octets went through the transport.
    #[must_use]
    pub fn octets(&self) -> Octets {
        self.line.shared.prepare(|state| state.octets)
    }

    /// Says whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.line.shared.prepare(|state| state.closed.is_some())
    }

    /// Goes away, waits until what runs has finished, and for the connection's threads.
    ///
    /// # Errors
    ///
    /// What ended the connection other than in good order, or a time limit.
    pub fn close(self) -> Result<(), Error> {
        self.line.shared.act(State::go_away);
        self.wait_closed(self.until())
    }

    /// Does as [`close`](Self::close), but ends the connection at once when something still runs
    /// after `limit`.
    ///
    /// # Errors
    ///
    /// [`is_timeout`](Error::is_timeout): not everything had finished. What ended the connection
    /// other than in good order.
    pub fn close_within(self, limit: Duration) -> Result<(), Error> {
        self.line.shared.act(State::go_away);
        let closed = self.wait_closed(Instant::now().checked_add(limit));
        if closed.as_ref().is_err_and(Error::is_timeout) {
            self.abort();
        }
        closed
    }

    /// Ends the connection at once, and with it all that runs.
    pub fn abort(&self) {
        self.line.shared.abort(ErrorCode::CANCEL);
    }

    fn wait_closed(&self, until: Option<Instant>) -> Result<(), Error> {
        self.line.shared.wait(Subject::Connection, until, |state| {
            let is_over = state.is_done && state.closed.is_some();
            is_over.then(|| match &state.closed {
                Some(Err(_)) => Err(state.connection_error()),
                _ => Ok(()),
            })
        })?
    }

    /// Why the connection ended.
    #[cfg(feature = "rustls")]
    pub(crate) fn cause(&self) -> Error {
        self.line.shared.prepare(|state| state.connection_error())
    }

    pub(crate) fn until(&self) -> Option<Instant> {
        self.limit
            .and_then(|limit| Instant::now().checked_add(limit))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.act(State::go_away);
    }
}
