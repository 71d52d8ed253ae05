//! What the application is told, and whom to wake.

use alloc::collections::VecDeque;
use core::task::Waker;

use super::Core;
use crate::error::ConnectionError;
use crate::event::Event;
use crate::stream::{Key, List, Name, Pending};

/// Notifications that wait to be polled, and the parked halves of the driver.
pub(super) struct Signals {
    events: VecDeque<Event>,
    /// Streams with something to tell.
    pub(super) streams: List,
    /// The last event.
    closed: Option<Result<(), ConnectionError>>,
    reader: Option<Waker>,
    writer: Option<Waker>,
    /// Something may have become ready to be written since the writer last looked.
    pub(super) has_output: bool,
    /// The octets of extension frames that wait.
    pub(super) extension_octets: usize,
    /// The application found no stream to be had, and wants to be told.
    pub(super) starved: bool,
}

impl Signals {
    pub(super) fn new() -> Self {
        Self {
            events: VecDeque::new(),
            streams: List::new(Name::Events),
            closed: None,
            reader: None,
            writer: None,
            has_output: true,
            extension_octets: 0,
            starved: false,
        }
    }

    /// Tells the application something about the connection.
    pub(super) fn push(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Tells the application something that it need not hear twice in a row.
    pub(super) fn push_once(&mut self, event: Event) {
        let is_last = self
            .events
            .back()
            .is_some_and(|last| core::mem::discriminant(last) == core::mem::discriminant(&event));
        if !is_last {
            self.events.push_back(event);
        }
    }

    /// Tells the application, after all else, how the connection ended.
    pub(super) fn close(&mut self, result: Result<(), ConnectionError>) {
        self.closed = Some(result);
    }

    /// Gives back the memory that nothing waits in.
    pub(super) fn rest(&mut self) {
        self.events.shrink_to_fit();
    }

    pub(super) fn wake_writer(&mut self) {
        self.has_output = true;
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }

    pub(super) fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    /// Parks the reader.
    pub(super) fn park_reader(&mut self, waker: &Waker) {
        park(&mut self.reader, waker);
    }

    /// Parks the writer, unless there is something to write.
    pub(super) fn park_writer(&mut self, waker: &Waker) {
        if self.has_output {
            waker.wake_by_ref();
        } else {
            park(&mut self.writer, waker);
        }
    }
}

/// Parks who is to be woken, and counts nothing where it is parked already.
fn park(place: &mut Option<Waker>, waker: &Waker) {
    if !place.as_ref().is_some_and(|place| place.will_wake(waker)) {
        *place = Some(waker.clone());
    }
}

impl Core {
    pub(super) fn poll_event(&mut self) -> Option<Event> {
        if let Some(event) = self.signals.events.pop_front() {
            if let Event::Extension(frame) = &event {
                self.signals.extension_octets -= frame.octets();
            }
            return Some(event);
        }
        while let Some(key) = self.signals.streams.front() {
            let event = self.next_notification(key);
            if event.is_none() {
                self.signals.streams.pop_front(&mut self.streams.store);
                self.leave_if_done(key);
            } else {
                return event;
            }
        }
        // Nothing comes after the last event, not even that what was queued before was written.
        if self.has_flushes() {
            return None;
        }
        self.signals.closed.take().map(Event::Closed)
    }

    /// Takes the first of a stream's pending notifications.
    fn next_notification(&mut self, key: Key) -> Option<Event> {
        let stream = self.streams.store.get_mut(key)?;
        let (stream_id, pending) = (stream.id, &mut stream.pending);
        if core::mem::take(&mut pending.opened) {
            return Some(Event::Opened { stream_id });
        }
        if core::mem::take(&mut pending.readable) {
            return Some(Event::Readable { stream_id });
        }
        if core::mem::take(&mut pending.writable) {
            return Some(Event::Writable { stream_id });
        }
        if core::mem::take(&mut pending.finished) {
            return stream
                .result
                .map(|result| Event::Finished { stream_id, result });
        }
        None
    }

    /// Adds to a stream's pending notifications.
    pub(super) fn notify(&mut self, key: Key, what: fn(&mut Pending) -> &mut bool) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        if !stream.released {
            *what(&mut stream.pending) = true;
            self.signals.streams.push_back(&mut self.streams.store, key);
        }
    }

    /// Withdraws all of a stream's pending notifications.
    pub(super) fn withdraw(&mut self, key: Key) {
        if let Some(stream) = self.streams.store.get_mut(key) {
            stream.pending = Pending::default();
        }
        self.signals.streams.remove(&mut self.streams.store, key);
    }
}
