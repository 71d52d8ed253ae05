//! Transports that do what a test says, and a pair of them in memory.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::io::{self, ErrorKind, IoSlice};
use std::sync::Mutex;

use testkit::Pipe;
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

/// How much a direction holds, in octets.
const HOLDS: usize = 64 * 1024;

/// One end of a pipe in memory.
#[derive(Debug)]
pub(crate) struct End(Pipe);

pub(crate) fn pipe() -> (End, End) {
    let (near, far) = Pipe::pair(HOLDS);
    (End(near), End(far))
}

impl Deref for End {
    type Target = Pipe;

    fn deref(&self) -> &Pipe {
        &self.0
    }
}

impl ReadHalf for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_read(cx, into)
    }
}

impl WriteHalf for End {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_write(cx, from)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.close();
        Poll::Ready(Ok(()))
    }
}
