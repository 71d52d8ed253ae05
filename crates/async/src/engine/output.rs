//! The half of a turn that writes.

use core::task::{Context, Poll};
use std::io;

use proto::Role;
use runtime::Staged;
use session::transport::Transport;

use super::{Engine, Stage, act};

/// How many writes one turn does at most, so that a transport that takes all does not keep it from
/// reading.
const WRITES: usize = 16;

/// How far the output has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// All there is has left.
    Through,
    /// There is more, and the transport may take it.
    More,
    /// The transport takes no more for now.
    Stuck,
}

impl<R: Role, Io: Transport> Engine<R, Io> {
    /// Writes what can be written now.
    pub(super) fn write(&mut self, cx: &mut Context<'_>) -> Output {
        for _ in 0..WRITES {
            if self.stage != Stage::Open {
                return self.close(cx);
            }
            match self.stage_next() {
                Staged::Closed => self.stage = Stage::Closing,
                Staged::Nothing => {
                    match self.flush(cx) {
                        Poll::Pending => return Output::Stuck,
                        Poll::Ready(Ok(())) => return Output::Through,
                        // The machine knows then that nothing more can be written.
                        Poll::Ready(failed) => self.report(failed),
                    }
                }
                Staged::Octets => match self.writer.poll_drain(cx, self.io.as_mut()) {
                    Poll::Pending => return Output::Stuck,
                    Poll::Ready(result) => {
                        self.is_unflushed = true;
                        self.report(result);
                    }
                },
            }
        }
        Output::More
    }

    /// Ends the output.
    fn close(&mut self, cx: &mut Context<'_>) -> Output {
        if self.stage == Stage::Closing {
            match self.io.as_mut().poll_close(cx) {
                Poll::Pending => return Output::Stuck,
                // A transport that cannot be closed any more is closed already.
                Poll::Ready(_) => self.stage = Stage::Closed,
            }
        }
        Output::Through
    }

    /// Reports what was written, and takes what is to be written next.
    fn stage_next(&mut self) -> Staged {
        let writer = &mut self.writer;
        let shares = self.io.is_write_vectored();
        let (staged, _) = act(&self.session, |locked| {
            let sent = writer.settle(locked.machine());
            locked.count_sent(sent);
            let staged = writer.stage(locked.machine(), shares);
            if staged == Staged::Nothing {
                locked.park_writer();
            }
            staged
        });
        staged
    }

    fn report(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            let writer = &mut self.writer;
            act(&self.session, |locked| writer.fail(locked.machine(), error));
        }
    }

    /// Has the transport send on what it keeps back.
    fn flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_unflushed {
            return Poll::Ready(Ok(()));
        }
        let flushed = self.io.as_mut().poll_flush(cx);
        self.is_unflushed = flushed.is_pending();
        flushed
    }
}
