//! Pings of ours, answered or lost (RFC 9113 §6.7).

use super::Shared;
use crate::error::UserError;
use crate::event::Event;
use crate::pings::Purpose;

/// What our own ping carries that keeps a connection alive.
const ALIVE: [u8; 8] = *b"alive?\0\0";

/// What our own ping carries that goes around while content flows.
const MEASURE: [u8; 8] = *b"measure\0";

/// What our own ping carries that shows whether the peer has all that was sent.
const PROGRESS: [u8; 8] = *b"progress";

/// What our own ping carries that shows whether the peer has our settings.
const SETTINGS: [u8; 8] = *b"settings";

impl Shared {
    pub(super) fn ping(&mut self, payload: [u8; 8]) -> Result<(), UserError> {
        if self.life.is_over() {
            return Err(UserError::ConnectionClosed);
        }
        if !self.pings.has_capacity() {
            return Err(UserError::TooManyPings);
        }
        self.send_ping(payload, Purpose::Application);
        Ok(())
    }

    /// Finds out when everything has arrived that the peer sent before it heard of our going away.
    pub(super) fn ping_for_last(&mut self) {
        self.send_ping(
            self.config.stand_in.shutdown_ping,
            Purpose::GracefulShutdown,
        );
    }

    /// Finds out how much content is taken in a round trip.
    pub(super) fn ping_for_bandwidth(&mut self) {
        self.send_ping(MEASURE, Purpose::Bandwidth);
    }

    /// Sends a PING.
    pub(super) fn ping_to_keep_alive(&mut self) {
        self.send_ping(ALIVE, Purpose::KeepAlive);
    }

    /// Finds out whether the peer has all that was sent.
    pub(super) fn ping_for_progress(&mut self) {
        self.send_ping(PROGRESS, Purpose::Progress);
    }

    /// Finds out whether the peer has our settings.
    pub(super) fn ping_for_settings(&mut self) {
        self.send_ping(SETTINGS, Purpose::Settings);
    }

    fn send_ping(&mut self, payload: [u8; 8], purpose: Purpose) {
        // All SETTINGS that wait leave ahead of it.
        let settings = self.local_settings.announced_in_all();
        self.pings.ask(payload, purpose, settings);
        self.counts.ask(payload, self.timers.now());
        self.control.ask(payload);
        self.signals.wake_writer();
    }

    /// Takes an answer. Says whether there was a question.
    pub(super) fn pong(&mut self, payload: [u8; 8]) -> bool {
        let Some((purpose, settings)) = self.pings.answered(payload) else {
            return false;
        };
        self.counts.answered(payload, self.timers.now());
        let is_probe = purpose == Purpose::Settings;
        self.local_settings.passed(settings, is_probe);
        match purpose {
            Purpose::Application => self.signals.push(Event::Pong { payload }),
            Purpose::Bandwidth => {
                let initial = self.local_settings.record().initial_window_size;
                self.windows.measured(self.timers.now(), initial);
            }
            Purpose::Progress => self.stalls.probed(),
            Purpose::GracefulShutdown if self.life.waits_to_name_last() => {
                self.name_last();
                self.close_if_done();
            }
            _ => {}
        }
        true
    }

    /// Tells the application of the pings that nobody will answer.
    pub(super) fn lose_pings(&mut self) {
        for payload in self.pings.lose() {
            self.signals.push(Event::PingLost { payload });
        }
    }
}
