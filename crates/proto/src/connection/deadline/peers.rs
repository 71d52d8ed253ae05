//! What the peer must do within a while.

use frame::ErrorCode;

use crate::connection::{Core, Shared};
use crate::stalls::Stalls;
use crate::timers::{Deadline, KeepAlive};
use crate::violation::{ConnectionRule, Limit};

impl Core {
    /// Its settings must be received.
    pub(super) fn check_handshake(&mut self) {
        let shared = &mut self.shared;
        let occasion = shared.life.is_preface().then_some(0);
        let limit = shared.config.limits.handshake;
        if shared.timers.passed(Deadline::Handshake, occasion, limit) {
            self.time_out(ErrorCode::NO_ERROR);
        }
    }

    /// RFC 9113 §6.5.3: an endpoint whose settings are not acknowledged in time may say so.
    ///
    /// That is from when the peer has them. A PING behind them finds out, and because servers take
    /// frequent ones for abuse, only where the acknowledgment takes its time.
    pub(super) fn check_settings(&mut self, is_held: bool) {
        let shared = &mut self.shared;
        if shared.local_settings.oldest_unacknowledged().is_none() {
            // As it is nearly always.
            shared.timers.disarm(Deadline::Settings);
            shared.timers.disarm(Deadline::SettingsHinted);
            shared.timers.disarm(Deadline::SettingsProbe);
            return;
        }
        let waits = !is_held && !shared.life.is_preface();
        if shared.is_settings_ack_overdue(waits) {
            return self.fail(ConnectionRule::SettingsTimeout.into());
        }
        shared.probe_settings(waits);
    }

    /// A field block that has begun must be whole.
    pub(super) fn check_field_block(&mut self, is_held: bool) {
        let shared = &mut self.shared;
        let unended = shared.input.unended().filter(|_| !is_held);
        let occasion = unended.map(|id| u64::from(id.value()));
        let limit = shared.config.limits.field_block;
        if shared.timers.passed(Deadline::FieldBlock, occasion, limit) {
            self.fail_for(Limit::SlowFieldBlock);
        }
    }

    /// Sends a PING to an idle peer, and gives it up without an answer.
    pub(super) fn check_keep_alive(&mut self, is_held: bool) {
        let shared = &mut self.shared;
        let Some((interval, timeout)) = shared.config.keep_alive else {
            return;
        };
        if is_held {
            return shared.timers.reset_keep_alive();
        }
        match shared.timers.poll_keep_alive(interval, timeout) {
            KeepAlive::Wait => {}
            KeepAlive::Ping => shared.ping_to_keep_alive(),
            KeepAlive::Over => self.time_out(ErrorCode::NO_ERROR),
        }
    }

    /// Looks at what waits for credit, as long as anything does.
    pub(super) fn check_stalls(&mut self, is_held: bool) {
        let shared = &mut self.shared;
        if is_held || !shared.waits_for_credit() {
            return shared.timers.disarm(Deadline::Stalls);
        }
        let length = Stalls::round_length(&shared.config.limits);
        let round = Some(shared.stalls.round());
        if shared.timers.passed(Deadline::Stalls, round, length) {
            self.look_at_stalls();
            let round = Some(self.shared.stalls.round());
            self.shared.timers.passed(Deadline::Stalls, round, length);
        }
    }
}

impl Shared {
    /// Says whether the peer has our settings, and has not acknowledged them for long.
    fn is_settings_ack_overdue(&mut self, waits: bool) -> bool {
        let limits = &self.config.limits;
        let overdue = self.local_settings.overdue().filter(|_| waits);
        let hinted = self.local_settings.hinted_overdue().filter(|_| waits);
        self.timers
            .passed(Deadline::Settings, overdue, limits.settings_ack)
            || self
                .timers
                .passed(Deadline::SettingsHinted, hinted, limits.settings_ack_hinted)
    }

    /// Finds out whether the peer has our settings, where the acknowledgment takes its time.
    fn probe_settings(&mut self, waits: bool) {
        let probes = !self.config.stand_in.no_probes;
        let unprobed = self.local_settings.unprobed();
        let unprobed = unprobed.filter(|_| waits && probes);
        let patience = self.config.limits.settings_ack / 2;
        if self
            .timers
            .passed(Deadline::SettingsProbe, unprobed, patience)
        {
            self.timers.disarm(Deadline::SettingsProbe);
            self.local_settings.probe();
            self.ping_for_settings();
        }
    }
}
