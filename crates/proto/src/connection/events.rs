//! What the application polls: events of the connection, then of its streams, then the end.

use super::Core;
use crate::event::Event;
use crate::stream::{Notification, Stream};

impl Core {
    pub(super) fn poll_event(&mut self) -> Option<Event> {
        if let Some(event) = self.shared.signals.next() {
            return Some(event);
        }
        while let Some(key) = self.shared.streams.first_to_notify() {
            let Some(stream) = self.store.get_mut(key) else {
                debug_assert!(false, "a stream that left and has something to tell");
                self.shared.streams.all_notified();
                continue;
            };
            if let Some(event) = next_event(stream) {
                return Some(event);
            }
            self.shared.streams.all_notified();
            self.shared.streams.let_leave();
            let has_left = self.shared.take_left(stream);
            self.settle(has_left);
        }
        // Nothing comes after the last event, not even that what was queued before was written.
        if self.shared.output.has_flushes() {
            return None;
        }
        self.shared.signals.last()
    }
}

/// Takes the first of a stream's pending notifications.
#[inline]
fn next_event(stream: &mut Stream) -> Option<Event> {
    let stream_id = stream.id();
    match stream.next_notification()? {
        Notification::Opened => Some(Event::Opened { stream_id }),
        Notification::Readable => Some(Event::Readable { stream_id }),
        Notification::Writable => Some(Event::Writable { stream_id }),
        Notification::Finished => {
            let result = stream.error().map_or(Ok(()), Err);
            Some(Event::Finished { stream_id, result })
        }
    }
}
