//! What the application is told about the connection, and whom of the driver to wake.
//!
//! Events wait here in order, and the last one after all others. A waker that is kept is one that was
//! told to wait; whether there may be something to write is remembered apart from it, for the writer
//! may look before it waits. What streams have to tell is not kept here: it stands in their list.

#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::task::Waker;

use crate::error::ConnectionError;
use crate::event::Event;
use crate::extension::ExtensionFrame;

/// The octets of extension frames that wait to be polled. What does not fit is dropped, as it may
/// be.
const WAITING: usize = 64 * 1024;

/// Events that wait to be polled, and the halves of the driver that wait.
#[derive(Debug)]
pub(crate) struct Signals {
    events: VecDeque<Event>,
    /// The last event.
    closed: Option<Result<(), ConnectionError>>,
    reader: Option<Waker>,
    writer: Option<Waker>,
    /// Something may have become ready to be written since the writer last looked.
    has_output: bool,
    /// The octets of extension frames that wait.
    extension_octets: usize,
    /// The application found no stream available, and wants to be told.
    starved: bool,
}

/// Events.
impl Signals {
    /// Nothing has happened, and there is a preface to write.
    pub(crate) const fn new() -> Self {
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
    pub(crate) fn push(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// Tells the application something that it need not hear twice in a row.
    pub(crate) fn push_once(&mut self, event: Event) {
        let is_last = self
            .events
            .back()
            .is_some_and(|last| core::mem::discriminant(last) == core::mem::discriminant(&event));
        if !is_last {
            self.events.push_back(event);
        }
    }

    /// Tells the application of an extension frame, if there is space for it.
    pub(crate) fn push_extension(&mut self, frame: ExtensionFrame) {
        let octets = self.extension_octets + frame.octets();
        if octets <= WAITING {
            self.extension_octets = octets;
            self.push(Event::Extension(Box::new(frame)));
        }
    }

    /// The application looked whether a stream is available.
    pub(crate) fn looked(&mut self, is_available: bool) {
        self.starved = !is_available;
    }

    /// Tells an application that found no stream available if there is one.
    pub(crate) fn tell_available(&mut self, is_available: bool) {
        if self.starved && is_available {
            self.starved = false;
            self.push(Event::Available);
        }
    }

    /// Tells the application, after all else, how the connection ended.
    pub(crate) fn close(&mut self, result: Result<(), ConnectionError>) {
        self.closed = Some(result);
    }

    /// Takes the next event of the connection but the last.
    pub(crate) fn next(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        if let Event::Extension(frame) = &event {
            self.extension_octets -= frame.octets();
        }
        Some(event)
    }

    /// Takes the last event.
    pub(crate) fn last(&mut self) -> Option<Event> {
        self.closed.take().map(Event::Closed)
    }

    /// Gives back the memory that nothing waits in.
    pub(crate) fn rest(&mut self) {
        self.events.shrink_to_fit();
    }
}

/// The driver.
impl Signals {
    /// Something may be written: wakes whoever writes.
    pub(crate) fn wake_writer(&mut self) {
        self.has_output = true;
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }

    /// Something may be read: wakes whoever reads.
    pub(crate) fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    /// Keeps the waker of whoever reads.
    pub(crate) fn park_reader(&mut self, waker: &Waker) {
        park(&mut self.reader, waker);
    }

    /// Keeps the waker of whoever writes, unless there is something to write.
    pub(crate) fn park_writer(&mut self, waker: &Waker) {
        if self.has_output {
            waker.wake_by_ref();
        } else {
            park(&mut self.writer, waker);
        }
    }

    /// Says whether something may have become ready since the writer looked last, which it does now.
    pub(crate) fn take_output(&mut self) -> bool {
        core::mem::take(&mut self.has_output)
    }

    /// The writer has to look once more.
    pub(crate) fn keep_output(&mut self) {
        self.has_output = true;
    }
}

/// Keeps who is to be woken, and counts nothing where it is kept already.
fn park(place: &mut Option<Waker>, waker: &Waker) {
    if !place.as_ref().is_some_and(|place| place.will_wake(waker)) {
        *place = Some(waker.clone());
    }
}
