//! Carrying out what the handles ask.

use proto::{ErrorCode, StreamId, StreamMut, UserError};

use super::{Ends, Engine, Waiting};
use crate::cell::Call;
use crate::command::link::Link;
use crate::command::{Command, Order};
use crate::error::{Error, Flushed, PingError};

impl<R: Ends> Engine<R> {
    pub(super) fn carry_out(&mut self, command: Command) {
        match command {
            Command::Stream(link, order) => self.order(&link, order),
            Command::Ping(payload, answer) => self.ping(payload, answer),
            Command::GoAway => self.connection.go_away(),
            Command::Abort(code) => self.connection.abort(code),
        }
    }

    fn order(&mut self, link: &Link, order: Order) {
        match order {
            Order::Read(read) => self.read(link, read),
            Order::CloseReader => self.on(link, Self::close_reader),
            Order::DropReader => self.on(link, Self::drop_reader),
            Order::Write(data) => self.say(link, |stream| stream.send_data(data)),
            Order::Trailers(trailers) => self.say(link, |stream| stream.send_trailers(trailers)),
            Order::End => self.say(link, |stream| stream.end()),
            Order::Flush(flushed) => self.flush(link, flushed),
            Order::Reset(code) => self.say(link, |stream| stream.reset(code)),
            Order::OnTrailers(handler) => {
                let entry = link.id().and_then(|id| self.entries.get_mut(&id));
                let Some(entry) = entry else { return };
                match entry.early_trailers.take() {
                    Some(trailers) => handler(trailers),
                    None => entry.on_trailers = Some(handler),
                }
            }
            Order::OnFinished(handler) => {
                let entry = link.id().and_then(|id| self.entries.get_mut(&id));
                match entry.filter(|entry| !entry.is_finished) {
                    Some(entry) => entry.on_finished = Some(handler),
                    None => Order::OnFinished(handler).refuse(link),
                }
            }
            order => R::order(self, link, order),
        }
    }

    /// Does something with a stream that was opened.
    fn on(&mut self, link: &Link, act: impl FnOnce(&mut Self, StreamId)) {
        if let Some(id) = link.id() {
            act(self, id);
        }
    }

    /// Says something on a stream. What the connection refuses ends the stream, and the error handler
    /// hears why; what comes too late is dropped, for the end of the stream is told anyhow.
    pub(crate) fn say(
        &mut self,
        link: &Link,
        act: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), UserError>,
    ) {
        let Some(id) = link.id() else { return };
        let result = self.connection.stream_mut(id).and_then(|mut s| act(&mut s));
        match result {
            Ok(())
            | Err(
                UserError::UnknownStream
                | UserError::StreamClosed
                | UserError::Answered
                | UserError::ConnectionClosed,
            ) => {}
            Err(error) => self.fail(id, Error::User(error)),
        }
    }

    /// Resets a stream because of the application.
    pub(crate) fn fail(&mut self, id: StreamId, error: Error) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.link.fail();
            entry.failed.get_or_insert(error);
        }
        if let Ok(mut stream) = self.connection.stream_mut(id) {
            // A stream that has ended needs no reset.
            let _ = stream.reset(ErrorCode::INTERNAL_ERROR);
        }
    }

    fn flush(&mut self, link: &Link, flushed: Call<Flushed>) {
        let stream = link.id().map(|id| self.connection.stream_mut(id));
        let token = stream.and_then(|stream| stream.and_then(|mut stream| stream.flush()).ok());
        match token {
            Some(token) => {
                self.flushes.insert(token, flushed);
            }
            // All of it was on its way when the stream finished.
            None if link.result() == Some(Ok(())) => flushed(Flushed::Written),
            None => flushed(Flushed::Closed),
        }
    }

    fn ping(&mut self, payload: [u8; 8], answer: Call<Result<(), PingError>>) {
        match self.connection.ping(payload) {
            Ok(()) => self.pings.push_back(Waiting { payload, answer }),
            Err(error) => answer(Err(PingError::Refused(error))),
        }
    }
}
