//! Threads that grow in number as handlers block, and end when there is nothing to do.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::fmt;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use std::io;
use std::panic;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How long a thread waits for work before it ends.
const IDLE: Duration = Duration::from_secs(10);

type Work = Box<dyn FnOnce() + Send>;

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
}

#[derive(Default)]
struct State {
    queue: VecDeque<Work>,
    threads: usize,
    idle: usize,
    is_closing: bool,
}

impl Pool {
    /// Makes a pool of at most `most` threads; none is started yet.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            emptied: Condvar::new(),
            most: most.max(1),
            idle: IDLE,
        }
    }

    /// Has work done as soon as a thread is free, or can be started.
    ///
    /// # Errors
    ///
    /// That there is no thread and none can be started: the work is dropped.
    pub(crate) fn submit(self: &Arc<Self>, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut state = self.lock();
        state.queue.push_back(Box::new(work));
        if state.idle >= state.queue.len() || state.threads >= self.most {
            drop(state);
            self.changed.notify_one();
            return Ok(());
        }
        state.threads += 1;
        drop(state);
        self.start()
    }

    fn start(self: &Arc<Self>) -> io::Result<()> {
        let pool = Arc::clone(self);
        let builder = thread::Builder::new().name("tress-handler".into());
        let Err(error) = builder.spawn(move || pool.run()) else {
            return Ok(());
        };
        let mut state = self.lock();
        state.threads -= 1;
        if state.threads > 0 {
            return Ok(());
        }
        let lost = state.queue.pop_back();
        drop(state);
        self.emptied.notify_all();
        drop(lost);
        Err(error)
    }

    /// Does work until there is none for a while.
    fn run(&self) {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.queue.pop_front() {
                drop(state);
                run_caught(work);
                state = self.lock();
                continue;
            }
            if state.is_closing {
                break;
            }
            state.idle += 1;
            let (back, outcome) = self
                .changed
                .wait_timeout(state, self.idle)
                .unwrap_or_else(PoisonError::into_inner);
            state = back;
            state.idle -= 1;
            if outcome.timed_out() && state.queue.is_empty() {
                break;
            }
        }
        state.threads -= 1;
        let is_last = state.threads == 0;
        drop(state);
        if is_last {
            self.emptied.notify_all();
        }
    }

    /// Waits until all work is done and all threads have ended.
    pub(crate) fn close(&self) {
        let state = self.begin_to_close();
        drop(self.emptied.wait_while(state, |state| state.threads > 0));
    }

    /// Waits for `limit` at most, and leaves those to themselves who still work: a thread cannot be
    /// ended from outside.
    pub(crate) fn close_within(&self, limit: Duration) {
        let state = self.begin_to_close();
        let is_working = |state: &mut State| state.threads > 0;
        drop(self.emptied.wait_timeout_while(state, limit, is_working));
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

/// Does work that may panic: whoever shares something with it is told by its destructors.
pub(crate) fn run_caught(work: impl FnOnce()) {
    let _ = panic::catch_unwind(AssertUnwindSafe(work));
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::time::Instant;

    use super::*;

    #[test]
    fn threads_without_work_end_together_and_not_one_after_the_other() {
        const COUNT: usize = 16;
        let pool = Arc::new(Pool {
            idle: Duration::from_millis(200),
            ..Pool::new(COUNT)
        });
        let barrier = Arc::new(Barrier::new(COUNT));
        for _ in 0..COUNT {
            let barrier = Arc::clone(&barrier);
            pool.submit(move || {
                barrier.wait();
            })
            .unwrap();
        }
        let begin = Instant::now();
        let state = pool.lock();
        let limit = pool.idle * u32::try_from(COUNT).unwrap() / 2;
        let has_threads = |state: &mut State| state.threads > 0;
        let (state, _) = pool
            .emptied
            .wait_timeout_while(state, limit, has_threads)
            .unwrap();
        assert_eq!(state.threads, 0, "after {:?}", begin.elapsed());
    }
}
