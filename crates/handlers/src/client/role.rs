//! What only a client does with the events of a connection.

use proto::{ConnectionError, ErrorCode, Request, Response, StreamError, StreamId};

use crate::cell::{Call, CallMut};
use crate::command::Order;
use crate::command::handlers::Handlers;
use crate::command::link::{Link, Sending};
use crate::command::reader::Reader;
use crate::engine::{Ends, Engine, Entry, Holder};
use crate::error::Error;

/// The handlers of the whole connection.
pub(crate) struct Own {
    push: Option<CallMut<Request, Option<Handlers>>>,
    error: Option<Call<ConnectionError>>,
}

impl Own {
    pub(super) fn new(error: Call<ConnectionError>) -> Self {
        Self {
            push: None,
            error: Some(error),
        }
    }

    pub(super) fn set_push_handler(&mut self, handler: CallMut<Request, Option<Handlers>>) {
        self.push = Some(handler);
    }
}

impl Ends for proto::Client {
    type Own = Own;

    fn opened(_: &mut Engine<Self>, _: StreamId) {}

    fn promised(engine: &mut Engine<Self>, id: StreamId) {
        let Ok(mut stream) = engine.connection.stream_mut(id) else {
            return;
        };
        let accepted = match (stream.take_promise(), &mut engine.own.push) {
            (Some(request), Some(handler)) => handler(request),
            _ => None,
        };
        if let Some(handlers) = accepted {
            let link = Link::new(&engine.queue, Some(id), Sending::Ended);
            engine.expect(id, link, handlers);
        } else if let Ok(mut stream) = engine.connection.stream_mut(id) {
            // RFC 9113 §8.4: CANCEL says that the response is not wanted.
            let _ = stream.reset(ErrorCode::CANCEL);
            stream.release();
        }
    }

    fn head(engine: &mut Engine<Self>, id: StreamId, head: Response) {
        let Some(entry) = engine.entries.get_mut(&id) else {
            return;
        };
        entry.reader = Holder::Application;
        let reader = Reader::new(entry.link.clone());
        if let Some(handler) = entry.on_response.take() {
            handler((head, reader));
        }
    }

    fn order(engine: &mut Engine<Self>, link: &Link, order: Order) {
        let Order::Request(request, handlers) = order else {
            return;
        };
        match engine.connection.request(request) {
            Ok(id) => {
                link.set_id(id);
                engine.expect(id, link.clone(), handlers);
            }
            Err(error) => {
                link.finish(Err(StreamError::Unsent));
                (handlers.error)(Error::User(error));
            }
        }
    }

    fn failed(engine: &mut Engine<Self>, id: StreamId, error: Error) {
        let entry = engine.entries.get_mut(&id);
        if let Some(handler) = entry.and_then(|entry| entry.on_error.take()) {
            handler(error);
        }
    }

    fn closed(own: &mut Own, error: ConnectionError) {
        if let Some(handler) = own.error.take() {
            handler(error);
        }
    }
}

impl Engine<proto::Client> {
    /// Keeps the handlers of a stream on which a response is to come.
    pub(super) fn expect(&mut self, id: StreamId, link: Link, handlers: Handlers) {
        let mut entry = Entry::new(link, Holder::Nobody);
        entry.on_response = Some(handlers.response);
        entry.on_error = Some(handlers.error);
        entry.on_trailers = handlers.trailers;
        entry.on_informational = handlers.informational;
        self.entries.insert(id, entry);
    }
}
