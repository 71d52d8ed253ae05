//! Who holds a stream, and what becomes of it when nobody does.

use proto::{ErrorCode, Phase, Role, Side};

use super::{Sending, Turn};
use crate::failure::Initiator;
use crate::reason::Reason;

impl<R: Role> Turn<'_, R> {
    /// There is one more handle on a stream.
    pub(crate) fn hold(&mut self, place: usize) {
        if let Some(slot) = self.table.slot(place) {
            slot.handles += 1;
            self.table.references += 1;
        }
    }

    /// There is one more handle that makes requests.
    pub(crate) const fn hold_connection(&mut self) {
        self.table.references += 1;
    }

    /// A handle that makes requests is gone.
    pub(crate) const fn release_connection(&mut self) {
        self.table.references -= 1;
        self.note_unused();
    }

    /// A client's connection that nobody uses any more ends, which whoever drives it sees to.
    pub(super) const fn note_unused(&mut self) {
        self.table.is_due |= matches!(R::SIDE, Side::Client) && !self.table.is_used();
    }

    /// A handle on a stream is gone, and who takes its content, too, if it is `the_reader`'s. With the
    /// last, so is the stream: what is queued still leaves, and what is not whole is canceled behind it.
    pub(crate) fn release(&mut self, place: usize, the_reader: bool) {
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        slot.handles -= 1;
        let is_last = slot.handles == 0;
        self.table.references -= 1;
        self.note_unused();
        if is_last {
            self.abandon(place);
        } else if the_reader {
            self.drop_content(place);
        }
    }

    /// Nobody holds a stream any more.
    fn abandon(&mut self, place: usize) {
        self.drop_content(place);
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        let (id, held) = (slot.id, core::mem::take(&mut slot.held));
        // Nobody who waits could ask any more.
        for waker in [slot.recv.take(), slot.send.take()] {
            self.spent.discard(waker);
        }
        let promises = slot.look_rare().map(|rare| {
            rare.promised = None;
            core::mem::take(&mut rare.promises)
        });
        for promised in promises.unwrap_or_default() {
            self.abandon(promised);
        }
        if held > 0 {
            if let Ok(mut stream) = self.connection.stream_mut(id) {
                // What was taken goes back, though its taker never said so.
                let _ = stream.release_credit(held);
            }
        }
        let stream = self.connection.stream(id);
        let Some(receiving) = stream.map(|stream| stream.receiving()) else {
            return self.forget(place);
        };
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        let (sending, is_over) = (slot.sending, slot.result.is_some());
        let is_heard = receiving == Phase::Ended;
        match (sending, is_heard) {
            _ if is_over => self.forget(place),
            // Nothing is left to be said: it ends by itself.
            (Sending::Ended, true) => {}
            // RFC 9113 §8.1: the answer is whole, and the rest of the request is not needed.
            (Sending::Ended, false) if R::SIDE == Side::Server => {
                self.leave(place, ErrorCode::NO_ERROR);
            }
            _ => self.leave(place, ErrorCode::CANCEL),
        }
        self.tell_capacity();
    }

    /// Resets a stream once what is queued has left; at once if that is nothing, or it was never opened.
    fn leave(&mut self, place: usize, code: ErrorCode) {
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        slot.leaves_with = Some(code);
        let (id, is_pending_open) = (slot.id, slot.is_pending_open);
        // What it may queue is of no use to it.
        self.table.capacity.end(place);
        let has_queued = |stream: proto::StreamRef<'_>| stream.has_queued();
        if !is_pending_open && self.connection.stream(id).is_some_and(has_queued) {
            self.table.leaving.push(place);
        } else {
            self.reset_leaving(place);
        }
    }

    /// Resets a stream that nobody holds.
    pub(super) fn reset_leaving(&mut self, place: usize) {
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        let (id, code) = (slot.id, slot.leaves_with.unwrap_or(ErrorCode::CANCEL));
        if let Ok(mut stream) = self.connection.stream_mut(id) {
            // One that has ended meanwhile needs none; its end is noted in this turn.
            let _ = stream.reset(code);
        }
    }

    /// Ends a stream at once, as the application asks (RFC 9113 §6.4).
    pub(crate) fn reset(&mut self, place: usize, reason: Reason) {
        self.reset_by(place, reason, Initiator::User);
    }

    pub(super) fn reset_by(&mut self, place: usize, reason: Reason, initiator: Initiator) {
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        if slot.reset.is_some() || matches!(slot.result, Some(Err(_))) {
            return;
        }
        slot.reset = Some((reason, initiator));
        slot.sending = Sending::Ended;
        let id = slot.id;
        if let Ok(mut stream) = self.connection.stream_mut(id) {
            // Closed already means that nothing is left to be said.
            let _ = stream.reset(reason.code());
        }
        self.wake_recv(place);
        self.wake_send(place);
    }

    /// Nobody takes the content of a stream any more: what has come and what comes is credited at once.
    fn drop_content(&mut self, place: usize) {
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        if matches!(slot.next, Some(proto::Part::End)) {
            // All was taken.
            return;
        }
        let (id, next) = (slot.id, slot.next.take());
        let dropped = match next {
            Some(proto::Part::Data(data)) => u32::try_from(data.len()).unwrap_or(u32::MAX),
            next => {
                slot.next = next;
                0
            }
        };
        if let Ok(mut stream) = self.connection.stream_mut(id) {
            // One that is closed drops what it has, too.
            let _ = stream.release_credit(dropped);
            let _ = stream.discard();
        }
    }

    /// Takes a stream out that is over, and that nobody holds or is about to.
    pub(super) fn forget_if_unknown(&mut self, place: usize) {
        let Some(slot) = self.table.look(place) else {
            return;
        };
        let is_unknown = slot.handles == 0 && !slot.has_arrived && !slot.is_promised();
        if is_unknown && slot.result.is_some() {
            self.forget(place);
        }
    }

    /// Takes a stream out.
    fn forget(&mut self, place: usize) {
        let Some(mut slot) = self.table.remove(place) else {
            return;
        };
        let push = slot.take_push();
        for waker in [slot.recv, push, slot.send, slot.ready] {
            self.spent.discard(waker);
        }
        if let Ok(mut stream) = self.connection.stream_mut(slot.id) {
            stream.take_user_data();
            stream.release();
        }
    }
}
