//! PRIORITY_UPDATE arrives: for a stream that runs, or for one that is still to come
//! (RFC 9218 §7.1).

use frame::{PriorityUpdate, StreamId};

use crate::connection::{Core, Shared};
use crate::limits::SuspiciousFrame;
use crate::message::Signal;
use crate::role::Side;
use crate::stream::{State, Stream};
use crate::streams::Absent;
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_priority_update(&mut self, frame: PriorityUpdate<'_>) -> Result<(), Fault> {
        if self.shared.side == Side::Client {
            return Err(ConnectionRule::PriorityUpdateByServer.into());
        }
        let id = frame.prioritized_id;
        // Choice: RFC 9218 §7 allows an error where the value cannot be parsed; we ignore it, as a
        // field with such a value.
        let signal = Signal::parse(frame.field_value).map(Signal::complete);
        let is_tolerated = match self.store.resolve(id) {
            // A promise that has not left yet.
            Some(stream) if stream.state() == State::Idle => {
                self.shared.prioritize_idle(id, None)?
            }
            Some(stream) => self.shared.prioritize_anew(stream, signal),
            None => match self.shared.streams.absent(id) {
                Absent::Idle => self.shared.prioritize_idle(id, signal)?,
                // RFC 9218 §7.1: the stream may have closed while the frame was under way.
                Absent::Past(_) => {
                    self.suspicious_frame(SuspiciousFrame::Late);
                    true
                }
            },
        };
        // The first word on a stream is free, for it costs a stream; any other is suspicious.
        if !is_tolerated {
            self.suspicious_frame(SuspiciousFrame::Priority);
        }
        Ok(())
    }
}

impl Shared {
    /// The client says once more how urgent a stream is. Says whether it said so for the first time.
    fn prioritize_anew(&mut self, stream: &mut Stream, signal: Option<Signal>) -> bool {
        let is_first = stream.reprioritize();
        let Some(signal) = signal.filter(|_| stream.is_running()) else {
            return false;
        };
        self.prioritize(stream, signal);
        is_first
    }

    /// Keeps the priority of a stream that is still to come. Says whether it is the first.
    fn prioritize_idle(&mut self, id: StreamId, signal: Option<Signal>) -> Result<bool, Fault> {
        // RFC 9218 §7.1: a push that was never promised cannot be prioritized.
        if id.is_server_initiated() {
            return Err(ConnectionRule::PrioritizedId.into());
        }
        let Some(signal) = signal.filter(|_| !self.life.ignores(id)) else {
            return Ok(false);
        };
        let (is_first, count) = self.streams.prioritize_early(id, signal);
        if count <= self.early_space() {
            return Ok(is_first);
        }
        if self.is_max_peer_streams_known() {
            return Err(ConnectionRule::PrioritizedTooMany.into());
        }
        // Laxer: RFC 9218 §7.1 makes this an error, which a client that has not heard of the limit
        // cannot avoid.
        self.streams.forget_early(id);
        Ok(false)
    }

    /// RFC 9218 §7.1: idle streams that have a priority count like open ones.
    fn early_space(&self) -> usize {
        let space = self
            .peer_streams()
            .saturating_sub(self.streams.active_peer());
        usize::try_from(space).unwrap_or(usize::MAX)
    }
}
