//! RST_STREAM arrives (RFC 9113 §6.4).

use frame::{ErrorCode, RstStream};

use crate::connection::Core;
use crate::connection::parts::Absent;
use crate::error::StreamError;
use crate::limits::Glitch;
use crate::role::Side;
use crate::stream::{Key, Past, Phase, Step};
use crate::violation::{Fault, On, StreamRule};

impl Core {
    pub(super) fn recv_rst_stream(&mut self, frame: RstStream) -> Result<(), Fault> {
        let id = frame.stream_id;
        let Some(key) = self.streams.store.find(id) else {
            return match self.streams.absent(id) {
                // RFC 9113 §6.4: RST_STREAM on an idle stream is an error of the connection.
                Absent::Idle | Absent::Past(Past::Skipped) => Err(StreamRule::Idle.on(id)),
                Absent::Past(Past::Closed(_)) => self.glitch(Glitch::Late),
            };
        };
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(());
        };
        if !stream
            .recv(Step::RstStream)
            .map_err(|violation| violation.on(id))?
        {
            return self.glitch(Glitch::Late);
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
        let is_early = self.side == Side::Server && !stream.has_answered;
        stream.outbox.clear(&mut self.streams.queued);
        self.finish(key, result);
        self.hold_reset(key);
        if is_early {
            self.limits.reset_early()?;
        }
        Ok(self.limits.reset_received()?)
    }

    /// Counts a stream for which the application may still be at work.
    fn hold_reset(&mut self, key: Key) {
        if let Some(stream) = self.streams.store.get_mut(key) {
            stream.reset_held = true;
            self.streams.reset_held += 1;
        }
    }
}
