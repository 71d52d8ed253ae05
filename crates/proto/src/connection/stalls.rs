//! Content that waits for credit of the peer's, and for how long (RFC 9113 §6.9, RFC 9113 §10.5).
//!
//! Time counts by its cause. While the transport takes nothing, that is the cause; else, while the
//! connection's window is shut, that; else the stream's own. A stream that waits for its turn, to be
//! opened, or for the application is not looked at. And a window is only shut by the peer once it has
//! what shut it: a PING that was sent behind that must have come back, for until then it may lie in a
//! buffer on the way.
//!
//! All that wait are looked at in rounds, a few seconds apart, and nothing else is.

use alloc::vec::Vec;
use core::time::Duration;

use frame::StreamId;

use super::{Core, Shared};
use crate::error::StreamError;
use crate::observe::Record;
use crate::progress::Cause;
use crate::role::Side;
use crate::stream::{Key, Look, Stall, Stream, Waited};
use crate::violation::{Limit, On};

/// The longest time between two rounds.
const ROUND: Duration = Duration::from_secs(5);

/// What is known of the waits for credit besides what each stream knows of its own.
#[derive(Debug, Default)]
pub(super) struct Stalls {
    /// What has left on all streams, and their wait for the connection's window.
    connection: Stall,
    /// How many rounds there were, and when the last one was.
    rounds: u64,
    last: Duration,
    /// What the transport had taken by then.
    taken: u64,
    /// The PINGs that were sent to find out whether the peer has all, and those that came back.
    probes: u32,
    acknowledged: u32,
    /// From when on another may be sent, while no answer cuts a request short.
    next_probe: Duration,
    /// For how many milliseconds the latest one has not come back, while something waited for it.
    unanswered: u32,
}

/// What a round has found.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    wants_probe: bool,
    is_unanswered: bool,
}

impl Stalls {
    /// Takes note of content that left on any stream.
    pub(super) fn sent(&mut self, octets: u32) {
        self.connection.sent(octets);
    }

    /// The PING came back that was sent last.
    pub(super) const fn probed(&mut self) {
        self.acknowledged = self.probes;
    }

    /// Which round is next.
    pub(super) const fn round(&self) -> u64 {
        self.rounds
    }

    /// Since when all streams wait for the connection's window, and what has left since.
    pub(super) fn progress(&self) -> Option<(Duration, u64)> {
        self.connection.progress()
    }
}

impl Core {
    /// Looks at all that waits for credit.
    pub(super) fn look_at_stalls(&mut self) {
        let shared = &mut self.shared;
        let (now, taken) = (shared.timers.now(), shared.output.written_in_all());
        let is_transport_idle = shared.output.is_stuck()
            && core::mem::replace(&mut shared.stalls.taken, taken) == taken;
        let look = shared.next_look(now);
        if is_transport_idle || !shared.waits_for_credit() {
            return;
        }
        let keys: Vec<Key> = shared.streams.waiting_for_window().collect();
        let mut found = Found::default();
        if self.shared.windows.send_window().usable() == 0 {
            self.look_at_connection(look, &keys, &mut found);
        } else {
            for key in keys {
                self.act(key, |shared, stream| {
                    shared.look_at_stream(stream, look, &mut found);
                });
            }
        }
        self.judge(look, found);
    }

    /// Sends a PING that is wanted, and ends a connection whose peer answers none.
    fn judge(&mut self, look: Look, found: Found) {
        let shared = &mut self.shared;
        let before = core::mem::take(&mut shared.stalls.unanswered);
        if shared.life.is_over() {
            return;
        }
        if found.is_unanswered {
            shared.stalls.unanswered = before.saturating_add(look.charge);
        }
        let limit = shared.config.limits.connection_credit;
        if is_over(shared.stalls.unanswered, limit) {
            self.fail_for(Limit::Unanswered);
        } else if found.wants_probe {
            shared.send_probe();
        }
    }

    /// The connection's window is shut.
    fn look_at_connection(&mut self, look: Look, keys: &[Key], found: &mut Found) {
        let octets = keys.iter().filter_map(|key| self.store.get(*key));
        let octets = octets.map(|stream| stream.queued() as u64).sum();
        let shared = &mut self.shared;
        let look_at_it = shared.paced(look, false);
        let waited = shared.stalls.connection.look(look_at_it, octets);
        shared.show_wait(StreamId::CONNECTION, Cause::ConnectionWindow, waited);
        if is_over(waited.charged, shared.config.limits.connection_credit) {
            return self.fail_for(Limit::ConnectionCredit);
        }
        found.note(waited);
        for key in keys {
            self.act(*key, |shared, stream| {
                if shared.is_uploading(stream) {
                    shared.look_at_stream(stream, look, found);
                }
            });
        }
    }
}

impl Shared {
    /// Says whether any stream waits for a window.
    pub(super) fn waits_for_credit(&self) -> bool {
        self.streams.waits_for_window()
    }

    /// The time between two rounds.
    pub(super) fn round_length(&self) -> Duration {
        let limits = &self.config.limits;
        let shortest = limits.stream_credit.min(limits.connection_credit) / 12;
        ROUND
            .min(shortest)
            .min(limits.answered_credit / 2)
            .max(Duration::from_millis(1))
    }

    fn next_look(&mut self, now: Duration) -> Look {
        let most = 2 * self.round_length();
        let stalls = &mut self.stalls;
        stalls.rounds += 1;
        let passed = now.saturating_sub(stalls.last).min(most);
        stalls.last = now;
        let is_free = stalls.probes == stalls.acknowledged;
        Look {
            now,
            charge: u32::try_from(passed.as_millis()).unwrap_or(u32::MAX),
            progress: self.config.limits.progress_octets.0,
            probe: is_free.then_some(stalls.probes + 1),
            is_probed: !is_free,
            acknowledged: stalls.acknowledged,
        }
    }

    fn look_at_stream(&mut self, stream: &mut Stream, look: Look, found: &mut Found) {
        let is_answered = self.is_uploading(stream);
        let look = self.paced(look, is_answered);
        let limits = self.config.limits;
        let is_shared = self.windows.send_window().usable() == 0;
        let waited = stream.look_at_stall(look);
        self.show_wait(stream.id(), Cause::StreamWindow, waited);
        if is_answered && is_over(waited.quiet, limits.answered_credit) {
            self.show_fault(Limit::AnsweredCredit.on(stream.id()));
            return self.end_upload(stream);
        }
        if !is_shared && is_over(waited.charged, limits.stream_credit) {
            self.show_fault(Limit::StreamCredit.on(stream.id()));
            self.drop_inbox(stream);
            let (_, code) = Limit::StreamCredit.verdict();
            return self.reset(stream, code, StreamError::Limit(Limit::StreamCredit));
        }
        found.note(waited);
    }

    /// Servers take frequent PINGs for abuse: a client sends one in as long a time as a stream may
    /// wait, except where an answer is there already.
    fn paced(&self, look: Look, is_answered: bool) -> Look {
        let is_free = self.side == Side::Server || is_answered;
        Look {
            probe: look
                .probe
                .filter(|_| is_free || look.now >= self.stalls.next_probe),
            ..look
        }
    }

    fn send_probe(&mut self) {
        if self.config.stand_in.no_probes {
            return;
        }
        let pause = self.config.limits.stream_credit;
        self.stalls.probes += 1;
        self.stalls.next_probe = self.timers.now().saturating_add(pause);
        self.ping_for_progress();
    }

    /// Shows the observer what the time counts for from now on.
    fn show_wait(&mut self, stream_id: StreamId, cause: Cause, waited: Waited) {
        if waited.has_begun {
            self.record(Record::WaitTimed { stream_id, cause });
        }
    }
}

impl Found {
    const fn note(&mut self, waited: Waited) {
        self.wants_probe |= waited.wants_probe;
        self.is_unanswered |= waited.is_unanswered;
    }
}

fn is_over(waited: u32, limit: Duration) -> bool {
    Duration::from_millis(waited.into()) >= limit
}
