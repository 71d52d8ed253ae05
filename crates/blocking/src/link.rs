//! A session and its socket, as the threads of a connection share them.

use alloc::sync::Arc;
use core::fmt;
use std::net::Shutdown;
use std::sync::{OnceLock, PoisonError};
use std::time::Instant;

use proto::{ErrorCode, Role};
use session::{Adapter, Due, Locked, Machine, Options, Session, Standing};

use crate::clock::tick;
use crate::current::Number;
use crate::output::Output;
use crate::pool::Share;
use crate::socket::Socket;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::threads::Threads;
use crate::writer::PATIENCE;

/// A connection, as its threads and handles see it.
pub(crate) struct Link<R: Role> {
    pub(crate) session: Session<R>,
    pub(crate) io: Arc<Io<R>>,
}

/// What there is beside the session.
pub(crate) struct Io<R: Role> {
    pub(crate) number: Number,
    /// Who writes; only seen within turns.
    pub(crate) output: Output,
    threads: Mutex<Threads>,
    /// The thread that writes what takes long has ended, or the output.
    pub(crate) ended: Condvar,
    /// The socket, where there is one and not two halves.
    pub(crate) socket: Option<Arc<dyn Socket>>,
    /// Takes what the peer opened, where another thread than the one that reads learns of it.
    acceptor: OnceLock<Box<Acceptor<R>>>,
    /// What the connection has of the threads that handle what it takes.
    share: OnceLock<Share>,
}

/// Takes the requests that wait, on whatever thread; it does not block.
pub(crate) type Acceptor<R> = dyn Fn(&Session<R>) + Send + Sync;

/// Writes on the spot, and has requests taken, after the turns of those who use the connection.
struct OnTheSpot<R: Role>(Arc<Io<R>>);

impl<R: Role> Link<R> {
    /// Brings a machine and a socket together; nothing moves before the start.
    pub(crate) fn new(
        machine: Box<dyn Machine<R>>,
        socket: Option<Arc<dyn Socket>>,
        output: Output,
    ) -> Self {
        let io = Arc::new(Io {
            number: Number::new(),
            output,
            threads: Mutex::default(),
            ended: Condvar::new(),
            socket,
            acceptor: OnceLock::new(),
            share: OnceLock::new(),
        });
        // What goes over two halves a thread of its own writes, which the session wakes.
        let on_the_spot = || Box::new(OnTheSpot(Arc::clone(&io))) as Box<dyn Adapter<R>>;
        let adapter = io.socket.is_some().then(on_the_spot);
        let session = Session::new(
            machine,
            Options {
                adapter,
                ..Options::default()
            },
        );
        Self { session, io }
    }

    /// Ends a connection whose time to go away in is over: see [`Session::shut_down`]. What it says last
    /// has a moment to leave.
    pub(crate) fn shut_down(&self) {
        if let Some(share) = self.io.share.get() {
            share.give_up();
        }
        self.session.shut_down();
        let (begin, mut threads) = (Instant::now(), self.io.threads());
        while let Some(left) = PATIENCE.checked_sub(begin.elapsed()) {
            if self.io.output.is_closed() {
                return;
            }
            let waited = self.io.ended.wait_timeout(threads, left);
            threads = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(threads);
        self.io.shut(Shutdown::Both);
    }

    /// How the connection stands.
    pub(crate) fn standing(&self) -> Option<Standing> {
        self.io.turn(&self.session, tick)?;
        self.session.standing(Instant::now()).ok()
    }

    /// Ends the connection at once, whatever the peer takes.
    pub(crate) fn abort(&self, code: ErrorCode) {
        self.session.abort(code);
        if !self.io.output.is_closed() {
            self.io.shut(Shutdown::Both);
        }
    }
}

impl<R: Role> Io<R> {
    /// Sets who takes what the peer opened, where another thread than the one that reads learns of
    /// it: a request may wait until others have ended (RFC 9113 §10.5).
    pub(crate) fn set_acceptor(&self, acceptor: Box<Acceptor<R>>) {
        // There is one server to a connection.
        let _ = self.acceptor.set(acceptor);
    }

    /// Sets whose threads handle what is taken: what waits for one has not begun.
    pub(crate) fn set_share(&self, share: Share) {
        // There is one server to a connection.
        let _ = self.share.set(share);
    }

    pub(crate) fn threads(&self) -> MutexGuard<'_, Threads> {
        // It is whole after every operation.
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends one or both directions of the socket, and every read or write that waits there.
    pub(crate) fn shut(&self, how: Shutdown) {
        if let Some(socket) = &self.socket {
            // A socket that cannot be shut down any more is closed already.
            let _ = socket.shutdown(how);
        }
    }

    /// Has taken what the peer opened, unless this thread is about to.
    fn accept(&self, session: &Session<R>) {
        if self.number.is_accepted_here() {
            return;
        }
        if let Some(acceptor) = self.acceptor.get() {
            let _accepting = self.number.accept_here();
            acceptor(session);
        }
    }

    /// Takes a turn for others than the one that uses the connection, and sees to what that opened.
    pub(crate) fn turn<T>(
        &self,
        session: &Session<R>,
        action: impl FnOnce(&mut Locked<R>) -> T,
    ) -> Option<T> {
        // Nobody drives a connection from inside it.
        let (outcome, due) = session.turn(action).ok()?;
        self.look_after(session, due);
        Some(outcome)
    }

    fn look_after(&self, session: &Session<R>, due: Due) {
        if due.canceled {
            // A thread cannot be ended from outside: handlers ask by themselves.
            drop(session.turn(Locked::take_canceled));
        }
        if due.opened {
            self.accept(session);
        }
    }
}

impl<R: Role> Adapter<R> for OnTheSpot<R> {
    fn prepare(&self, session: &Session<R>, locked: &mut Locked<R>, due: Due) -> Due {
        let (io, mut left) = (&self.0, due);
        (left.output, left.write_closed) = (false, false);
        if (due.output || due.write_closed) && !io.number.is_held_here() {
            left.output = io.prepare(session, locked);
        }
        left
    }

    fn settle(&self, session: &Session<R>, due: Due) {
        let io = &self.0;
        io.look_after(session, due);
        if due.output {
            io.write_prepared(session);
        }
    }
}

impl<R: Role> Clone for Link<R> {
    fn clone(&self) -> Self {
        Self {
            session: self.session.clone(),
            io: Arc::clone(&self.io),
        }
    }
}

impl<R: Role> fmt::Debug for Io<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Io")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl<R: Role> fmt::Debug for Link<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.session.fmt(f)
    }
}
