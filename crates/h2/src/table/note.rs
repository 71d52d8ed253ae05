//! What the machine tells, in the turn in which it happens.

use proto::{ConnectionError, Event, Role, StreamError, StreamId};

use super::{Sending, Slot, Turn};
use crate::failure::{Failure, Initiator};
use crate::reason::Reason;
use crate::setup::USER_PING;

impl<R: Role> Turn<'_, R> {
    /// Takes note of something that happened.
    pub(crate) fn note(&mut self, event: &Event) {
        match *event {
            Event::Opened { stream_id } => self.note_opened(stream_id),
            Event::Readable { stream_id } => {
                if let Some(place) = self.place(stream_id) {
                    self.wake_recv(place);
                }
            }
            Event::Finished { stream_id, result } => self.note_finished(stream_id, result),
            Event::SettingsAcked => self.note_acknowledged(),
            Event::Pong { payload: USER_PING } => {
                let ping = &mut self.table.ping;
                ping.is_answered = ping.is_sent;
                self.spent.wake(ping.waker.take());
            }
            Event::GoAway { code, .. } => {
                let debug_data = self.connection.peer_debug_data().to_vec();
                let reason = Reason::of(code);
                let failure = Failure::GoAway(debug_data.into(), reason, Initiator::Remote);
                self.table.going_away = Some(failure);
            }
            Event::Closed(ref result) => self.note_closed(result),
            _ => {}
        }
    }

    fn note_opened(&mut self, id: StreamId) {
        let Some(window) = self
            .connection
            .stream(id)
            .map(|stream| stream.send_window())
        else {
            return;
        };
        let mut slot = Slot::new(id, Sending::Head);
        slot.has_arrived = true;
        let place = self.enter(slot);
        self.table.capacity.open(place, window);
        // Whoever drives the connection has just offered it, and looks.
        self.table.arrived.push_back(place);
        self.table.has_come = true;
    }

    fn note_finished(&mut self, id: StreamId, result: Result<(), StreamError>) {
        let Some(place) = self.place(id) else { return };
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        slot.result = Some(result);
        let was_counted = core::mem::take(&mut slot.is_counted);
        self.table.open -= usize::from(was_counted);
        self.table.running -= 1;
        self.note_unused();
        self.table.capacity.remove(place);
        self.wake_recv(place);
        self.wake_send(place);
        self.tell_capacity();
        self.forget_if_unknown(place);
    }

    fn note_acknowledged(&mut self) {
        let settings = &mut self.table.settings;
        settings.pending = settings.pending.saturating_sub(1);
        if settings.pending == 0 {
            settings.initial_window = settings.next_initial_window;
        }
    }

    fn note_closed(&mut self, result: &Result<(), ConnectionError>) {
        self.table.ended = Some(match result {
            Ok(()) => Ok(()),
            Err(error) => Err(self.lost(error)),
        });
        self.spent.wake(self.table.ping.waker.take());
        for place in 0..self.table.slots.len() {
            self.wake_recv(place);
            self.wake_send(place);
        }
    }

    /// What ended the connection.
    fn lost(&self, error: &ConnectionError) -> Failure {
        let go_away =
            |code, initiator| Failure::GoAway(bytes::Bytes::new(), Reason::of(code), initiator);
        match (error, error.code()) {
            (ConnectionError::GoAway(code), _) => {
                let said = self.table.going_away.clone();
                said.unwrap_or_else(|| go_away(*code, Initiator::Remote))
            }
            (ConnectionError::Aborted(code), _) => go_away(*code, Initiator::User),
            (ConnectionError::Exn(exn), _) => Failure::of_transport(&**exn),
            (ConnectionError::UnexpectedEof, _) => Failure::Closed,
            (_, Some(code)) => go_away(code, Initiator::Library),
            (_, None) => Failure::Io(std::io::ErrorKind::TimedOut, None),
        }
    }
}
