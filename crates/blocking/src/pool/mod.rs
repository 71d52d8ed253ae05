//! Threads that grow in number as handlers block, and end when there is nothing to do.

mod shares;
#[cfg(test)]
#[cfg(not(tress_loom))]
mod tests;

use alloc::sync::Arc;
use core::fmt;
use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::io;
use std::panic;
use std::sync::PoisonError;
use std::time::Instant;

use self::shares::{Number, Shares};
use crate::sync::{Condvar, Mutex, MutexGuard, thread};
use session::{Error, Report};

/// How long a thread waits for work before it ends.
const IDLE: Duration = Duration::from_secs(10);

type Work = Box<dyn FnOnce(Call) + Send>;

/// What becomes of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// It is done now.
    Begin,
    /// It never was begun, and is not any more: there is nothing to be done but to say so.
    GiveUp,
}

/// Starts a thread.
type Start = fn(Box<dyn FnOnce() + Send>) -> io::Result<()>;

/// A pool of threads.
pub(crate) struct Pool {
    state: Mutex<State>,
    /// There is work, or there will be none.
    changed: Condvar,
    /// The last thread has ended. Not the same: to wake those who wait for work would have them wait
    /// anew, and end one by one.
    emptied: Condvar,
    most: usize,
    /// How long a thread waits for work before it ends.
    idle: Duration,
    start: Start,
    connections: AtomicU64,
}

struct State {
    shares: Shares<Work>,
    /// How many threads run.
    threads: usize,
    /// How many are being started.
    starting: usize,
    /// How many of those that run wait for work.
    idle: usize,
    /// How many of those that wait were called, and have not noticed yet.
    called: usize,
    is_closing: bool,
}

/// What a connection has of a pool.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    pool: Arc<Pool>,
    number: Number,
}

/// Who is to do work that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whom {
    /// Somebody will, or nobody may yet.
    Nobody,
    /// A thread that waits.
    Waiting,
    /// A thread that is to be started.
    New,
}

impl Pool {
    /// Makes a pool of at most `most` threads; none is started yet.
    pub(crate) fn new(most: usize) -> Self {
        let most = most.max(1);
        let state = State {
            shares: Shares::new(most),
            threads: 0,
            starting: 0,
            idle: 0,
            called: 0,
            is_closing: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            emptied: Condvar::new(),
            most,
            idle: IDLE,
            start,
            connections: AtomicU64::new(0),
        }
    }

    /// Makes the share of a connection.
    pub(crate) fn share(self: &Arc<Self>) -> Share {
        Share {
            pool: Arc::clone(self),
            number: self.connections.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Has whoever is meant do work.
    fn call(self: &Arc<Self>, whom: Whom) -> io::Result<()> {
        match whom {
            Whom::Nobody => Ok(()),
            Whom::Waiting => {
                self.changed.notify_one();
                Ok(())
            }
            Whom::New => {
                let pool = Arc::clone(self);
                (self.start)(Box::new(move || pool.run()))
            }
        }
    }

    /// A thread that was counted could not be started. Says whether nobody is left who does work.
    fn note_failure(&self) -> bool {
        let mut state = self.lock();
        state.starting -= 1;
        let is_alone = state.threads == 0;
        let is_last = is_alone && state.starting == 0;
        drop(state);
        if is_last {
            self.emptied.notify_all();
        }
        is_alone
    }

    /// Does work until there is none for a while.
    fn run(self: &Arc<Self>) {
        let mut state = self.lock();
        state.starting -= 1;
        state.threads += 1;
        loop {
            if let Some((number, work)) = state.shares.next() {
                let whom = state.whom_to_call(self.most);
                drop(state);
                if self.call(whom).is_err() {
                    // This thread will see to it, in its time.
                    self.note_failure();
                }
                run_caught(|| work(Call::Begin));
                state = self.lock();
                state.shares.done(number);
                continue;
            }
            // What may not be begun yet is for those who do the work of its connection.
            if state.is_closing {
                break;
            }
            let (back, is_over) = self.rest(state);
            state = back;
            if is_over && !state.shares.has_next() {
                break;
            }
        }
        state.threads -= 1;
        let is_last = state.threads == 0 && state.starting == 0;
        drop(state);
        if is_last {
            self.emptied.notify_all();
        }
    }

    /// Waits for work; says whether that took too long.
    fn rest<'a>(&'a self, mut state: MutexGuard<'a, State>) -> (MutexGuard<'a, State>, bool) {
        state.idle += 1;
        let (mut state, outcome) = self
            .changed
            .wait_timeout(state, self.idle)
            .unwrap_or_else(PoisonError::into_inner);
        state.idle -= 1;
        // Whoever was called, this one looks now.
        state.called = state.called.saturating_sub(1);
        (state, outcome.timed_out())
    }

    /// Waits until all work is done and all threads have ended.
    pub(crate) fn close(&self) {
        let mut state = self.begin_to_close();
        while state.is_at_work() {
            let waited = self.emptied.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for `limit` at most, and leaves those to themselves who still work: a thread cannot be
    /// ended from outside.
    pub(crate) fn close_within(&self, limit: Duration) {
        let begin = Instant::now();
        let mut state = self.begin_to_close();
        while let Some(left) = limit.checked_sub(begin.elapsed()) {
            if !state.is_at_work() || left.is_zero() {
                return;
            }
            let waited = self.emptied.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn begin_to_close(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.is_closing = true;
        self.changed.notify_all();
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Has work done as soon as there is a thread that the connection may have.
    ///
    /// # Errors
    ///
    /// That there is no thread and none can be started: the work is dropped.
    pub(crate) fn submit(&self, work: impl FnOnce(Call) + Send + 'static) -> io::Result<()> {
        let mut state = self.pool.lock();
        let ticket = state.shares.push(self.number, Box::new(work));
        let whom = state.whom_to_call(self.pool.most);
        drop(state);
        let Err(error) = self.pool.call(whom) else {
            return Ok(());
        };
        if !self.pool.note_failure() {
            return Ok(());
        }
        // Unless it was begun meanwhile, nobody will. It is dropped without the lock.
        let lost = self.pool.lock().shares.take_back(self.number, ticket);
        lost.map_or(Ok(()), |_| Err(error))
    }

    /// Gives up what waits for a thread, which is told so on this one.
    pub(crate) fn give_up(&self) {
        let waiting = self.pool.lock().shares.take_all(self.number);
        for work in waiting {
            run_caught(|| work(Call::GiveUp));
        }
    }
}

impl State {
    fn is_at_work(&self) -> bool {
        self.threads > 0 || self.starting > 0
    }

    /// Says who is to do work that waits, and counts on it.
    fn whom_to_call(&mut self, most: usize) -> Whom {
        let is_covered = self.called + self.starting >= self.shares.queued();
        if is_covered || !self.shares.has_next() {
            return Whom::Nobody;
        }
        if self.idle > self.called {
            self.called += 1;
            return Whom::Waiting;
        }
        if self.threads + self.starting >= most {
            return Whom::Nobody;
        }
        self.starting += 1;
        Whom::New
    }
}

fn start(work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
    let builder = thread::Builder::new().name("tress-handler".into());
    builder.spawn(work).map(drop)
}

/// Does work that may panic: whoever shares something with it is told by its destructors.
pub(crate) fn run_caught(work: impl FnOnce()) {
    let _ = panic::catch_unwind(AssertUnwindSafe(work));
}

/// Handles an exchange, and has told what became of it. What was held of its stream is dropped with the
/// error, and the stream knows already.
pub(crate) fn watched(report: &Report, work: impl FnOnce() -> Result<(), Error>) {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => report.ended(&outcome),
        Err(_) => report.panicked(),
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}
