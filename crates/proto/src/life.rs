//! How far the life of a connection has come, on both sides (RFC 9113 §6.8, RFC 9113 §5.4.1).
//!
//! It knows whether the peer's settings were received, which GOAWAY was said and heard, and whether
//! the connection is over; from that follows which streams are not processed any more, and how the
//! connection ends once nothing runs. It says nothing itself, and knows no stream.
//!
//! Our own shutdown has two phases at a server, for a request may be under way: first the peer is told
//! to open no more, and a round trip later, when all has come that was under way, the last stream is
//! named. A peer that spent a budget goes straight to the second, and what was started has a while.

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use frame::{ErrorCode, StreamId};

use crate::error::ConnectionError;
use crate::role::Side;
use crate::violation::{ConnectionRule, Limit};

/// How far the life of a connection has come.
#[derive(Debug)]
pub(crate) struct Life {
    stage: Stage,
    /// How far our own going away has come.
    goaway_sent: GoawaySent,
    /// The last identifier and the code of the peer's latest GOAWAY.
    received: Option<(StreamId, ErrorCode)>,
    peer_debug_data: Vec<u8>,
    /// The budget that the peer has spent, for which the connection ends.
    flood: Option<Limit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The peer's SETTINGS are to come.
    Preface,
    Open,
    /// Nothing is read any more, and only what is queued is written.
    Over,
}

/// How far our own going away has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GoawaySent {
    None,
    /// The peer is being told to open no more streams; what it had under way still counts.
    First,
    /// Streams above this one are not processed.
    Final(StreamId),
}

/// How a shutdown begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shutdown {
    /// The peer is told to open no more streams, and asked when all has come that was under way.
    First,
    /// The last stream is named at once.
    Final,
}

impl Life {
    pub(crate) const fn new() -> Self {
        Self {
            stage: Stage::Preface,
            goaway_sent: GoawaySent::None,
            received: None,
            peer_debug_data: Vec::new(),
            flood: None,
        }
    }

    pub(crate) fn is_preface(&self) -> bool {
        self.stage == Stage::Preface
    }

    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Says whether one of the ends opens no more streams.
    pub(crate) fn is_going_away(&self) -> bool {
        self.goaway_sent != GoawaySent::None || self.received.is_some()
    }

    /// Says whether we have not begun to go away.
    pub(crate) fn stays(&self) -> bool {
        self.goaway_sent == GoawaySent::None
    }

    /// Says whether the last stream is named once all has come that was under way.
    pub(crate) fn waits_to_name_last(&self) -> bool {
        self.goaway_sent == GoawaySent::First
    }

    /// Says whether we promised not to process this stream of the peer's.
    pub(crate) fn ignores(&self, id: StreamId) -> bool {
        matches!(self.goaway_sent, GoawaySent::Final(last) if id > last)
    }

    /// The debug data of the peer's GOAWAY.
    pub(crate) fn peer_debug_data(&self) -> &[u8] {
        &self.peer_debug_data
    }

    /// The budget that the peer has spent, if it has.
    pub(crate) const fn flood(&self) -> Option<Limit> {
        self.flood
    }

    /// The last stream that is processed, where the peer has opened all up to `highest`.
    pub(crate) fn last_processed(&self, highest: StreamId) -> StreamId {
        match self.goaway_sent {
            GoawaySent::Final(said) => said.min(highest),
            _ => highest,
        }
    }
}

/// What moves it.
impl Life {
    /// The peer's settings are received.
    pub(crate) fn open(&mut self) {
        self.stage = Stage::Open;
    }

    /// GOAWAY has come. Says whether it is the first.
    pub(crate) fn hear_goaway(
        &mut self,
        last: StreamId,
        code: ErrorCode,
        debug_data: &[u8],
    ) -> Result<bool, ConnectionRule> {
        // RFC 9113 §6.8: the last identifier does not grow.
        if self.received.is_some_and(|(before, _)| last > before) {
            return Err(ConnectionRule::GoAwayGrew);
        }
        self.peer_debug_data = debug_data.to_vec();
        Ok(self.received.replace((last, code)).is_none())
    }

    /// We are to go away. Says how that begins, if it does.
    pub(crate) fn go_away(&mut self, side: Side) -> Option<Shutdown> {
        if self.is_over() || !self.stays() {
            return None;
        }
        Some(match side {
            // A client promises nothing about requests of the server's, for there are none.
            Side::Client => Shutdown::Final,
            Side::Server => {
                // RFC 9113 §6.8: the greatest identifier first, and the true one a round trip later.
                self.goaway_sent = GoawaySent::First;
                Shutdown::First
            }
        })
    }

    /// Names the last stream that is processed, where the peer has opened all up to `highest`.
    pub(crate) fn name_last(&mut self, highest: StreamId) -> StreamId {
        let last = self.last_processed(highest);
        self.goaway_sent = GoawaySent::Final(last);
        last
    }

    /// The peer has spent a budget. Says whether the connection begins to end for that.
    pub(crate) fn begin_flood(&mut self, limit: Limit) -> bool {
        let begins = !self.is_over() && self.flood.is_none();
        if begins {
            self.flood = Some(limit);
        }
        begins
    }

    /// Nothing is read any more. Says whether the connection was not over before.
    pub(crate) fn end(&mut self) -> bool {
        let was_over = self.is_over();
        self.stage = Stage::Over;
        !was_over
    }

    /// Nothing runs: a connection of which one end goes away is over. Says how, if it is so now, and
    /// whether GOAWAY was said already.
    pub(crate) fn end_if_going(&mut self) -> Option<(Result<(), ConnectionError>, bool)> {
        let has_named = matches!(self.goaway_sent, GoawaySent::Final(_));
        if self.is_over() || !(has_named || self.received.is_some()) {
            return None;
        }
        self.stage = Stage::Over;
        let result = match (self.flood, self.received) {
            (Some(limit), _) => Err(ConnectionError::Violation(limit.into())),
            (None, Some((_, code))) if code != ErrorCode::NO_ERROR => {
                Err(ConnectionError::GoAway(code))
            }
            _ => Ok(()),
        };
        Some((result, has_named || self.flood.is_some()))
    }

    /// The transport has ended. Says how the connection ends, on which something runs or not.
    pub(crate) fn lost(
        &self,
        error: ConnectionError,
        is_running: bool,
    ) -> Result<(), ConnectionError> {
        match self.received {
            Some((_, code)) if code != ErrorCode::NO_ERROR => Err(ConnectionError::GoAway(code)),
            _ if !is_running && matches!(error, ConnectionError::UnexpectedEof) => Ok(()),
            _ => Err(error),
        }
    }
}
