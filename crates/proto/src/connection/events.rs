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
            let event = self.act(key, |shared, stream| {
                let event = next_event(stream);
                if event.is_none() {
                    shared.streams.all_notified();
                    shared.streams.let_leave();
                }
                event
            });
            match event {
                Some(None) => {}
                Some(event) => return event,
                None => {
                    debug_assert!(false, "a stream that left and has something to tell");
                    self.shared.streams.all_notified();
                }
            }
        }
        // Nothing comes after the last event, not even that what was queued before was written.
        if self.shared.output.has_flushes() {
            return None;
        }
        self.shared.signals.last()
    }
}

/// Takes the first of a stream's pending notifications.
fn next_event(stream: &mut Stream) -> Option<Event> {
    let stream_id = stream.id();
    match stream.next_notification()? {
        Notification::Opened => Some(Event::Opened { stream_id }),
        Notification::Readable => Some(Event::Readable { stream_id }),
        Notification::Writable => Some(Event::Writable { stream_id }),
        Notification::Finished => {
            let result = stream.result()?;
            Some(Event::Finished { stream_id, result })
        }
    }
}
