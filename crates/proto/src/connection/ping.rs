//! Pings of ours, answered or lost (RFC 9113 §6.7), and what the driver says of the time.

use alloc::collections::VecDeque;
use core::time::Duration;

use super::Shared;
use super::deadline::Deadlines;
use super::going_away::Notice;
use super::progress::Moved;
use crate::error::UserError;
use crate::event::Event;

/// How many pings may be unanswered.
const OUTSTANDING: usize = 64;

/// What our own ping carries that asks for a sign of life.
const ALIVE: [u8; 8] = *b"alive?\0\0";

/// What our own ping carries that goes around while content flows.
const MEASURE: [u8; 8] = *b"measure\0";

/// What our own ping carries that shows whether the peer has all that was sent.
const PROGRESS: [u8; 8] = *b"progress";

/// What our own ping carries that shows whether the peer has our settings.
const SETTINGS: [u8; 8] = *b"settings";

/// The time, and what waits for an answer.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pub(super) now: Duration,
    pub(super) deadlines: Deadlines,
    /// How often we have heard of the peer.
    pub(super) heard: u64,
    /// How often we had when we asked it for a sign of life.
    pub(super) asked: Option<u64>,
    /// We did not read, by our own choice, since the time was told last.
    pub(super) held: bool,
    /// How the output has moved that waits for the peer.
    pub(super) moved: Moved,
    pings: VecDeque<Ping>,
}

#[derive(Clone, Copy, Debug)]
struct Ping {
    payload: [u8; 8],
    purpose: Purpose,
    /// How many SETTINGS of ours leave ahead of it.
    settings: u64,
}

/// Who asked for a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Application,
    /// Our going away waits for what is under way.
    LastCall,
    /// The peer was silent for long.
    KeepAlive,
    /// Content flows, and its round trip is measured.
    Bandwidth,
    /// A window is shut, or what shut it is still on its way.
    Progress,
    /// Our settings are not acknowledged, or still on their way.
    Settings,
}

impl Shared {
    pub(super) fn ping(&mut self, payload: [u8; 8]) -> Result<(), UserError> {
        if self.life.is_over() {
            return Err(UserError::ConnectionClosed);
        }
        if self.clock.pings.len() >= OUTSTANDING {
            return Err(UserError::TooManyPings);
        }
        self.send_ping(payload, Purpose::Application);
        Ok(())
    }

    /// Finds out when everything has arrived that the peer sent before it heard of our going away.
    pub(super) fn ping_for_last(&mut self) {
        self.send_ping(self.config.stand_in.last_call, Purpose::LastCall);
    }

    /// Finds out how much content is taken in a round trip.
    pub(super) fn ping_for_bandwidth(&mut self) {
        self.send_ping(MEASURE, Purpose::Bandwidth);
    }

    /// Asks for a sign of life.
    pub(super) fn ping_for_life(&mut self) {
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
        let settings = self.settings.announced_in_all();
        self.clock.pings.push_back(Ping {
            payload,
            purpose,
            settings,
        });
        self.outbound.control.pings.push_back(payload);
        self.signals.wake_writer();
    }

    /// Takes an answer. Says whether there was a question.
    pub(super) fn pong(&mut self, payload: [u8; 8]) -> bool {
        let Some(place) = self
            .clock
            .pings
            .iter()
            .position(|ping| ping.payload == payload)
        else {
            return false;
        };
        let Some(ping) = self.clock.pings.remove(place) else {
            return false;
        };
        self.settings
            .passed(ping.settings, ping.purpose == Purpose::Settings);
        match ping.purpose {
            Purpose::Application => self.signals.push(Event::Pong { payload }),
            Purpose::Bandwidth => self.measured(),
            Purpose::Progress => self.stalls.probed(),
            Purpose::LastCall if self.life.notice == Notice::First => {
                self.say_last();
                self.close_if_done();
            }
            _ => {}
        }
        true
    }

    /// Tells the application of the pings that nobody will answer.
    pub(super) fn lose_pings(&mut self) {
        for ping in core::mem::take(&mut self.clock.pings) {
            if ping.purpose == Purpose::Application {
                self.signals.push(Event::PingLost {
                    payload: ping.payload,
                });
            }
        }
    }
}
