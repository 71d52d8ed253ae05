//! Pings of ours, answered or lost (RFC 9113 §6.7), and what the driver says of the time.

use alloc::collections::VecDeque;
use core::time::Duration;

use super::Core;
use super::deadline::Deadlines;
use super::going_away::Notice;
use crate::error::UserError;
use crate::event::Event;

/// How many pings may be unanswered.
const OUTSTANDING: usize = 64;

/// What our own ping carries that asks for a sign of life.
const ALIVE: [u8; 8] = *b"alive?\0\0";

/// What our own ping carries that goes around while content flows.
const MEASURE: [u8; 8] = *b"measure\0";

/// What our own ping carries that ends the first phase of going away.
const LAST_CALL: [u8; 8] = *b"lastcall";

/// The time, and what waits for an answer.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pub(super) now: Duration,
    pub(super) deadlines: Deadlines,
    /// How often we have heard of the peer.
    pub(super) heard: u64,
    /// How often we had when we asked it for a sign of life.
    pub(super) asked: Option<u64>,
    /// How often we have looked for streams that are stalled.
    pub(super) rounds: u64,
    pings: VecDeque<Ping>,
}

#[derive(Clone, Copy, Debug)]
struct Ping {
    payload: [u8; 8],
    purpose: Purpose,
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
}

impl Core {
    pub(super) fn ping(&mut self, payload: [u8; 8]) -> Result<(), UserError> {
        if self.life.is_over() {
            return Err(UserError::ConnectionClosed);
        }
        if self.clock.pings.len() >= OUTSTANDING {
            return Err(UserError::TooManyPings);
        }
        self.send_ping(Ping {
            payload,
            purpose: Purpose::Application,
        });
        Ok(())
    }

    /// Finds out when everything has arrived that the peer sent before it heard of our going away.
    pub(super) fn ping_for_last(&mut self) {
        self.send_ping(Ping {
            payload: LAST_CALL,
            purpose: Purpose::LastCall,
        });
    }

    /// Finds out how much content is taken in a round trip.
    pub(super) fn ping_for_bandwidth(&mut self) {
        self.send_ping(Ping {
            payload: MEASURE,
            purpose: Purpose::Bandwidth,
        });
    }

    /// Asks for a sign of life.
    pub(super) fn ping_for_life(&mut self) {
        self.send_ping(Ping {
            payload: ALIVE,
            purpose: Purpose::KeepAlive,
        });
    }

    fn send_ping(&mut self, ping: Ping) {
        self.clock.pings.push_back(ping);
        self.outbound.control.pings.push_back(ping.payload);
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
        match self.clock.pings.remove(place).map(|ping| ping.purpose) {
            Some(Purpose::Application) => self.signals.push(Event::Pong { payload }),
            Some(Purpose::Bandwidth) => self.measured(),
            Some(Purpose::LastCall) if self.life.notice == Notice::First => {
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
