//! The end of a transport whose machine has neither more to say nor more to hear.

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use runtime::Closing;
use session::transport::ReadHalf;

use crate::timer::{Clock, Timer};

/// How many reads one poll does at most, so that other tasks have their turn.
const READS: usize = 32;

/// How far the end of a transport has come, where nobody but a timer bounds it: without one, nothing is
/// waited for.
#[derive(Debug, Default)]
pub(crate) struct Linger {
    closing: Closing,
    /// How many octets were written so far.
    written: u64,
}

impl Linger {
    /// Counts octets that the transport took.
    pub(crate) fn count(&mut self, written: usize) {
        self.written += u64::try_from(written).unwrap_or_default();
    }

    /// The machine reads no more, and the transport does not take the last of its output: says whether that is
    /// given up, and until when it is waited for otherwise, which is no later than `deadline`.
    pub(crate) fn give_up<T: Timer>(
        &mut self,
        deadline: Option<Duration>,
        clock: &Clock<T>,
    ) -> (bool, Option<Duration>) {
        let end = self.closing.leaves_by(self.written, clock.now());
        // Without a timer nothing keeps the time.
        let end = clock.has_timer().then_some(end);
        let is_over = end.is_some_and(|end| clock.now() >= end);
        (is_over, deadline.into_iter().chain(end).min())
    }

    /// Both directions are closed. Reads and drops what still comes, for a while, unless the input has ended: to
    /// close a socket on unread input destroys what its peer has not read yet.
    pub(crate) fn poll<Io: ReadHalf, T: Timer>(
        &mut self,
        cx: &mut Context<'_>,
        is_ended: bool,
        mut io: Pin<&mut Io>,
        clock: &mut Clock<T>,
    ) -> Poll<()> {
        if is_ended || !clock.has_timer() {
            return Poll::Ready(());
        }
        let until = self.closing.lingers_until(clock.now());
        let mut into = [0; 1024];
        for _ in 0..READS {
            if clock.now() >= until {
                return Poll::Ready(());
            }
            match io.as_mut().poll_read(cx, &mut into) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return clock.poll_until(cx, Some(until)),
            }
        }
        clock.give_way(cx);
        Poll::Pending
    }
}
