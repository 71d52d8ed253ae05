//! What we do after a while, whatever the peer does.

use frame::ErrorCode;

use crate::connection::Core;
use crate::connection::rest::REST;
use crate::timers::Deadline;

impl Core {
    /// A connection that nobody uses ends in good order.
    pub(super) fn check_idle(&mut self) {
        let shared = &mut self.shared;
        let Some(limit) = shared.config.idle else {
            return;
        };
        let stays = !shared.life.is_going_away();
        let occasion = shared.streams.quiet().filter(|_| stays);
        if shared.timers.passed(Deadline::Idle, occasion, limit) {
            shared.go_away();
        }
    }

    /// Names the last stream to a peer that does not answer the PING of a graceful shutdown
    /// (RFC 9113 §6.8).
    pub(super) fn check_graceful_shutdown(&mut self, is_held: bool) {
        let shared = &mut self.shared;
        let waits = shared.life.waits_to_name_last() && !is_held;
        let limit = shared.config.limits.settings_ack;
        let occasion = waits.then_some(0);
        if shared
            .timers
            .passed(Deadline::GracefulShutdown, occasion, limit)
        {
            shared.name_last();
            shared.close_if_done();
        }
    }

    /// A connection that is old enough ends in good order, and at once when that takes too long.
    pub(super) fn check_age(&mut self) {
        let shared = &mut self.shared;
        let Some((limit, grace)) = shared.config.max_age else {
            return;
        };
        let end = limit.saturating_add(grace);
        if shared.timers.passed(Deadline::End, Some(0), end) {
            return self.time_out(ErrorCode::NO_ERROR);
        }
        let stays = shared.life.stays().then_some(0);
        if shared.timers.passed(Deadline::Age, stays, limit) {
            shared.timers.disarm(Deadline::Age);
            shared.go_away();
        }
    }

    /// Gives memory back that is not needed while nothing runs.
    pub(super) fn check_rest(&mut self) {
        let occasion = self.rest_occasion();
        if self.shared.timers.passed(Deadline::Rest, occasion, REST) {
            self.shared.timers.disarm(Deadline::Rest);
            self.rest();
        }
    }

    /// Starts requests that waited for the budget of resets, and refuses them when none started for
    /// long.
    pub(super) fn check_started(&mut self) {
        self.start_waiting();
        let shared = &mut self.shared;
        let limit = shared.config.limits.start;
        let occasion = shared.streams.waiting_for_start();
        if shared.timers.passed(Deadline::Start, occasion, limit) {
            shared.timers.disarm(Deadline::Start);
            self.refuse_waiting();
        }
        let at = self.shared.next_start_at();
        self.shared.timers.wake_at(Deadline::Token, at);
    }

    /// Ends a connection whose peer has spent a budget, once what was started had its time.
    pub(super) fn check_flood(&mut self) {
        let shared = &mut self.shared;
        let occasion = shared.life.flood().map(|_| 0);
        let limit = shared.config.limits.closing;
        if shared.timers.passed(Deadline::Flood, occasion, limit) {
            self.end_flooded();
        }
    }

    /// Reads on once tiny pieces of content are paid for.
    pub(super) fn check_pace(&mut self) {
        let shared = &mut self.shared;
        if shared.pace.may_go_on() {
            shared.signals.wake_reader();
        }
        let at = shared.pace.goes_on_at();
        shared.timers.wake_at(Deadline::Pace, at);
    }
}
