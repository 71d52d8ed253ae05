//! What the application is told, and whom to wake.

use alloc::collections::VecDeque;
use core::task::Waker;

use super::Core;
use crate::error::ConnectionError;
use crate::event::Event;
use crate::stream::{Notification, Stream};

/// Notifications that wait to be polled, and the parked halves of the driver.
pub(super) struct Signals {
    events: VecDeque<Event>,
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
        if let Some(event) = self.shared.signals.events.pop_front() {
            if let Event::Extension(frame) = &event {
                self.shared.signals.extension_octets -= frame.octets();
            }
            return Some(event);
        }
        while let Some(key) = self.shared.streams.first_told() {
            let event = self.act(key, |shared, stream| {
                let event = next_event(stream);
                if event.is_none() {
                    shared.streams.told_all();
                    shared.streams.let_leave();
                }
                event
            });
            match event {
                Some(None) => {}
                Some(event) => return event,
                None => {
                    debug_assert!(false, "a stream that left and has something to tell");
                    self.shared.streams.told_all();
                }
            }
        }
        // Nothing comes after the last event, not even that what was queued before was written.
        if self.shared.output.has_flushes() {
            return None;
        }
        self.shared.signals.closed.take().map(Event::Closed)
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
