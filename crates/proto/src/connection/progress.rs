//! How output moves that waits for the peer: for whoever has too many connections, and for those who
//! look on.

use super::{Connection, Shared, StreamRef};
use crate::progress::{Cause, Progress};
use crate::role::Role;
use crate::schedule::Blocked;

impl<R: Role> Connection<R> {
    /// What output of the connection waits for, of all causes the first in [`Cause`]'s order, and how
    /// all of its output has moved. `None` if none waits for the peer: there is nothing to send, or
    /// what there is has its turn. Also `None` before a driver has told the time.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let cause = self.core.shared.cause()?;
        let (since, octets) = self.core.shared.output.progress()?;
        Some(Progress {
            cause,
            since,
            octets,
        })
    }
}

impl StreamRef<'_> {
    /// What content of the stream waits for, and how it has moved. `None` if it does not wait for
    /// the peer's credit, or has only just begun to.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let (cause, progress) = match self.blocked()? {
            Blocked::Concurrency => return None,
            Blocked::SharedWindow => (Cause::ConnectionWindow, self.shared().stalls.progress()),
            Blocked::OwnWindow => (Cause::StreamWindow, self.stream().stall_progress()),
        };
        let (since, octets) = progress?;
        Some(Progress {
            cause,
            since,
            octets,
        })
    }
}

impl Shared {
    /// What output waits for, if it waits for the peer.
    fn cause(&self) -> Option<Cause> {
        if self.output.is_stuck() {
            Some(Cause::Transport)
        } else if !self.waits_for_credit() {
            None
        } else if self.windows.send_window().usable() == 0 {
            Some(Cause::ConnectionWindow)
        } else {
            Some(Cause::StreamWindow)
        }
    }

    /// Takes note of what has moved, now that the time is told.
    pub(super) fn note_moved(&mut self) {
        let least = self.config.limits.progress_octets.0;
        let is_waiting = self.cause().is_some();
        self.output.note_moved(is_waiting, self.timers.now(), least);
    }
}
