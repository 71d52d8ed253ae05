//! Transports that do what a test says, and a pair of them in memory.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::io::{self, ErrorKind, IoSlice};
use std::sync::Mutex;

use tress_async::{ReadHalf, WriteHalf};

/// What a read or a write does next.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Takes or gives at most so many octets.
    AtMost(usize),
    /// Is not ready, and wakes at once.
    Wait,
    Fail(ErrorKind),
}

/// Gives `input`, then its end; keeps what is written.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    pub(crate) input: VecDeque<u8>,
    pub(crate) output: Vec<u8>,
    /// What the next reads do; those after them give all there is.
    pub(crate) reads: VecDeque<Act>,
    /// What the next writes do; those after them take all there is.
    pub(crate) writes: VecDeque<Act>,
    /// What the next flushes and closes do; those after them find nothing to do.
    pub(crate) flushes: VecDeque<Act>,
    pub(crate) closes: VecDeque<Act>,
    pub(crate) read_calls: usize,
    pub(crate) is_closed: bool,
}

/// One that the test keeps.
pub(crate) type Kept = Arc<Mutex<Scripted>>;

pub(crate) struct Script(pub(crate) Kept);

impl Scripted {
    pub(crate) fn new(input: &[u8]) -> Self {
        Self {
            input: input.iter().copied().collect(),
            ..Self::default()
        }
    }

    /// Gives and takes one octet at a time, and is not ready every third time.
    pub(crate) fn octet_by_octet(input: &[u8]) -> Self {
        let acts = [Act::AtMost(1), Act::AtMost(1), Act::Wait];
        let one = || {
            acts.iter()
                .cloned()
                .cycle()
                .take(6 * input.len() + 8)
                .collect()
        };
        Self {
            reads: one(),
            writes: one(),
            ..Self::new(input)
        }
    }

    pub(crate) fn keep(self) -> Kept {
        Arc::new(Mutex::new(self))
    }
}

fn most(act: Option<Act>, cx: &Context<'_>) -> Poll<io::Result<usize>> {
    match act {
        Some(Act::Fail(kind)) => Poll::Ready(Err(kind.into())),
        Some(Act::AtMost(most)) => Poll::Ready(Ok(most)),
        Some(Act::Wait) => {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
        None => Poll::Ready(Ok(usize::MAX)),
    }
}

impl ReadHalf for Script {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        assert!(
            !into.is_empty(),
            "a read into an empty slice looks like the end"
        );
        let mut script = self.0.lock().unwrap();
        let act = script.reads.pop_front();
        let most = core::task::ready!(most(act, cx))?;
        script.read_calls += 1;
        let count = into.len().min(most).min(script.input.len());
        for (to, from) in into.iter_mut().zip(script.input.drain(..count)) {
            *to = from;
        }
        Poll::Ready(Ok(count))
    }
}

impl WriteHalf for Script {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut script = self.0.lock().unwrap();
        let act = script.writes.pop_front();
        let most = core::task::ready!(most(act, cx))?;
        let all = from.iter().flat_map(|slice| slice.iter().copied());
        let taken: Vec<u8> = all.take(most).collect();
        script.output.extend_from_slice(&taken);
        Poll::Ready(Ok(taken.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let act = self.0.lock().unwrap().flushes.pop_front();
        most(act, cx).map_ok(|_| ())
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut script = self.0.lock().unwrap();
        script.is_closed = true;
        most(script.closes.pop_front(), cx).map_ok(|_| ())
    }
}

/// One direction between two ends.
#[derive(Debug, Default)]
struct Way {
    octets: VecDeque<u8>,
    is_ended: bool,
    writes: usize,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// How much a direction holds, in octets.
const HOLDS: usize = 64 * 1024;

/// One end of a pipe in memory.
#[derive(Debug)]
pub(crate) struct End {
    from: Arc<Mutex<Way>>,
    to: Arc<Mutex<Way>>,
}

pub(crate) fn pipe() -> (End, End) {
    let (here, there) = (Arc::<Mutex<Way>>::default(), Arc::<Mutex<Way>>::default());
    (
        End {
            from: Arc::clone(&here),
            to: Arc::clone(&there),
        },
        End {
            from: there,
            to: here,
        },
    )
}

impl End {
    /// Takes no more from the other end.
    pub(crate) fn stop_reading(&self) {
        let mut from = self.from.lock().unwrap();
        from.is_ended = true;
        wake(&mut from.writer);
    }

    /// How much of what this end wrote the other has not read, in octets.
    pub(crate) fn unread(&self) -> usize {
        self.to.lock().unwrap().octets.len()
    }

    /// Takes up all the space that this end has to write to.
    pub(crate) fn fill(&self) {
        self.to.lock().unwrap().octets.resize(HOLDS, 0);
    }

    /// Counts the writes of this end from now on.
    pub(crate) fn writes(&self) -> impl Fn() -> usize + use<> {
        let to = Arc::clone(&self.to);
        move || to.lock().unwrap().writes
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

impl ReadHalf for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut from = self.from.lock().unwrap();
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
}

impl WriteHalf for End {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut to = self.to.lock().unwrap();
        let space = HOLDS - to.octets.len().min(HOLDS);
        if to.is_ended {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        if space == 0 {
            to.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        to.writes += 1;
        let before = to.octets.len();
        let all = from.iter().flat_map(|slice| slice.iter().copied());
        to.octets.extend(all.take(space));
        wake(&mut to.reader);
        Poll::Ready(Ok(to.octets.len() - before))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut to = self.to.lock().unwrap();
        to.is_ended = true;
        wake(&mut to.reader);
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        for way in [&self.from, &self.to] {
            let mut way = way.lock().unwrap();
            way.is_ended = true;
            wake(&mut way.reader);
            wake(&mut way.writer);
        }
    }
}
