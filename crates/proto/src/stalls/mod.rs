//! What is known of the waits for credit of the peer's, besides what each stream knows of its own
//! (RFC 9113 §6.9, RFC 9113 §10.5).
//!
//! Time counts by its cause. While the transport takes nothing, that is the cause; else, while the
//! connection's window is shut, that; else the stream's own. A stream that waits for its turn, to be
//! opened, or for the application is not looked at. And a window is only shut by the peer once it has
//! what shut it: a PING that was sent behind that must have come back, for until then it may lie in a
//! buffer on the way.
//!
//! All that wait are looked at in rounds, a few seconds apart, and nothing else is. This is responsible
//! for the rounds, for the PINGs, and for the wait of all for the connection's window; not for what
//! becomes of a stream or a connection that has waited too long.

#[cfg(test)]
mod tests;

use core::time::Duration;

use crate::limits::Limits;
use crate::nanos::Nanos;
use crate::stream::{Look, Stall, Waited};

/// The longest time between two rounds.
const ROUND: Duration = Duration::from_secs(5);

/// The waits for credit, looked at in rounds.
#[derive(Debug)]
pub(crate) struct Stalls {
    /// What has left on all streams, and their wait for the connection's window.
    connection: Stall,
    /// How many rounds there were, and when the last one was.
    rounds: u64,
    last: Nanos,
    /// What the transport had taken by then.
    taken: u64,
    /// The PINGs that were sent to find out whether the peer has all, and those that came back.
    probes: u32,
    acknowledged: u32,
    /// From when on another may be sent, while no answer cuts a request short.
    next_probe: Nanos,
    /// For how many milliseconds the latest one has not come back, while something waited for it.
    unanswered: u32,
}

impl Default for Stalls {
    fn default() -> Self {
        Self {
            connection: Stall::default(),
            rounds: 0,
            last: Nanos::ZERO,
            taken: 0,
            probes: 0,
            acknowledged: 0,
            next_probe: Nanos::ZERO,
            unanswered: 0,
        }
    }
}

impl Stalls {
    /// The time between two rounds.
    pub(crate) fn round_length(limits: &Limits) -> Duration {
        let shortest = limits.stream_credit.min(limits.connection_credit) / 12;
        ROUND
            .min(shortest)
            .min(limits.answered_credit / 2)
            .max(Duration::from_millis(1))
    }

    /// Takes note of content that left on any stream.
    pub(crate) fn sent(&mut self, octets: u32) {
        self.connection.sent(octets);
    }

    /// Which round is next.
    pub(crate) const fn round(&self) -> u64 {
        self.rounds
    }

    /// Since when all streams wait for the connection's window, and what has left since.
    pub(crate) fn progress(&self) -> Option<(Duration, u64)> {
        self.connection.progress()
    }

    /// Begins a round.
    pub(crate) fn begin_round(&mut self, now: Duration, limits: &Limits) -> Look {
        let most = 2 * Self::round_length(limits);
        self.rounds += 1;
        let passed = now
            .saturating_sub(self.last.time().unwrap_or(now))
            .min(most);
        self.last = Nanos::of(now);
        let is_free = self.probes == self.acknowledged;
        Look {
            now,
            charge: u32::try_from(passed.as_millis()).unwrap_or(u32::MAX),
            progress: limits.progress_octets.0,
            probe: is_free.then_some(self.probes + 1),
            is_probed: !is_free,
            acknowledged: self.acknowledged,
        }
    }

    /// Says whether the transport, which has something to take, took nothing since the round before.
    pub(crate) fn is_transport_idle(&mut self, is_stuck: bool, taken: u64) -> bool {
        is_stuck && core::mem::replace(&mut self.taken, taken) == taken
    }

    /// Servers take frequent PINGs for abuse: a client sends one in as long a time as a stream may
    /// wait, except where it is free to.
    pub(crate) fn paced(&self, look: Look, is_free: bool) -> Look {
        let may_ask = is_free || Nanos::of(look.now) >= self.next_probe;
        Look {
            probe: look.probe.filter(|_| may_ask),
            ..look
        }
    }

    /// Looks at the `queued` octets that wait for the connection's window.
    pub(crate) fn look_at_connection(&mut self, look: Look, queued: u64) -> Waited {
        self.connection.look(look, queued)
    }

    /// A PING is sent, and the next one not before `pause` has passed.
    pub(crate) fn probe(&mut self, now: Duration, pause: Duration) {
        self.probes += 1;
        self.next_probe = Nanos::of(now).after(pause);
    }

    /// The PING came back that was sent last.
    pub(crate) fn probed(&mut self) {
        self.acknowledged = self.probes;
    }

    /// Ends a round in which something waited for the PING, or nothing. Returns for how long it has not
    /// come back.
    pub(crate) fn end_round(&mut self, is_unanswered: bool, look: Look) -> Duration {
        let before = core::mem::take(&mut self.unanswered);
        if is_unanswered {
            self.unanswered = before.saturating_add(look.charge);
        }
        Duration::from_millis(self.unanswered.into())
    }
}
