//! Rounds over all that waits for credit of the peer's, and what becomes of it (RFC 9113 §6.9,
//! RFC 9113 §10.5).

use alloc::vec::Vec;
use core::time::Duration;

use frame::StreamId;

use super::{Core, Shared};
use crate::error::StreamError;
use crate::observe::Record;
use crate::progress::Cause;
use crate::role::Side;
use crate::stream::{Key, Look, Stream, Waited};
use crate::violation::{Limit, On};

/// What a round has found.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    wants_probe: bool,
    is_unanswered: bool,
}

impl Core {
    /// Looks at all that waits for credit.
    pub(super) fn look_at_stalls(&mut self) {
        let shared = &mut self.shared;
        let (is_stuck, taken) = (shared.output.is_stuck(), shared.output.written_in_all());
        let is_transport_idle = shared.stalls.is_transport_idle(is_stuck, taken);
        let now = shared.timers.now();
        let look = shared.stalls.begin_round(now, &shared.config.limits);
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
        let unanswered = shared.stalls.end_round(found.is_unanswered, look);
        if shared.life.is_over() {
            return;
        }
        if unanswered >= shared.config.limits.connection_credit {
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
        let paced = shared.paced(look, false);
        let waited = shared.stalls.look_at_connection(paced, octets);
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
            let (_, code) = Limit::StreamCredit.scope_and_code();
            return self.reset(stream, code, StreamError::Limit(Limit::StreamCredit));
        }
        found.note(waited);
    }

    fn paced(&self, look: Look, is_answered: bool) -> Look {
        let is_free = self.side == Side::Server || is_answered;
        self.stalls.paced(look, is_free)
    }

    fn send_probe(&mut self) {
        if !self.config.stand_in.no_probes {
            let pause = self.config.limits.stream_credit;
            self.stalls.probe(self.timers.now(), pause);
            self.ping_for_progress();
        }
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
