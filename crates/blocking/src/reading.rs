//! The thread of a connection: it reads, hands out what came, and writes once per batch.

use alloc::sync::Arc;
use core::time::Duration;
use std::io;
use std::net::Shutdown;

use proto::{Role, StreamId};
use runtime::{Closing, ReadOperation, Reader};

use crate::clock::{Clock, is_out_of_time, park, thread_waker};
use crate::shared::{Shared, Subject};
use crate::socket::{Rx, Socket};
use crate::sync::thread;

/// How long requests that wait for a handler to be done wait for us to see that it is.
const WAITING: Duration = Duration::from_millis(10);

/// How long the thread reads at most before it tells the time, while there is output: what another
/// thread queues may wait for the peer, and has a deadline then that this one does not know of.
const LOOK: Duration = Duration::from_secs(5);

/// The reading half, and the time limit that it has now.
#[derive(Debug)]
struct Intake {
    rx: Rx,
    reader: Reader,
    limit: Option<Duration>,
    /// The limit passed during the latest read.
    is_late: bool,
    /// How many octets came with the latest read.
    news: usize,
    closing: Closing,
}

/// What the thread does next.
enum Next {
    Offer,
    Fill(Option<Duration>),
    Park(Option<Duration>),
    /// Wait until the last of our output has left.
    Part,
    End,
}

impl<R: Role> Shared<R> {
    /// Runs the connection until both directions are closed. `handle` takes what the peer opened.
    pub(crate) fn run(self: &Arc<Self>, rx: Rx, mut handle: impl FnMut(Vec<StreamId>)) {
        let mut ending = Ending {
            shared: self,
            intake: Intake::new(rx),
        };
        let intake = &mut ending.intake;
        self.lock().reader = Some(thread::current());
        let waker = thread_waker();
        loop {
            let (offered, opened) = self.offer(intake);
            if !opened.is_empty() {
                handle(opened);
            }
            match self.conclude(&intake.reader, offered, &waker) {
                Next::Offer => {}
                Next::Fill(limit) => self.fill(intake, limit),
                Next::Park(limit) => park(limit),
                Next::Part => self.part(intake),
                Next::End => return,
            }
        }
    }

    /// Offers what came to the machine.
    fn offer(self: &Arc<Self>, intake: &mut Intake) -> (ReadOperation, Vec<StreamId>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.octets.received += u64::try_from(intake.news).unwrap_or_default();
        intake.news = 0;
        state.is_reading = false;
        state.machine.tick(self.clock.now());
        let offered = intake.reader.offer(&mut *state.machine);
        state.absorb();
        let opened = core::mem::take(&mut state.opened);
        state.is_in_batch = !opened.is_empty();
        self.leave(guard, None);
        (offered, opened)
    }

    /// Writes what the batch brought about, and says what comes next.
    fn conclude(
        self: &Arc<Self>,
        reader: &Reader,
        offered: ReadOperation,
        waker: &core::task::Waker,
    ) -> Next {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.is_in_batch = false;
        let now = self.clock.now();
        let deadline = state.machine.tick(now);
        let job = state.settle();
        let limit = deadline.map(|point| point.saturating_sub(now));
        let limit = earlier(limit, state.has_output().then_some(LOOK));
        // Another thread makes them begin, and cannot call one that reads.
        let has_waiting = state.machine.connection().has_waiting_requests();
        let limit = earlier(limit, has_waiting.then_some(WAITING));
        let next = match reader.next(&mut *state.machine) {
            _ if !state.opened.is_empty() => Next::Offer,
            ReadOperation::Read if offered != ReadOperation::Read => Next::Offer,
            ReadOperation::Read => Next::Fill(limit),
            ReadOperation::Close if state.lane.is_closed => Next::End,
            ReadOperation::Close => Next::Part,
            ReadOperation::Yield => {
                state.machine.yield_reader(waker);
                Next::Park(limit)
            }
        };
        state.is_reading = matches!(next, Next::Fill(_));
        self.leave(guard, job);
        next
    }

    /// Waits until whoever closes the output wakes us, or until that has taken too long.
    fn part(self: &Arc<Self>, intake: &mut Intake) {
        let (sent, now) = (self.lock().octets.sent, self.clock.now());
        let end = intake.closing.leaves_by(sent, now);
        if now < end {
            return park(Some(end - now));
        }
        // Whoever waits for the socket fails at once; two halves have to see to that themselves.
        self.shut(Shutdown::Both);
        park(Some(Closing::PATIENCE));
    }

    /// Reads once.
    fn fill(self: &Arc<Self>, intake: &mut Intake, limit: Option<Duration>) {
        intake.set_limit(self.socket.as_deref(), limit);
        let rx = &mut intake.rx;
        match intake.reader.fill(|into| rx.read(into)) {
            Ok(count) => intake.news = count,
            Err(error) if is_out_of_time(&error) => intake.is_late = true,
            Err(error) => self.act(|state| state.machine.report_exn(Box::new(error))),
        }
    }
}

/// The shorter of two times, where there are any.
fn earlier(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}

/// Ends a connection when its thread leaves it, also by a panic of an observer.
struct Ending<'a, R: Role> {
    shared: &'a Arc<Shared<R>>,
    intake: Intake,
}

impl<R: Role> Drop for Ending<'_, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            let error = io::Error::other("the connection's thread panicked");
            self.shared
                .act(|state| state.machine.report_exn(Box::new(error)));
        } else if let Some(socket) = &self.shared.socket {
            // To close a socket on unread input destroys the last of our output.
            linger(&**socket, &mut self.intake, self.shared.clock);
        }
        self.shared.shut(Shutdown::Both);
        self.shared.finish();
    }
}

impl<R: Role> Shared<R> {
    /// Tells those who wait that the connection is done, and waits for the second thread.
    fn finish(self: &Arc<Self>) {
        let mut state = self.lock();
        state.reader = None;
        state.is_in_batch = false;
        state.is_done = true;
        state.rouse_all();
        let pump = state.lane.pump.clone();
        self.leave(state, None);
        if let Some(pump) = pump {
            pump.unpark();
            // It writes to a socket that is shut down, which fails at once.
            let _ = self.wait(Subject::Connection, None, |state| {
                state.lane.pump.is_none().then_some(())
            });
        }
    }
}

impl Intake {
    fn new(rx: Rx) -> Self {
        Self {
            rx,
            reader: Reader::new(),
            limit: None,
            is_late: false,
            news: 0,
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
}

/// Reads and drops what still comes, for a while.
fn linger(socket: &dyn Socket, intake: &mut Intake, clock: Clock) {
    let mut into = vec![0; 4096];
    let until = intake.closing.lingers_until(clock.now());
    loop {
        let left = clock.until(until);
        if left.is_zero() || socket.set_read_timeout(Some(left)).is_err() {
            return;
        }
        match intake.rx.read(&mut into) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
