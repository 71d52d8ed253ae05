//! GOAWAY that the server has not sent (RFC 9113 §6.8).

use core::time::Duration;

use blocking::proto::ErrorCode;
use blocking::proto::frame::StreamId;

use super::{CONNECTION, Engine, make};
use crate::fault::rule::{GoAway, Phase};
use crate::shaper::{Item, Way};

/// How far the end of a connection has come.
#[derive(Debug, Default)]
pub(super) struct Going {
    /// The last stream that is processed; the connection ends when all up to it are over.
    last: Option<u32>,
    /// When a shutdown says which that is, and with which code.
    last_at: Option<(Duration, ErrorCode)>,
}

impl Going {
    /// Says whether a stream is one of those that are not processed any more.
    pub(super) fn is_too_late(&self, stream: u32) -> bool {
        self.last.is_some_and(|last| stream > last)
    }
}

impl Engine {
    /// Sends a GOAWAY because of a stream; says whether that stream is processed.
    pub(super) fn go_away(&mut self, stream: u32, goaway: GoAway) -> bool {
        let GoAway { phase, code, wait } = goaway;
        match phase {
            Phase::Notice => self.say_last(StreamId::MAX.value(), code),
            Phase::Accept => self.go(self.streams.highest.max(stream), code),
            Phase::Refuse => self.go(self.streams.highest, code),
            Phase::Error => {
                self.say_last(self.streams.highest, code);
                self.end(Item::Close);
            }
            Phase::Shutdown => {
                self.say_last(StreamId::MAX.value(), ErrorCode::NO_ERROR);
                let at = self.now + wait;
                self.going.last_at = Some((at, code));
                self.at(at, CONNECTION);
            }
        }
        !matches!(phase, Phase::Refuse | Phase::Error)
    }

    /// Ends a shutdown whose pause is over.
    pub(super) fn shutdown_due(&mut self) {
        if let Some((_, code)) = self.going.last_at.take_if(|(at, _)| *at <= self.now) {
            self.go(self.streams.highest, code);
            self.leave();
        }
    }

    fn go(&mut self, last: u32, code: ErrorCode) {
        self.say_last(last, code);
        // RFC 9113 §6.8: a later GOAWAY may not say more.
        let last = self.going.last.map_or(last, |before| before.min(last));
        self.going.last = Some(last);
    }

    fn say_last(&mut self, last: u32, code: ErrorCode) {
        self.emit(Way::Down, &make::goaway(last, code), None);
    }

    /// Ends the connection if all that was to be processed is over.
    pub(super) fn leave(&mut self) {
        if self
            .going
            .last
            .is_some_and(|last| self.streams.are_over(last))
        {
            self.end(Item::Finish);
        }
    }
}
