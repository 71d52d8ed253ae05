//! What the driver's turns change: what has left, what may leave, and which streams are open.

use proto::{Role, State};

use super::Turn;

impl<R: Role> Turn<'_, R> {
    /// Takes note of what has left and of how the windows are.
    pub(crate) fn sync(&mut self) {
        self.note_opened_streams();
        self.note_windows();
        self.reset_drained();
        self.tell_capacity();
    }

    /// Streams are opened in the order in which they were made.
    fn note_opened_streams(&mut self) {
        while let Some(&place) = self.table.pending_open.front() {
            let Some(slot) = self.table.look(place).filter(|slot| slot.is_pending_open) else {
                self.table.pending_open.pop_front();
                continue;
            };
            let id = slot.id;
            let stream = self.connection.stream(id);
            let stream = stream.filter(|stream| stream.result().is_none());
            let window = match stream {
                Some(stream) if stream.state() == State::Idle => return,
                Some(stream) => Some(stream.send_window()),
                None => None,
            };
            self.table.pending_open.pop_front();
            if let Some(slot) = self.table.slot(place) {
                slot.is_pending_open = false;
                slot.is_counted = window.is_some();
            }
            if let Some(window) = window {
                self.table.open += 1;
                self.table.capacity.open(place, window);
            }
            self.wake_send(place);
        }
    }

    fn note_windows(&mut self) {
        let mut watched = core::mem::take(&mut self.table.watched);
        watched.retain(|&place| self.note_window(place));
        // Nobody else adds to them meanwhile.
        self.table.watched = watched;
        self.table
            .capacity
            .set_window(self.connection.send_window());
    }

    /// Says whether windows are still of interest to a stream.
    fn note_window(&mut self, place: usize) -> bool {
        let Some(slot) = self.table.look(place) else {
            return false;
        };
        let (id, is_pending_open) = (slot.id, slot.is_pending_open);
        let stream = self.connection.stream(id);
        if let Some(stream) = stream.filter(|stream| stream.result().is_none()) {
            let capacity = &mut self.table.capacity;
            let left = capacity.buffered(place).saturating_sub(stream.queued());
            if left > 0 {
                capacity.sent(place, left);
            }
            if !is_pending_open {
                capacity.set_stream_window(place, stream.send_window());
            }
            if capacity.is_interested(place) {
                return true;
            }
        }
        if let Some(slot) = self.table.slot(place) {
            slot.is_watched = false;
        }
        false
    }

    /// Windows are of interest to a stream from now on.
    pub(super) fn watch(&mut self, place: usize) {
        if let Some(slot) = self.table.slot(place) {
            if !core::mem::replace(&mut slot.is_watched, true) {
                self.table.watched.push(place);
            }
        }
    }

    /// Resets the streams that nobody holds, and of which all has left that was queued.
    fn reset_drained(&mut self) {
        let mut leaving = core::mem::take(&mut self.table.leaving);
        leaving.retain(|&place| {
            let Some(slot) = self.table.look(place).filter(|slot| slot.result.is_none()) else {
                return false;
            };
            let stream = self.connection.stream(slot.id);
            if stream.is_some_and(|stream| stream.has_queued()) {
                return true;
            }
            self.reset_leaving(place);
            false
        });
        self.table.leaving.append(&mut leaving);
    }
}
