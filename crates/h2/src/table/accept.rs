//! Taking the requests that arrive (RFC 9113 §8.3.1).

use proto::{Part, Server, StreamId};

use super::Turn;
use super::recv::Next;
use crate::failure::Initiator;
use crate::reason::Reason;

/// A request that was taken, as it came: it is converted without the lock.
pub(crate) struct Arrived {
    pub(crate) place: usize,
    pub(crate) id: StreamId,
    pub(crate) head: proto::Request,
    /// It has no content.
    pub(crate) is_ended: bool,
    /// Others came with it.
    pub(crate) has_more: bool,
}

impl Turn<'_, Server> {
    /// Takes the next request, with two handles on its stream. Without one, all that came was taken on.
    pub(crate) fn accept(&mut self) -> Option<Arrived> {
        let arrived = self.take_arrived();
        if arrived.is_none() && core::mem::take(&mut self.table.has_come) {
            self.connection.accepted(StreamId::MAX);
        }
        arrived
    }

    /// The same, while the connection lasts, of those that came when it was driven last.
    pub(crate) fn accept_next(&mut self) -> Option<Arrived> {
        match self.table.has_ended() {
            true => None,
            false => self.take_arrived(),
        }
    }

    /// A request that was taken cannot be said in the types of `http`: its stream ends for it.
    pub(crate) fn refuse(&mut self, place: usize) {
        self.reset_by(place, Reason::PROTOCOL_ERROR, Initiator::Library);
        self.release(place, false);
        self.release(place, false);
    }

    fn take_arrived(&mut self) -> Option<Arrived> {
        loop {
            let place = self.table.arrived.pop_front()?;
            let part = self.next(place);
            let Some(slot) = self.table.slot(place) else {
                continue;
            };
            slot.has_arrived = false;
            let id = slot.id;
            self.connection.accepted(id);
            if let (Next::Part, Some(Part::Head(head))) = (part, slot.next.take()) {
                self.hold(place);
                self.hold(place);
                // Most have no content, which is known so without asking again.
                let is_ended = self.has_ended(place);
                return Some(Arrived {
                    place,
                    id,
                    head,
                    is_ended,
                    has_more: !self.table.arrived.is_empty(),
                });
            }
            self.reset_by(place, Reason::PROTOCOL_ERROR, Initiator::Library);
            self.forget_if_unknown(place);
        }
    }
}
