//! The thread of a connection: it reads, hands out what came, and writes once per batch.

use core::task::Waker;
use core::time::Duration;
use std::io;
use std::net::Shutdown;
use std::sync::PoisonError;

use proto::Role;
use runtime::{Buffers, Closing, ReadOperation, Reader};
use session::{Locked, Session};

use crate::clock::{Clock, earlier, is_out_of_time, park, thread_waker, tick};
use crate::current::Having;
use crate::link::Link;
use crate::socket::{Rx, Socket};
use crate::sync::thread;

/// How long requests that wait for a handler to be done wait for us to see that it is.
const WAITING: Duration = Duration::from_millis(10);

/// How long the thread reads at most before it tells the time, while there is output: what another
/// thread queues may wait for the peer, and has a deadline then that this one does not know of.
const LOOK: Duration = Duration::from_secs(5);

/// The reading half, and the time limit that it has now.
#[derive(Debug)]
struct ReadHalf {
    rx: Rx,
    reader: Reader,
    /// Those that parts are kept of.
    buffers: Buffers,
    limit: Option<Duration>,
    /// The limit passed during the latest read.
    is_late: bool,
    /// How many octets came with the latest read.
    received: usize,
    clock: Clock,
    closing: Closing,
}

/// What the thread does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Offer,
    Fill(Option<Duration>),
    Park(Option<Duration>),
    /// Wait until the last of our output has left.
    Part,
    End,
}

impl<R: Role> Link<R> {
    /// Runs the connection until both directions are closed. `accept` takes what the peer opened.
    pub(crate) fn run(&self, rx: Rx, mut accept: impl FnMut(&Session<R>)) {
        let mut ending = Ending {
            link: self,
            read_half: ReadHalf::new(rx),
            _reading: self.io.number.read_here(),
        };
        let read_half = &mut ending.read_half;
        self.io.threads().reader = Some(thread::current());
        let waker = thread_waker();
        loop {
            let (offered, has_opened) = self.offer(read_half);
            if has_opened {
                // What the batch brings about leaves together, unless another thread writes it: a handler
                // may keep this one for long.
                self.io.number.hold(|| accept(&self.session));
            }
            match self.conclude(&read_half.reader, offered, &waker) {
                Next::Offer => {}
                Next::Fill(limit) => self.fill(read_half, limit),
                Next::Park(limit) => park(limit),
                Next::Part => self.part(read_half),
                Next::End => return,
            }
        }
    }

    /// Offers what came to the machine; says whether the peer has opened something.
    fn offer(&self, read_half: &mut ReadHalf) -> (ReadOperation, bool) {
        let turn = self.session.turn(|locked| {
            locked.count_received(core::mem::take(&mut read_half.received));
            self.io.output.set_read(false);
            tick(locked);
            read_half.reader.offer(locked.machine())
        });
        turn.map_or((ReadOperation::Close, false), |(offered, due)| {
            (offered, due.opened)
        })
    }

    /// Writes what the batch brought about, and says what comes next.
    fn conclude(&self, reader: &Reader, offered: ReadOperation, waker: &Waker) -> Next {
        let turn = self.session.turn(|locked| {
            let limit = read_limit(locked);
            let job = self.io.next_job(&self.session, locked);
            drop(locked.take_canceled());
            locked.rest();
            let next = match reader.next(locked.machine()) {
                ReadOperation::Read if offered != ReadOperation::Read => Next::Offer,
                ReadOperation::Read => Next::Fill(limit),
                ReadOperation::Close if self.io.output.is_closed() => Next::End,
                ReadOperation::Close => Next::Part,
                ReadOperation::Yield => {
                    locked.machine().yield_reader(waker);
                    Next::Park(limit)
                }
            };
            self.io.output.set_read(matches!(next, Next::Fill(_)));
            (next, job)
        });
        let Ok(((next, job), due)) = turn else {
            return Next::End;
        };
        match job {
            Some(job) => self.io.write(&self.session, job),
            // Over two halves a thread of its own writes.
            None if due.output => self.session.driver().call(),
            None => {}
        }
        if due.opened { Next::Offer } else { next }
    }

    /// Waits until whoever closes the output wakes us, or until that has taken too long.
    fn part(&self, read_half: &mut ReadHalf) {
        let now = read_half.clock.now();
        let end = read_half.closing.leaves_by(self.session.octets().sent, now);
        if now < end {
            return park(Some(end - now));
        }
        // Whoever waits for the socket fails at once; two halves have to see to that themselves.
        self.io.shut(Shutdown::Both);
        park(Some(Closing::PATIENCE));
    }

    /// Reads once.
    fn fill(&self, read_half: &mut ReadHalf, limit: Option<Duration>) {
        read_half.set_limit(self.io.socket.as_deref(), limit);
        let rx = &mut read_half.rx;
        read_half.buffers.renew(&mut read_half.reader);
        match read_half.reader.fill(|into| rx.read(into)) {
            Ok(count) => read_half.received = count,
            Err(error) if is_out_of_time(&error) => read_half.is_late = true,
            Err(error) => self.report(error),
        }
    }

    fn report(&self, error: io::Error) {
        // Whatever it brings about this thread sees next.
        let _ = self
            .session
            .turn(|locked| locked.machine().report_exn(Box::new(error)));
    }

    /// Tells those who wait that the connection is done, and waits for the second thread.
    fn finish(&self) {
        let mut threads = self.io.threads();
        threads.reader = None;
        threads.is_done = true;
        let pump = threads.pump.clone();
        drop(threads);
        // Nobody else drives it.
        let _ = self.session.turn(Locked::finish);
        let Some(pump) = pump else { return };
        pump.unpark();
        // It writes to a socket that is shut down, which fails at once.
        let mut threads = self.io.threads();
        while threads.pump.is_some() {
            let waited = self.io.ended.wait(threads);
            threads = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Tells the machine the time; says how long the thread may read before it does again.
fn read_limit<R: Role>(locked: &mut Locked<R>) -> Option<Duration> {
    let limit = tick(locked);
    let connection = locked.machine().connection();
    let has_output = connection.streams().next().is_some() || connection.queued() > 0;
    // Another thread makes them begin, and cannot call one that reads.
    let has_waiting = connection.has_waiting_requests();
    let limit = earlier(limit, has_output.then_some(LOOK));
    earlier(limit, has_waiting.then_some(WAITING))
}

/// Ends a connection when its thread leaves it, also by a panic of an observer.
struct Ending<'a, R: Role> {
    link: &'a Link<R>,
    read_half: ReadHalf,
    _reading: Having,
}

impl<R: Role> Ending<'_, R> {
    fn is_aborted(&self) -> bool {
        let turn = self.link.session.turn(|locked| locked.is_aborted());
        turn.is_ok_and(|(is_aborted, _)| is_aborted)
    }
}

impl<R: Role> Drop for Ending<'_, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            let error = io::Error::other("the connection's thread panicked");
            self.link.report(error);
            self.link.io.write_due(&self.link.session);
        } else if let Some(socket) = self.link.io.socket.as_ref().filter(|_| !self.is_aborted()) {
            // To close a socket on unread input destroys the last of our output.
            self.read_half.linger(&**socket);
        }
        self.link.io.shut(Shutdown::Both);
        self.link.finish();
    }
}

impl ReadHalf {
    fn new(rx: Rx) -> Self {
        Self {
            rx,
            reader: Reader::new(),
            buffers: Buffers::new(),
            limit: None,
            is_late: false,
            received: 0,
            clock: Clock::new(),
            closing: Closing::new(),
        }
    }

    /// Sets the time limit of the next read, where that is needed.
    ///
    /// A read that ends too early costs one turn, so that not every read sets a limit.
    fn set_limit(&mut self, socket: Option<&dyn Socket>, limit: Option<Duration>) {
        let Some(socket) = socket else { return };
        let limit = limit.map(|limit| limit.max(Duration::from_millis(1)));
        let present = self.limit.unwrap_or(Duration::MAX);
        let is_needed = self.is_late || limit.unwrap_or(Duration::MAX) < present;
        if is_needed && limit != self.limit && socket.set_read_timeout(limit).is_ok() {
            self.limit = limit;
        }
        self.is_late = false;
    }

    /// Reads and drops what still comes, for a while.
    fn linger(&mut self, socket: &dyn Socket) {
        let mut into = vec![0; 4096];
        let until = self.closing.lingers_until(self.clock.now());
        loop {
            let left = self.clock.until(until);
            if left.is_zero() || socket.set_read_timeout(Some(left)).is_err() {
                return;
            }
            match self.rx.read(&mut into) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }
}
