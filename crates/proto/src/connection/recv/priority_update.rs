//! PRIORITY_UPDATE arrives: for a stream that runs, or for one that is still to come
//! (RFC 9218 §7.1).

use frame::{PriorityUpdate, StreamId};

use crate::connection::Core;
use crate::connection::parts::Absent;
use crate::limits::Glitch;
use crate::message::Signal;
use crate::role::Side;
use crate::stream::State;
use crate::violation::{ConnectionRule, Fault};

impl Core {
    pub(super) fn recv_priority_update(&mut self, frame: PriorityUpdate<'_>) -> Result<(), Fault> {
        if self.side == Side::Client {
            return Err(ConnectionRule::PriorityUpdateByServer.into());
        }
        let id = frame.prioritized_id;
        // Choice: RFC 9218 §7 allows an error where the value cannot be parsed; we ignore it, as a
        // field with such a value.
        let signal = Signal::parse(frame.field_value).map(Signal::complete);
        let Some(key) = self.streams.store.find(id) else {
            return match self.streams.absent(id) {
                Absent::Idle => self.prioritize_idle(id, signal),
                // RFC 9218 §7.1: the stream may have closed while the frame was under way.
                Absent::Past(_) => self.glitch(Glitch::Late),
            };
        };
        let Some(stream) = self.streams.store.get_mut(key) else {
            return Ok(());
        };
        if stream.state() == State::Idle {
            // A promise that has not left yet.
            return self.prioritize_idle(id, None);
        }
        let is_first = !core::mem::replace(&mut stream.reprioritized, true);
        match signal.filter(|_| stream.result.is_none()) {
            Some(signal) => {
                self.prioritize(key, signal);
                self.bear(is_first)
            }
            None => self.glitch(Glitch::Priority),
        }
    }

    /// Keeps the priority of a stream that is still to come.
    fn prioritize_idle(&mut self, id: StreamId, signal: Option<Signal>) -> Result<(), Fault> {
        // RFC 9218 §7.1: a push that was never promised cannot be prioritized.
        if id.is_server_initiated() {
            return Err(ConnectionRule::PrioritizedId.into());
        }
        if self.life.ignores(id) {
            return self.glitch(Glitch::Priority);
        }
        let Some(signal) = signal else {
            return self.glitch(Glitch::Priority);
        };
        // What was kept for streams that were refused is of no use any more.
        self.streams.early.take(self.streams.peer.ids.highest());
        let is_first = self.streams.early.put(id, signal).is_none();
        // RFC 9218 §7.1: idle streams that have a priority count like open ones.
        let open = usize::try_from(self.streams.peer.active).unwrap_or(usize::MAX);
        let most = usize::try_from(self.config.limits.max_streams()).unwrap_or(usize::MAX);
        if self.streams.early.len().saturating_add(open) > most {
            return Err(ConnectionRule::PrioritizedTooMany.into());
        }
        self.bear(is_first)
    }

    /// The first word on a stream is free, for it costs a stream; any other is suspicious.
    fn bear(&mut self, is_first: bool) -> Result<(), Fault> {
        if is_first {
            Ok(())
        } else {
            self.glitch(Glitch::Priority)
        }
    }
}
