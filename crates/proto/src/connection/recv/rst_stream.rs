//! RST_STREAM arrives (RFC 9113 §6.4).

use frame::{ErrorCode, RstStream, StreamId};

use crate::connection::{Core, Shared};
use crate::error::StreamError;
use crate::limits::SuspiciousFrame;
use crate::role::Side;
use crate::stream::{Past, Phase, Step, Stream};
use crate::streams::Absent;
use crate::violation::{Fault, Limit, On, StreamRule};

impl Core {
    pub(super) fn recv_rst_stream(&mut self, frame: RstStream) -> Result<(), Fault> {
        let id = frame.stream_id;
        let Some(stream) = self.store.resolve(id) else {
            return match self.shared.streams.absent(id) {
                // RFC 9113 §6.4: RST_STREAM on an idle stream is an error of the connection.
                Absent::Idle | Absent::Past(Past::Skipped) => Err(StreamRule::Idle.on(id)),
                Absent::Past(Past::Closed(_)) => {
                    self.suspicious_frame(SuspiciousFrame::Late);
                    Ok(())
                }
            };
        };
        if !stream
            .recv(Step::RstStream)
            .map_err(|violation| violation.on(id))?
        {
            self.suspicious_frame(SuspiciousFrame::Late);
            return Ok(());
        }
        let cost = self.shared.reset_received(stream, frame.error_code);
        let has_left = self.shared.take_left(stream);
        self.settle(has_left);
        if let Err(limit) = self.shared.charge_reset_received(id, cost) {
            self.end_spent(limit);
        }
        Ok(())
    }
}

/// What a reset costs the peer.
#[derive(Clone, Copy, Debug)]
enum Cost {
    Nothing,
    /// A stream that it opened.
    Stream,
    /// A stream that it opened, and that the application works for.
    Work,
}

impl Shared {
    /// The peer has reset a stream. Returns what that costs it.
    fn reset_received(&mut self, stream: &mut Stream, code: ErrorCode) -> Cost {
        // RFC 9113 §8.1: a server that has answered in full may ask so to be spared the rest.
        let is_answered = self.side == Side::Client
            && stream.receiving() == Phase::Ended
            && code == ErrorCode::NO_ERROR;
        let result = if is_answered {
            Ok(())
        } else {
            Err(StreamError::Reset(code))
        };
        // Streams of our own are no cost of the peer's making, and neither is one whose application
        // had nothing more to say.
        let is_free = self.side == Side::Server && stream.is_said();
        let cost = if self.streams.is_local(stream.id()) || is_free {
            Cost::Nothing
        } else if stream.is_unpaid_work() {
            Cost::Work
        } else {
            Cost::Stream
        };
        self.streams.drop_queued(stream);
        self.finish(stream, result);
        cost
    }

    fn charge_reset_received(&mut self, id: StreamId, cost: Cost) -> Result<(), Limit> {
        match cost {
            Cost::Nothing => return Ok(()),
            Cost::Stream => {}
            Cost::Work => self.limits.started_reset(),
        }
        // Of promises the application says whether it took them on.
        if self.side == Side::Server {
            self.limits.unaccepted_reset(id)?;
        }
        self.limits.reset_received()
    }
}
