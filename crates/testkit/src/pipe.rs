//! A pipe in memory, polled.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::task::{Context, Poll, Waker};
use std::io::{self, ErrorKind, IoSlice};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One end of a pipe in memory that holds so many octets each way and no more.
///
/// It knows no traits of a runtime: a test whose adapter has some implements them by
/// [`poll_read`](Self::poll_read), [`poll_write`](Self::poll_write) and [`close`](Self::close). An end that is
/// dropped is closed: the other reads what is left and then the end, and its writes fail.
///
/// ```
/// use core::task::{Context, Poll, Waker};
/// use std::io::IoSlice;
///
/// use tress_testkit::Pipe;
///
/// let (mut near, mut far) = Pipe::pair(4);
/// let mut cx = Context::from_waker(Waker::noop());
/// let sent = near.poll_write(&mut cx, &[IoSlice::new(b"abc"), IoSlice::new(b"de")]);
/// assert!(matches!(sent, Poll::Ready(Ok(4))), "it holds no more");
/// let mut octets = [0; 8];
/// assert!(matches!(far.poll_read(&mut cx, &mut octets), Poll::Ready(Ok(4))));
/// assert_eq!(&octets[..4], b"abcd");
/// assert!(far.poll_read(&mut cx, &mut octets).is_pending());
/// drop(near);
/// assert!(matches!(far.poll_read(&mut cx, &mut octets), Poll::Ready(Ok(0))));
/// ```
#[derive(Debug)]
pub struct Pipe {
    from: Arc<Mutex<Direction>>,
    to: Arc<Mutex<Direction>>,
    holds: usize,
}

/// What is on its way to one end.
#[derive(Debug, Default)]
struct Direction {
    octets: VecDeque<u8>,
    is_ended: bool,
    writes: usize,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Direction {
    fn end(&mut self) {
        self.is_ended = true;
        wake(&mut self.reader);
        wake(&mut self.writer);
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

/// A test that panicked with the lock has failed already.
fn lock(direction: &Mutex<Direction>) -> MutexGuard<'_, Direction> {
    direction.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pipe {
    /// Makes both ends of a pipe that holds so many octets each way.
    #[must_use]
    pub fn pair(holds: usize) -> (Self, Self) {
        let (here, there) = <(Arc<Mutex<Direction>>, Arc<Mutex<Direction>>)>::default();
        let near = Self {
            from: Arc::clone(&here),
            to: Arc::clone(&there),
            holds,
        };
        let (from, to) = (there, here);
        (near, Self { from, to, holds })
    }

    /// Reads what is there, or the end as nothing; otherwise the task is woken once there is some.
    ///
    /// # Errors
    ///
    /// None: it has the form of what it stands for.
    ///
    /// # Panics
    ///
    /// Panics when there is no space to read into, since that looks like the end.
    pub fn poll_read(&mut self, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        assert!(!into.is_empty(), "a read of nothing looks like the end");
        let mut from = lock(&self.from);
        if from.octets.is_empty() && !from.is_ended {
            from.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let count = into.len().min(from.octets.len());
        for (to, octet) in into.iter_mut().zip(from.octets.drain(..count)) {
            *to = octet;
        }
        wake(&mut from.writer);
        Poll::Ready(Ok(count))
    }

    /// Writes as much as there is space for; otherwise the task is woken once there is some.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BrokenPipe`] once either end has closed this direction.
    pub fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut to = lock(&self.to);
        if to.is_ended {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let before = to.octets.len();
        let space = self.holds.saturating_sub(before);
        if space == 0 {
            to.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        to.writes += 1;
        let all = from.iter().flat_map(|slice| slice.iter().copied());
        to.octets.extend(all.take(space));
        wake(&mut to.reader);
        Poll::Ready(Ok(to.octets.len() - before))
    }

    /// Writes no more: the other end reads what is left, and then the end.
    pub fn close(&mut self) {
        lock(&self.to).end();
    }

    /// Takes no more from the other end, whose writes fail from now on.
    pub fn stop_reading(&self) {
        lock(&self.from).end();
    }

    /// How much of what this end wrote the other has not read, in octets.
    #[must_use]
    pub fn unread(&self) -> usize {
        lock(&self.to).octets.len()
    }

    /// Takes up all the space that this end has to write to.
    pub fn fill(&self) {
        lock(&self.to).octets.resize(self.holds, 0);
    }

    /// Says how many writes of this end took something, also when the end itself is with a driver.
    pub fn writes(&self) -> impl Fn() -> usize + use<> {
        let to = Arc::clone(&self.to);
        move || lock(&to).writes
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.close();
        self.stop_reading();
    }
}
