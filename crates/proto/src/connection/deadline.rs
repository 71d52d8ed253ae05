//! Everything that the time decides: what a peer must do within a while, and what then.
//!
//! Deadlines are armed when the driver tells the time and a condition holds, and disarmed when it
//! holds no longer. Without ticks nothing times out. While we do not read, by our own choice, none
//! runs that waits for the peer: what it says may be there already.

use core::time::Duration;

use alloc::string::String;

use frame::ErrorCode;

use super::Core;
use super::going_away::Notice;
use super::rest::REST;
use crate::error::ConnectionError;
use crate::violation::{ConnectionRule, Limit};

/// The deadlines of a connection.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    handshake: Timer,
    settings: Timer,
    settings_hinted: Timer,
    settings_probe: Timer,
    field_block: Timer,
    idle: Timer,
    silence: Timer,
    answer: Timer,
    last_call: Timer,
    stalls: Timer,
    age: Timer,
    end: Timer,
    rest: Timer,
    start: Timer,
    token: Timer,
    flood: Timer,
    pace: Timer,
}

/// One deadline, for one occasion.
#[derive(Debug, Default)]
struct Timer {
    armed: Option<(u64, Duration)>,
}

impl Timer {
    /// Runs while `occasion` stays the same, from the first time that it is told of it on. Says
    /// whether `limit` has passed since.
    fn passed(&mut self, occasion: Option<u64>, now: Duration, limit: Duration) -> bool {
        let Some(occasion) = occasion else {
            self.armed = None;
            return false;
        };
        match self.armed {
            Some((before, at)) if before == occasion => now >= at,
            _ => {
                self.armed = Some((occasion, now.saturating_add(limit)));
                false
            }
        }
    }

    fn at(&self) -> Option<Duration> {
        self.armed.map(|(_, at)| at)
    }
}

impl Core {
    /// Takes the time, and says when to be told again.
    pub(super) fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.shared.clock.now = self.shared.clock.now.max(now);
        self.shared.limits.refill(self.shared.clock.now);
        self.shared.inbound.pace.refill(self.shared.clock.now);
        self.shared.note_moved();
        // What is left to write of a connection that is over must get away, too.
        self.check_transport();
        if self.shared.life.is_over() {
            return self.shared.transport_deadline();
        }
        let is_held = core::mem::take(&mut self.shared.clock.held) || self.shared.is_paused();
        self.check_handshake();
        self.check_settings(is_held);
        self.check_field_block(is_held);
        self.check_idle();
        self.check_silence(is_held);
        self.check_last_call(is_held);
        self.check_stalls(is_held);
        self.check_waiting(is_held);
        self.check_age();
        self.check_rest();
        self.check_started();
        self.check_flood();
        self.check_pace();
        self.next_deadline()
    }

    fn next_deadline(&self) -> Option<Duration> {
        let deadlines = &self.shared.clock.deadlines;
        let timers = [
            &deadlines.handshake,
            &deadlines.settings,
            &deadlines.settings_hinted,
            &deadlines.settings_probe,
            &deadlines.field_block,
            &deadlines.idle,
            &deadlines.silence,
            &deadlines.answer,
            &deadlines.last_call,
            &deadlines.stalls,
            &deadlines.age,
            &deadlines.end,
            &deadlines.rest,
            &deadlines.start,
            &deadlines.token,
            &deadlines.flood,
            &deadlines.pace,
        ];
        let others = [
            self.shared.transport_deadline(),
            self.shared.waiting_deadline(),
        ];
        let timers = timers.into_iter().map(Timer::at);
        timers.chain(others).flatten().min()
    }

    fn check_handshake(&mut self) {
        let occasion = self.shared.life.is_preface().then_some(0);
        let limit = self.shared.config.limits.handshake;
        if self
            .shared
            .clock
            .deadlines
            .handshake
            .passed(occasion, self.shared.clock.now, limit)
        {
            self.time_out(ErrorCode::NO_ERROR);
        }
    }

    /// RFC 9113 §6.5.3: an endpoint whose settings are not acknowledged in time may say so.
    ///
    /// That is from when the peer has them. A PING behind them finds out, and because servers take
    /// frequent ones for abuse, only where the acknowledgment takes its time.
    fn check_settings(&mut self, is_held: bool) {
        let (now, limits) = (self.shared.clock.now, &self.shared.config.limits);
        let deadlines = &mut self.shared.clock.deadlines;
        if self.shared.settings.oldest_unacknowledged().is_none() {
            // As it is nearly always.
            deadlines.settings.armed = None;
            deadlines.settings_hinted.armed = None;
            deadlines.settings_probe.armed = None;
            return;
        }
        let waits = !is_held && !self.shared.life.is_preface();
        let overdue = self.shared.settings.overdue().filter(|_| waits);
        let hinted = self.shared.settings.hinted_overdue().filter(|_| waits);
        let probes = !self.shared.config.stand_in.no_probes;
        let unprobed = self.shared.settings.unprobed();
        let unprobed = unprobed.filter(|_| waits && probes);
        if deadlines.settings.passed(overdue, now, limits.settings_ack)
            || deadlines
                .settings_hinted
                .passed(hinted, now, limits.settings_ack_hinted)
        {
            return self.fail(ConnectionRule::SettingsTimeout.into());
        }
        let patience = limits.settings_ack / 2;
        if deadlines.settings_probe.passed(unprobed, now, patience) {
            deadlines.settings_probe = Timer::default();
            self.shared.settings.probe();
            self.shared.ping_for_settings();
        }
    }

    fn check_field_block(&mut self, is_held: bool) {
        let block = self.shared.inbound.block.as_ref().filter(|_| !is_held);
        let occasion = block.map(|block| u64::from(block.message_id().value()));
        let limit = self.shared.config.limits.field_block;
        let deadline = &mut self.shared.clock.deadlines.field_block;
        if deadline.passed(occasion, self.shared.clock.now, limit) {
            self.fail_for(Limit::SlowFieldBlock);
        }
    }

    /// A connection that nobody uses ends in good order.
    fn check_idle(&mut self) {
        let Some(limit) = self.shared.config.idle else {
            return;
        };
        let is_idle = self.shared.streams.running == 0 && !self.shared.life.is_going_away();
        let occasion = is_idle.then_some(self.shared.streams.finished);
        if self
            .shared
            .clock
            .deadlines
            .idle
            .passed(occasion, self.shared.clock.now, limit)
        {
            self.shared.go_away();
        }
    }

    /// Asks a peer that is silent for a sign of life, and gives it up without one.
    fn check_silence(&mut self, is_held: bool) {
        let Some((interval, timeout)) = self.shared.config.keep_alive else {
            return;
        };
        let (now, heard) = (self.shared.clock.now, self.shared.clock.heard);
        if is_held {
            self.shared.clock.deadlines.answer = Timer::default();
            self.shared.clock.deadlines.silence = Timer::default();
            return;
        }
        let asked = self.shared.clock.asked.filter(|asked| *asked == heard);
        if self
            .shared
            .clock
            .deadlines
            .answer
            .passed(asked, now, timeout)
        {
            return self.time_out(ErrorCode::NO_ERROR);
        }
        let quiet = asked.is_none().then_some(heard);
        if self
            .shared
            .clock
            .deadlines
            .silence
            .passed(quiet, now, interval)
        {
            self.shared.clock.asked = Some(heard);
            self.shared.clock.deadlines.silence = Timer::default();
            self.shared.ping_for_life();
            self.shared
                .clock
                .deadlines
                .answer
                .passed(Some(heard), now, timeout);
        }
    }

    /// Names the last stream to a peer that does not answer the last call (RFC 9113 §6.8).
    fn check_last_call(&mut self, is_held: bool) {
        let waits = self.shared.life.notice == Notice::First && !is_held;
        let occasion = waits.then_some(0);
        let limit = self.shared.config.limits.settings_ack;
        if self
            .shared
            .clock
            .deadlines
            .last_call
            .passed(occasion, self.shared.clock.now, limit)
        {
            self.shared.say_last();
            self.shared.close_if_done();
        }
    }

    /// Looks at what waits for credit, as long as anything does.
    fn check_stalls(&mut self, is_held: bool) {
        if is_held || !self.shared.waits_for_credit() {
            self.shared.clock.deadlines.stalls = Timer::default();
            return;
        }
        let (now, length) = (self.shared.clock.now, self.shared.round_length());
        let round = Some(self.shared.stalls.round());
        if self
            .shared
            .clock
            .deadlines
            .stalls
            .passed(round, now, length)
        {
            self.look_at_stalls();
            let round = Some(self.shared.stalls.round());
            self.shared
                .clock
                .deadlines
                .stalls
                .passed(round, now, length);
        }
    }

    /// A connection that is old enough ends in good order, and at once when that takes too long.
    fn check_age(&mut self) {
        let Some((limit, grace)) = self.shared.config.max_age else {
            return;
        };
        let now = self.shared.clock.now;
        let end = limit.saturating_add(grace);
        if self.shared.clock.deadlines.end.passed(Some(0), now, end) {
            return self.time_out(ErrorCode::NO_ERROR);
        }
        let stays = (self.shared.life.notice == Notice::None).then_some(0);
        if self.shared.clock.deadlines.age.passed(stays, now, limit) {
            self.shared.clock.deadlines.age = Timer::default();
            self.shared.go_away();
        }
    }

    /// Gives memory back that is not needed while nothing runs.
    fn check_rest(&mut self) {
        let occasion = self.rest_occasion();
        let deadline = &mut self.shared.clock.deadlines.rest;
        if deadline.passed(occasion, self.shared.clock.now, REST) {
            *deadline = Timer::default();
            self.rest();
        }
    }

    /// Starts requests that waited for the budget of resets, and refuses them when none started for
    /// long.
    fn check_started(&mut self) {
        self.start_waiting();
        let (now, limit) = (self.shared.clock.now, self.shared.config.limits.start);
        let occasion = self.shared.streams.work.occasion();
        if self
            .shared
            .clock
            .deadlines
            .start
            .passed(occasion, now, limit)
        {
            self.shared.clock.deadlines.start = Timer::default();
            self.refuse_waiting();
        }
        self.shared.clock.deadlines.token.armed = self.shared.next_start_at().map(|at| (0, at));
    }

    /// Ends a connection whose peer has spent a budget, once what was started had its time.
    fn check_flood(&mut self) {
        let occasion = self.shared.life.flood.map(|_| 0);
        let (now, limit) = (self.shared.clock.now, self.shared.config.limits.closing);
        if self
            .shared
            .clock
            .deadlines
            .flood
            .passed(occasion, now, limit)
        {
            self.end_flooded();
        }
    }

    /// Reads on once tiny pieces of content are paid for.
    fn check_pace(&mut self) {
        if self.shared.inbound.pace.may_go_on() {
            self.shared.signals.wake_reader();
        }
        self.shared.clock.deadlines.pace.armed =
            self.shared.inbound.pace.goes_on_at().map(|at| (0, at));
    }

    fn time_out(&mut self, code: ErrorCode) {
        self.end(Err(ConnectionError::Timeout), Some((code, String::new())));
    }
}
