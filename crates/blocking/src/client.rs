//! One connection to a server, for many requests from many threads.

use alloc::sync::Arc;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{Read, Write};
use std::time::Instant;

use proto::{Bytes, Client as Role, ErrorCode, Request, Stats};
use session::{ClientOptions, Error, Machine, Octets, Opened, Session, TcpOptions, Users};

use crate::clock::with_waker;
use crate::link::{Io, Link};
use crate::output::Output;
use crate::pending::{Pending, Reply};
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use crate::socket::{Rx, Socket, Tx};
use crate::sync::thread;
use crate::wait::wait;
use crate::writer::{PATIENCE, Writer};

/// A handle on one connection to a server.
///
/// Handles are cheap to clone, and any thread may use one. When the last is dropped, the
/// connection goes away: what runs finishes, then it closes.
#[derive(Clone, Debug)]
pub struct Client {
    users: Users<Role>,
    pub(crate) io: Arc<Io<Role>>,
    limit: Option<Duration>,
    /// What is asked for through TLS is `https`.
    pub(crate) is_secure: bool,
}

impl Client {
    /// Runs a machine of your own over a socket. What it need not be of your own for,
    /// [`builder`](Self::builder) has.
    ///
    /// # Errors
    ///
    /// The socket's, or that no thread can be started.
    pub fn new(machine: impl Machine<Role> + 'static, socket: impl Socket) -> Result<Self, Error> {
        let (link, rx) = join(Box::new(machine), Arc::new(socket), Tcp::default())?;
        Self::start(link, rx)
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
        let link = Link::new(Box::new(machine), None, Output::default());
        let writer = Writer::new(Tx::Half(Box::new(writer)));
        let pump = link.clone();
        thread::Builder::new()
            .name("tress-write".into())
            .spawn(move || pump.pump_alone(writer))?;
        Self::start(link, Rx::Half(Box::new(reader)))
    }

    pub(crate) fn start(link: Link<Role>, rx: Rx) -> Result<Self, Error> {
        let (users, io) = (link.session.users(), Arc::clone(&link.io));
        thread::Builder::new()
            .name("tress-client".into())
            .spawn(move || link.run(rx, |_| ()))?;
        Ok(Self {
            users,
            io,
            limit: None,
            is_secure: false,
        })
    }

    /// Makes a handle on the same connection whose exchanges must end within a time limit.
    #[must_use]
    pub fn with_timeout(&self, limit: Duration) -> Self {
        Self {
            users: self.users.clone(),
            io: Arc::clone(&self.io),
            limit: Some(limit),
            is_secure: self.is_secure,
        }
    }

    /// Begins a request whose content follows. Blocks until the server lets us open a stream.
    ///
    /// The head leaves with the first of the content, or as soon as anybody waits for anything on the
    /// connection: whoever sends no content before an answer waits for that, by [`Pending`].
    ///
    /// A server may answer, and end the stream, before it has all of the content: what fails then
    /// is the sending, and the response is there.
    ///
    /// # Errors
    ///
    /// That the request is malformed, that the connection is closed or going away, a time limit.
    pub fn send(&self, request: Request) -> Result<(SendBody<Role>, Pending), Error> {
        let until = self.until();
        let opened = self.open(request, None, true, until)?;
        let recv = RecvBody::new(opened.recv, self.io.number, until);
        let send = opened.send.ok_or_else(Error::closed)?;
        let send = SendBody::new(send, self.io.number, until);
        Ok((send, Pending::new(recv)))
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
        self.send_whole_with(request, content.into(), false)
    }

    /// The same; one that is `held` is not written before what follows it.
    pub(crate) fn send_whole_with(
        &self,
        request: Request,
        content: Bytes,
        is_held: bool,
    ) -> Result<Pending, Error> {
        let until = self.until();
        let opened = self.open(request, Some(content), is_held, until)?;
        let recv = RecvBody::new(opened.recv, self.io.number, until);
        Ok(Pending::new(recv))
    }

    /// Hands a request over, and waits for its stream.
    fn open(
        &self,
        request: Request,
        content: Option<Bytes>,
        is_held: bool,
        until: Option<Instant>,
    ) -> Result<Opened, Error> {
        let mut pending_request = self.session().open(request, content);
        let mut begin =
            || with_waker(|waker| pending_request.poll(&mut Context::from_waker(waker)));
        let begun = if is_held {
            self.io.number.hold(begin)
        } else {
            begin()
        };
        match begun {
            Poll::Ready(opened) => opened,
            Poll::Pending => self.wait(until, |_, cx| pending_request.poll(cx))?,
        }
    }

    /// Waits for something of the connection's.
    fn wait<T>(
        &self,
        until: Option<Instant>,
        mut poll: impl FnMut(&Session<Role>, &mut Context<'_>) -> Poll<T>,
    ) -> Result<T, Error> {
        let mut session = self.session();
        wait(
            &mut session,
            |session| session,
            self.io.number,
            until,
            |session, cx| poll(session, cx),
        )
    }

    /// The connection.
    pub(crate) fn session(&self) -> &Session<Role> {
        self.users.session()
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

    /// Sends the server a PING; returns how long it took (RFC 9113 §6.7).
    ///
    /// # Errors
    ///
    /// That the connection is closed, that many pings are unanswered, a time limit.
    pub fn ping(&self) -> Result<Duration, Error> {
        let (begin, ping) = (Instant::now(), self.session().ping()?);
        self.wait(self.until(), |_, cx| ping.poll(cx))??;
        Ok(begin.elapsed())
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

    /// Goes away, waits until what runs has finished, and for the connection's threads.
    ///
    /// # Errors
    ///
    /// What ended the connection other than in good order, or a time limit.
    pub fn close(self) -> Result<(), Error> {
        self.session().go_away();
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
        self.session().go_away();
        let closed = self.wait_closed(Instant::now().checked_add(limit));
        if closed.as_ref().is_err_and(Error::is_timeout) {
            self.abort();
        }
        closed
    }

    /// Ends the connection at once, and with it all that runs.
    pub fn abort(&self) {
        self.link().abort(ErrorCode::CANCEL);
    }

    fn wait_closed(&self, until: Option<Instant>) -> Result<(), Error> {
        self.wait(until, |session, cx| session.poll_closed(cx))?
    }

    pub(crate) fn link(&self) -> Link<Role> {
        Link {
            session: self.session().clone(),
            io: Arc::clone(&self.io),
        }
    }

    fn until(&self) -> Option<Instant> {
        self.limit
            .and_then(|limit| Instant::now().checked_add(limit))
    }
}

/// What is asked of a socket, where it is one of TCP's.
#[derive(Clone, Copy)]
pub(crate) struct Tcp {
    is_nodelay: bool,
    options: TcpOptions,
}

impl Tcp {
    pub(crate) const fn of(options: &ClientOptions) -> Self {
        Self {
            is_nodelay: options.is_nodelay(),
            options: options.tcp(),
        }
    }
}

impl From<TcpOptions> for Tcp {
    fn from(options: TcpOptions) -> Self {
        Self {
            is_nodelay: true,
            options,
        }
    }
}

impl Default for Tcp {
    fn default() -> Self {
        TcpOptions::default().into()
    }
}

/// Brings a machine and a socket together; nothing moves before the start.
pub(crate) fn join<R: proto::Role>(
    machine: Box<dyn Machine<R>>,
    socket: Arc<dyn Socket>,
    tcp: Tcp,
) -> Result<(Link<R>, Rx), Error> {
    if tcp.is_nodelay {
        socket.set_nodelay()?;
    }
    socket.set_options(tcp.options);
    socket.set_write_timeout(Some(PATIENCE))?;
    let output = Output::open(Writer::new(Tx::Socket(Arc::clone(&socket))));
    let link = Link::new(machine, Some(Arc::clone(&socket)), output);
    Ok((link, Rx::Socket(socket)))
}
