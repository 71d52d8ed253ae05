//! A session and its socket, as the threads of a connection share them.

use alloc::sync::Arc;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use std::net::Shutdown;
use std::sync::{OnceLock, PoisonError};
use std::time::Instant;

use proto::{ErrorCode, Role};
use session::{Adapter, Due, Error, Machine, Options, Session, Standing};

use crate::clock::tick;
use crate::current::Number;
use crate::layers::judge;
use crate::socket::Socket;
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::writing::{PATIENCE, Queue};

/// A connection, as its threads and handles see it.
pub(crate) struct Link<R: Role> {
    pub(crate) session: Session<R>,
    pub(crate) io: Arc<Io<R>>,
}

/// What there is beside the session.
pub(crate) struct Io<R: Role> {
    pub(crate) number: Number,
    /// It is locked for moments, and where something of the machine is asked, too, within a turn.
    queue: Mutex<Queue>,
    /// The thread that writes what takes long has ended, or the output.
    pub(crate) ended: Condvar,
    /// The socket, where there is one and not two halves.
    pub(crate) socket: Option<Arc<dyn Socket>>,
    /// Takes what the peer opened, where another thread than the one that reads learns of it.
    acceptor: OnceLock<Box<Acceptor<R>>>,
    /// A thread has it take what the peer opened.
    is_accepting: AtomicBool,
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
        queue: Queue,
    ) -> Self {
        let io = Arc::new(Io {
            number: Number::new(),
            queue: Mutex::new(queue),
            ended: Condvar::new(),
            socket,
            acceptor: OnceLock::new(),
            is_accepting: AtomicBool::new(false),
        });
        // What goes over two halves a thread of its own writes, which the session wakes.
        let on_the_spot = || Box::new(OnTheSpot(Arc::clone(&io))) as Box<dyn Adapter<R>>;
        let adapter = io.socket.is_some().then(on_the_spot);
        let session = Session::new(machine, Options { adapter, judge });
        Self { session, io }
    }

    /// Ends a connection whose time to go away in is over: see [`Session::shut_down`]. What it says last
    /// has a moment to leave.
    pub(crate) fn shut_down(&self) {
        self.session.shut_down();
        let mut queue = self.io.queue();
        let begin = Instant::now();
        while let Some(left) = PATIENCE.checked_sub(begin.elapsed()) {
            if queue.is_closed() {
                return;
            }
            let waited = self.io.ended.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(queue);
        self.io.shut(Shutdown::Both);
    }

    /// How the connection stands.
    pub(crate) fn standing(&self) -> Result<Standing, Error> {
        self.session.turn(tick)?;
        self.session.standing(Instant::now())
    }

    /// Ends the connection at once, whatever the peer takes.
    pub(crate) fn abort(&self, code: ErrorCode) {
        self.session.abort(code);
        if !self.io.queue().is_closed() {
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

    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        // It is whole after every operation.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends one or both directions of the socket, and every read or write that waits there.
    pub(crate) fn shut(&self, how: Shutdown) {
        if let Some(socket) = &self.socket {
            // A socket that cannot be shut down any more is closed already.
            let _ = socket.shutdown(how);
        }
    }

    /// Has taken what the peer opened, unless the thread that reads is about to, or another does, which
    /// then looks again.
    fn accept(&self, session: &Session<R>) {
        let Some(acceptor) = self.acceptor.get() else {
            return;
        };
        let mut is_left = !self.number.is_read_here();
        while is_left && !self.is_accepting.swap(true, Ordering::AcqRel) {
            acceptor(session);
            self.is_accepting.store(false, Ordering::Release);
            is_left = session.turn(|_| ()).is_ok_and(|((), due)| due.opened);
        }
    }
}

impl<R: Role> Adapter<R> for OnTheSpot<R> {
    fn settle(&self, session: &Session<R>, due: Due) {
        let io = &self.0;
        if due.canceled {
            // A thread cannot be ended from outside: handlers ask by themselves.
            drop(session.turn(|locked| locked.take_canceled()));
        }
        if due.opened {
            io.accept(session);
        }
        if (due.output || due.mute) && !io.number.is_held_here() {
            io.write_due(session);
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
