//! How a connection ends: politely in two phases, at once, or lost (RFC 9113 §6.8, RFC 9113 §5.4.1).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use frame::{ErrorCode, StreamId};

use super::{Core, Shared};
use crate::error::{ConnectionError, StreamError};
use crate::life::Shutdown;
use crate::stream::State;
use crate::violation::{Limit, Violation};

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
        let (_, code) = violation.scope_and_code();
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
        goaway: Option<(ErrorCode, String)>,
    ) {
        if self.shared.life.end() {
            self.finish_all();
            self.shared.close(result, goaway);
        }
    }

    /// Ends the connection because the transport did.
    pub(super) fn lose(&mut self, error: ConnectionError) {
        let is_running = self.shared.streams.running() > 0;
        let result = self.shared.life.lost(error, is_running);
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
        match self.life.go_away(self.side) {
            None => return,
            Some(Shutdown::Final) => self.name_last(),
            Some(Shutdown::First) => {
                self.queue_goaway(StreamId::MAX, ErrorCode::NO_ERROR, String::new());
                self.ping_for_last();
            }
        }
        self.close_if_done();
    }

    /// Names the last stream that we process.
    pub(super) fn name_last(&mut self) {
        let last = self.life.name_last(self.streams.highest_of_peer());
        self.queue_goaway(last, ErrorCode::NO_ERROR, String::new());
    }

    /// Closes the connection once it is going away and nothing runs any more.
    pub(super) fn close_if_done(&mut self) {
        if self.streams.running() > 0 {
            return;
        }
        if let Some((result, is_said)) = self.life.end_if_going() {
            let goaway = (!is_said).then_some((ErrorCode::NO_ERROR, String::new()));
            self.close(result, goaway);
        }
    }

    /// The connection is over, and so are its streams: says so to the peer and to the application.
    fn close(&mut self, result: Result<(), ConnectionError>, goaway: Option<(ErrorCode, String)>) {
        self.streams.open_no_more();
        if let Some((code, debug_data)) = goaway {
            // RFC 9113 §5.4.1: GOAWAY names the last stream that was processed, and comes last. After
            // an error nothing else is worth saying; else RST_STREAM may wait, that tells of an end.
            if result.is_err() {
                self.control.clear();
            }
            let highest = self.streams.highest_of_peer();
            let last = self.life.last_processed(highest);
            self.queue_goaway(last, code, debug_data);
        }
        self.input.end();
        self.lose_pings();
        self.signals.close(result);
        self.signals.wake_writer();
        self.signals.wake_reader();
    }
}
