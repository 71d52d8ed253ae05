//! Taking what has arrived, as fast as the application reads (RFC 9113 §6.9.1).

use proto::{Part, Side, StreamError, StreamId};

use super::{Ends, Engine, Holder};
use crate::command::link::Link;
use crate::command::{Order, Read};

impl<R: Ends> Engine<R> {
    /// A read is scheduled.
    pub(super) fn read(&mut self, link: &Link, read: Read) {
        let entry = link
            .id()
            .and_then(|id| Some((id, self.entries.get_mut(&id)?)));
        match entry {
            Some((id, entry)) => {
                entry.reading = Some(read);
                self.advance(id);
            }
            None => Order::Read(read).refuse(link),
        }
    }

    /// Takes what may be taken: content for a read that is scheduled, and what is not content once
    /// there is none before it.
    pub(super) fn advance(&mut self, id: StreamId) {
        while let Some(entry) = self.entries.get_mut(&id) {
            if let Some(result) = entry.link.received() {
                entry.end_read(result);
                break;
            }
            let Ok(mut stream) = self.connection.stream_mut(id) else {
                let lost = Err(StreamError::ConnectionLost);
                entry.link.set_received(entry.link.result().unwrap_or(lost));
                continue;
            };
            if stream.is_ended() {
                entry.link.close_reader();
            }
            let untaken = stream.as_ref().map_or(0, |stream| stream.untaken());
            // The head comes before all content, and waits for nobody.
            let is_head_due = entry.on_response.is_some();
            if untaken > 0 && entry.reading.is_none() && !is_head_due {
                break;
            }
            match stream.recv() {
                Ok(Some(part)) => {
                    if let Part::Data(data) = &part {
                        // Where the application returns credit, that is us; where not, none is held.
                        let octets = u32::try_from(data.len()).unwrap_or(u32::MAX);
                        let _ = stream.release_credit(octets);
                    }
                    self.take(id, part);
                }
                Ok(None) => {
                    // RFC 9110 §10.1.1: whoever has content already needs not ask for it.
                    if entry.reading.is_some() && core::mem::take(&mut entry.is_word_due) {
                        // Once the final response has begun, the client needs no such word.
                        let _ = stream.invite();
                    }
                    break;
                }
                Err(error) => entry.link.set_received(Err(error)),
            }
        }
        self.retire(id);
    }

    /// Hands a part of the peer's message on.
    fn take(&mut self, id: StreamId, part: Part<R>) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        match part {
            Part::Informational(response) => {
                if let Some(handler) = &mut entry.on_informational {
                    handler(response);
                }
            }
            Part::Head(head) => R::head(self, id, head),
            Part::Data(data) => {
                if let Some(read) = entry.reading.take() {
                    entry.link.read_done();
                    (read.on_read)(data);
                }
                self.close_if_unheld(id);
            }
            Part::Trailers(trailers) => match entry.on_trailers.take() {
                Some(handler) => handler(trailers),
                None => entry.early_trailers = Some(trailers),
            },
            Part::End => entry.link.set_received(Ok(())),
            _ => {}
        }
    }

    /// The last handle of the reader is gone.
    pub(super) fn drop_reader(&mut self, id: StreamId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.reader = Holder::Gone;
            self.close_if_unheld(id);
        }
    }

    /// Drops the rest of a message that nobody can read, once no read is scheduled.
    fn close_if_unheld(&mut self, id: StreamId) {
        let entry = self.entries.get(&id);
        if entry.is_some_and(|entry| entry.reader == Holder::Gone && entry.reading.is_none()) {
            self.close_reader(id);
        }
    }

    /// Drops what has arrived and what still comes, and gives its credit back.
    pub(crate) fn close_reader(&mut self, id: StreamId) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        if entry.link.received().is_none() {
            let canceled = Err(StreamError::Canceled);
            entry.link.set_received(canceled);
            // RFC 9113 §8.1: a server that needs no more of a request says so without an error.
            let code = match R::SIDE {
                Side::Client => proto::ErrorCode::CANCEL,
                Side::Server => proto::ErrorCode::NO_ERROR,
            };
            if let Ok(mut stream) = self.connection.stream_mut(id) {
                // A stream that has ended needs not be stopped.
                let _ = stream.stop(code);
            }
            entry.end_read(canceled);
        }
        self.retire(id);
    }

    /// Forgets a stream that has finished and that nobody can read any more.
    pub(super) fn retire(&mut self, id: StreamId) {
        if self.entries.get(&id).is_some_and(super::Entry::is_done) {
            self.entries.remove(&id);
            if let Ok(stream) = self.connection.stream_mut(id) {
                stream.release();
            }
        }
    }
}
