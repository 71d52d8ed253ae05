//! Hearing what happened.

use proto::{Event, FlushToken, StreamError, StreamId};

use super::{Ends, Engine};
use crate::command::queue::Life;
use crate::error::{Error, Flushed, PingError};

impl<R: Ends> Engine<R> {
    pub(super) fn hear(&mut self, event: Event) {
        match event {
            Event::Opened { stream_id } => R::opened(self, stream_id),
            Event::Promised { promised_id, .. } => R::promised(self, promised_id),
            Event::Readable { stream_id } => self.advance(stream_id),
            Event::Flushed { token, result } => self.flushed(token, result),
            Event::Finished { stream_id, result } => self.finished(stream_id, result),
            Event::Pong { payload } => self.answered(payload, Ok(())),
            Event::PingLost { payload } => self.answered(payload, Err(PingError::Lost)),
            Event::SettingsChanged => {
                let takes = self.connection.peer_settings().enable_push;
                self.queue.set_takes_pushes(takes);
            }
            Event::Closed(result) => {
                self.queue.set_life(Life::Over);
                if let Err(error) = result {
                    R::closed(&mut self.own, error);
                }
            }
            _ => {}
        }
    }

    fn flushed(&mut self, token: FlushToken, result: Result<(), StreamError>) {
        if let Some(flushed) = self.flushes.remove(&token) {
            flushed(match result {
                Ok(()) => Flushed::Written,
                Err(_) => Flushed::Closed,
            });
        }
    }

    /// The oldest ping with this payload has its answer, or will have none.
    fn answered(&mut self, payload: [u8; 8], result: Result<(), PingError>) {
        let place = self.pings.iter().position(|ping| ping.payload == payload);
        if let Some(ping) = place.and_then(|place| self.pings.remove(place)) {
            (ping.answer)(result);
        }
    }

    /// A stream is closed on the wire. A read that is scheduled hears of it first.
    fn finished(&mut self, id: StreamId, result: Result<(), StreamError>) {
        if let Some(entry) = self.entries.get(&id) {
            entry.link.finish(result);
        }
        self.advance(id);
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        let (failed, reported) = (entry.failed.take(), entry.reported);
        if let Some(handler) = entry.on_finished.take() {
            handler(result);
        }
        let error = result.err();
        // That the stream was reset is nothing new after the reason for it.
        let is_new = |error: &StreamError| {
            reported.is_none_or(|reported| ![reported, StreamError::Canceled].contains(error))
        };
        if let Some(error) = error.filter(is_new) {
            R::failed(self, id, failed.unwrap_or(Error::Stream(error)));
        }
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.is_finished = true;
        }
        self.retire(id);
    }
}
