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
                Absent::Past(_) => {
                    self.glitch(Glitch::Late);
                    Ok(())
                }
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
                self.bear(is_first);
            }
            None => self.glitch(Glitch::Priority),
        }
        Ok(())
    }

    /// Keeps the priority of a stream that is still to come.
    fn prioritize_idle(&mut self, id: StreamId, signal: Option<Signal>) -> Result<(), Fault> {
        // RFC 9218 §7.1: a push that was never promised cannot be prioritized.
        if id.is_server_initiated() {
            return Err(ConnectionRule::PrioritizedId.into());
        }
        let Some(signal) = signal.filter(|_| !self.life.ignores(id)) else {
            self.glitch(Glitch::Priority);
            return Ok(());
        };
        // What was kept for streams that were refused is of no use any more.
        self.streams.early.take(self.streams.peer.ids.highest());
        let is_first = self.streams.early.put(id, signal).is_none();
        if self.streams.early.len() <= self.early_room() {
            self.bear(is_first);
            return Ok(());
        }
        if self.is_max_peer_streams_known() {
            return Err(ConnectionRule::PrioritizedTooMany.into());
        }
        // Laxer: RFC 9218 §7.1 makes this an error, which a client that has not heard of the limit
        // cannot avoid.
        self.streams.early.forget(id);
        self.glitch(Glitch::Priority);
        Ok(())
    }

    /// RFC 9218 §7.1: idle streams that have a priority count like open ones.
    fn early_room(&self) -> usize {
        let room = self.peer_streams().saturating_sub(self.streams.peer.active);
        usize::try_from(room).unwrap_or(usize::MAX)
    }

    /// The first word on a stream is free, for it costs a stream; any other is suspicious.
    fn bear(&mut self, is_first: bool) {
        if !is_first {
            self.glitch(Glitch::Priority);
        }
    }
}
