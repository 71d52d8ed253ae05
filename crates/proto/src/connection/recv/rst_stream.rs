//! RST_STREAM arrives (RFC 9113 §6.4).

use frame::{ErrorCode, RstStream};

use crate::connection::Core;
use crate::connection::parts::Absent;
use crate::error::StreamError;
use crate::limits::Glitch;
use crate::role::Side;
use crate::stream::{Past, Phase, Step, Work};
use crate::violation::{Fault, On, StreamRule};

impl Core {
    pub(super) fn recv_rst_stream(&mut self, frame: RstStream) -> Result<(), Fault> {
        let id = frame.stream_id;
        let Some(key) = self.streams.store.find(id) else {
            return match self.streams.absent(id) {
                // RFC 9113 §6.4: RST_STREAM on an idle stream is an error of the connection.
                Absent::Idle | Absent::Past(Past::Skipped) => Err(StreamRule::Idle.on(id)),
                Absent::Past(Past::Closed(_)) => {
                    self.glitch(Glitch::Late);
                    Ok(())
                }
            };
        };
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(());
        };
        if !stream
            .recv(Step::RstStream)
            .map_err(|violation| violation.on(id))?
        {
            self.glitch(Glitch::Late);
            return Ok(());
        }
        // RFC 9113 §8.1: a server that has answered in full may ask so to be spared the rest.
        let is_answered = self.side == Side::Client
            && stream.receiving == Phase::Ended
            && frame.error_code == ErrorCode::NO_ERROR;
        let result = if is_answered {
            Ok(())
        } else {
            Err(StreamError::Reset(frame.error_code))
        };
        let (is_whole, is_prepaid) = (stream.sending == Phase::Ended, stream.work == Work::Prepaid);
        let is_started = stream.work.is_started() && !stream.pending.opened;
        stream.outbox.clear(&mut self.streams.queued);
        self.finish(key, result);
        // Streams of our own are no cost of the peer's making, and neither is one whose application
        // had nothing more to say.
        if self.streams.is_local(id) || (self.side == Side::Server && is_whole) {
            return Ok(());
        }
        if is_started && !is_prepaid {
            self.limits.started_reset();
        }
        if let Err(limit) = self.limits.reset_received() {
            self.end_flood(limit);
        }
        Ok(())
    }
}
