//! How a connection ends: politely in two phases, at once, or lost (RFC 9113 §6.8, RFC 9113 §5.4.1).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use frame::{ErrorCode, StreamId};

use super::{Core, Shared};
use crate::error::{ConnectionError, StreamError};
use crate::role::Side;
use crate::stream::State;
use crate::violation::{Limit, Violation};

/// How far the life of a connection has come.
#[derive(Debug)]
pub(super) struct Life {
    stage: Stage,
    /// How far our own going away has come.
    pub(super) notice: Notice,
    /// The last identifier and the code of the peer's latest GOAWAY.
    pub(super) received: Option<(StreamId, ErrorCode)>,
    peer_debug_data: Vec<u8>,
    /// The budget that the peer has spent, for which the connection ends.
    pub(super) flood: Option<Limit>,
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
pub(super) enum Notice {
    None,
    /// The peer is being told to open no more streams; what it had under way still counts.
    First,
    /// Streams above this one are not processed.
    Final(StreamId),
}

/// A GOAWAY that waits to be sent.
#[derive(Debug)]
pub(super) struct Farewell {
    pub(super) last_stream_id: StreamId,
    pub(super) code: ErrorCode,
    pub(super) debug_data: String,
}

impl Life {
    pub(super) const fn new() -> Self {
        Self {
            stage: Stage::Preface,
            notice: Notice::None,
            received: None,
            peer_debug_data: Vec::new(),
            flood: None,
        }
    }

    pub(super) fn is_preface(&self) -> bool {
        self.stage == Stage::Preface
    }

    pub(super) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// The peer's preface is complete.
    pub(super) fn open(&mut self) {
        self.stage = Stage::Open;
    }

    /// Nothing more is read: the one place where a connection becomes over.
    const fn end(&mut self) {
        self.stage = Stage::Over;
    }

    /// Says whether the connection ends because the peer has spent a budget.
    pub(super) const fn is_flooded(&self) -> bool {
        self.flood.is_some()
    }

    /// Says whether one of the ends opens no more streams.
    pub(super) fn is_going_away(&self) -> bool {
        self.notice != Notice::None || self.received.is_some()
    }

    /// Says whether we promised not to process this stream of the peer's.
    pub(super) fn ignores(&self, id: StreamId) -> bool {
        matches!(self.notice, Notice::Final(last) if id > last)
    }

    pub(super) fn peer_debug_data(&self) -> &[u8] {
        &self.peer_debug_data
    }

    pub(super) fn keep_debug_data(&mut self, data: &[u8], most: usize) {
        self.peer_debug_data = data.get(..most).unwrap_or(data).to_vec();
    }
}

impl Core {
    pub(super) fn abort(&mut self, code: ErrorCode) {
        let result = match code {
            ErrorCode::NO_ERROR => Ok(()),
            code => Err(ConnectionError::Aborted(code)),
        };
        self.end(result, Some((code, String::new())));
    }

    /// Ends the connection because of what the peer did (RFC 9113 §5.4.1).
    pub(super) fn fail(&mut self, violation: Violation) {
        let (_, code) = violation.verdict();
        let reason = violation.to_string();
        self.end(
            Err(ConnectionError::Violation(violation)),
            Some((code, reason)),
        );
    }

    /// Ends the connection because of a limit that no single frame went over.
    pub(super) fn fail_for(&mut self, limit: Limit) {
        self.shared.show_fault(limit.into());
        self.fail(limit.into());
    }

    /// Ends the connection, and all streams that still run.
    pub(super) fn end(
        &mut self,
        result: Result<(), ConnectionError>,
        farewell: Option<(ErrorCode, String)>,
    ) {
        if self.shared.life.is_over() {
            return;
        }
        self.shared.life.end();
        self.finish_all();
        self.shared.close(result, farewell);
    }

    /// Ends the connection because the transport did.
    pub(super) fn lose(&mut self, error: ConnectionError) {
        let shared = &self.shared;
        let result = match shared.life.received {
            Some((_, code)) if code != ErrorCode::NO_ERROR => Err(ConnectionError::GoAway(code)),
            _ if shared.streams.running == 0 && matches!(error, ConnectionError::UnexpectedEof) => {
                Ok(())
            }
            _ => Err(error),
        };
        self.end(result, None);
    }

    fn finish_all(&mut self) {
        let keys: Vec<_> = self.store.keys().collect();
        for key in keys {
            self.act(key, |shared, stream| {
                let error = match stream.state() {
                    State::Idle => StreamError::Unsent,
                    _ => StreamError::ConnectionLost,
                };
                shared.finish(stream, Err(error));
            });
        }
    }
}

impl Shared {
    pub(super) fn go_away(&mut self) {
        if self.life.is_over() || self.life.notice != Notice::None {
            return;
        }
        match self.side {
            // A client promises nothing about requests of the server's, for there are none.
            Side::Client => self.say_last(),
            Side::Server => {
                // RFC 9113 §6.8: the greatest identifier first, and the true one a round trip later.
                self.life.notice = Notice::First;
                self.queue_farewell(StreamId::MAX, ErrorCode::NO_ERROR, String::new());
                self.ping_for_last();
            }
        }
        self.close_if_done();
    }

    /// Names the last stream that we process.
    pub(super) fn say_last(&mut self) {
        let last = self.streams.peer.ids.highest();
        self.life.notice = Notice::Final(last);
        self.queue_farewell(last, ErrorCode::NO_ERROR, String::new());
    }

    /// Closes the connection once it is going away and nothing runs any more.
    pub(super) fn close_if_done(&mut self) {
        let is_going = matches!(self.life.notice, Notice::Final(_)) || self.life.received.is_some();
        if self.life.is_over() || !is_going || self.streams.running > 0 {
            return;
        }
        self.life.end();
        if let Some(limit) = self.life.flood {
            // GOAWAY is said already.
            return self.close(Err(ConnectionError::Violation(limit.into())), None);
        }
        let farewell = match self.life.notice {
            Notice::Final(_) => None,
            _ => Some((ErrorCode::NO_ERROR, String::new())),
        };
        match self.life.received {
            Some((_, code)) if code != ErrorCode::NO_ERROR => {
                self.close(Err(ConnectionError::GoAway(code)), farewell);
            }
            _ => self.close(Ok(()), farewell),
        }
    }

    /// The connection is over, and so are its streams: says so to the peer and to the application.
    fn close(
        &mut self,
        result: Result<(), ConnectionError>,
        farewell: Option<(ErrorCode, String)>,
    ) {
        self.outbound.openings.clear();
        if let Some((code, debug_data)) = farewell {
            // RFC 9113 §5.4.1: GOAWAY names the last stream that was processed, and comes last. After
            // an error nothing else is worth saying; else RST_STREAM may wait, that tells of an end.
            if result.is_err() {
                self.outbound.control.clear();
            }
            let last = self.streams.peer.ids.highest();
            let last = match self.life.notice {
                Notice::Final(said) => said.min(last),
                _ => last,
            };
            self.queue_farewell(last, code, debug_data);
        }
        self.inbound.block = None;
        self.lose_pings();
        self.signals.close(result);
        self.signals.wake_writer();
        self.signals.wake_reader();
    }

    pub(super) fn queue_farewell(&mut self, last: StreamId, code: ErrorCode, reason: String) {
        let debug_data = if self.config.debug_data {
            reason
        } else {
            String::new()
        };
        let farewell = Farewell {
            last_stream_id: last,
            code,
            debug_data,
        };
        self.outbound.control.farewells.push_back(farewell);
        self.signals.wake_writer();
    }
}
