//! How output moves that waits for the peer: for whoever has too many connections, and for those who
//! look on.

use core::time::Duration;

use super::{Connection, Shared, StreamRef};
use crate::progress::{Cause, Progress};
use crate::role::Role;
use crate::schedule::Blocked;

/// How all output of the connection has moved, since fewer octets left than are progress.
#[derive(Debug, Default)]
pub(super) struct Moved {
    since: Option<(Duration, u64)>,
}

impl<R: Role> Connection<R> {
    /// What output of the connection waits for, of all causes the first in [`Cause`]'s order, and how
    /// all of its output has moved. `None` if none waits for the peer: there is nothing to send, or
    /// what there is has its turn. Also `None` before a driver has told the time.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let cause = self.core.shared.cause()?;
        let (since, taken) = self.core.shared.clock.moved.since?;
        let octets = self.core.shared.outbound.output.written_in_all() - taken;
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
        let outbound = &self.outbound;
        if outbound
            .transport
            .is_waiting(outbound.output.written_in_all())
        {
            Some(Cause::Transport)
        } else if !self.waits_for_credit() {
            None
        } else if self.windows.send.usable() == 0 {
            Some(Cause::ConnectionWindow)
        } else {
            Some(Cause::StreamWindow)
        }
    }

    /// Takes note of what has moved, now that the time is told.
    pub(super) fn note_moved(&mut self) {
        let taken = self.outbound.output.written_in_all();
        let least = u64::from(self.config.limits.progress_octets.0);
        let is_waiting = self.cause().is_some();
        let moved = &mut self.clock.moved;
        moved.since = match moved.since.filter(|_| is_waiting) {
            Some((since, before)) if taken - before < least => Some((since, before)),
            _ => is_waiting.then_some((self.clock.now, taken)),
        };
    }

    /// The transport took something. What waits after all was taken is a new wait.
    pub(super) fn note_taken(&mut self) {
        let outbound = &mut self.outbound;
        let taken = outbound.output.written_in_all();
        outbound.transport.took(taken);
        if !outbound.transport.is_waiting(taken) && !self.waits_for_credit() {
            self.clock.moved = Moved::default();
        }
    }
}
