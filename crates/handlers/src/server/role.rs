//! What only a server does with the events of a connection.

use alloc::boxed::Box;

use proto::{ConnectionError, Part, Request, Response, StreamError, StreamId};
use runtime::Exn;

use crate::cell::{CallMut, MaybeSend, Ref};
use crate::command::Order;
use crate::engine::{Ends, Engine, Entry, Holder};
use crate::error::Error;
use crate::link::{Link, Sending};
use crate::reader::Reader;
use crate::reqd::Reqd;
use crate::start_response::StartResponse;

/// The handlers of the whole connection.
pub(crate) struct Own {
    request: CallMut<Reqd>,
    error: CallMut<Failure>,
}

/// What an error handler is called with.
type Failure = (Option<Ref<Request>>, Error, Option<StartResponse>);

impl Own {
    pub(super) fn new(request: CallMut<Reqd>) -> Self {
        Self {
            request,
            error: Box::new(|(_, _, start)| answer_500(start)),
        }
    }

    pub(super) fn set_error_handler(
        &mut self,
        mut handler: impl FnMut(Option<&Request>, Error, Option<StartResponse>) + MaybeSend + 'static,
    ) {
        self.error =
            Box::new(move |(request, error, start)| handler(request.as_deref(), error, start));
    }
}

/// Answers without a word about the reason.
fn answer_500(start: Option<StartResponse>) {
    let writer = start.map(|start| start.start(Response::new(500)));
    // A stream that has ended needs no answer.
    if let Some(Ok(writer)) = writer {
        writer.close();
    }
}

impl Ends for proto::Server {
    type Own = Own;

    fn opened(engine: &mut Engine<Self>, id: StreamId) {
        let Ok(mut stream) = engine.connection.stream_mut(id) else {
            return;
        };
        let Ok(Some(Part::Head(request))) = stream.recv() else {
            return stream.release();
        };
        let link = Link::new(&engine.queue, Some(id), Sending::Head);
        let request = Ref::new(request);
        let mut entry = Entry::new(link.clone(), Holder::Application);
        entry.request = Some(Ref::clone(&request));
        engine.entries.insert(id, entry);
        let body = Reader::new(link.clone());
        (engine.own.request)(Reqd::new(link, request, Some(body)));
    }

    fn promised(_: &mut Engine<Self>, _: StreamId) {}

    fn head(_: &mut Engine<Self>, _: StreamId, _: Request) {}

    fn order(engine: &mut Engine<Self>, link: &Link, order: Order) {
        match order {
            Order::Respond(response) => engine.say(link, |stream| stream.respond(response)),
            Order::Inform(response) => engine.say(link, |stream| stream.inform(response)),
            Order::Push(child, request) => engine.push(link, &child, request),
            Order::Exn(exn, before) => engine.report(link, exn, before),
            _ => {}
        }
    }

    fn failed(engine: &mut Engine<Self>, id: StreamId, error: Error) {
        let request = engine.request(id);
        (engine.own.error)((request, error, None));
    }

    fn closed(own: &mut Own, error: ConnectionError) {
        (own.error)((None, Error::Connection(error), None));
    }
}

impl Engine<proto::Server> {
    fn request(&self, id: StreamId) -> Option<Ref<Request>> {
        self.entries
            .get(&id)
            .and_then(|entry| entry.request.clone())
    }

    fn push(&mut self, parent: &Link, child: &Link, request: Ref<Request>) {
        let result = match parent.id().map(|id| self.connection.stream_mut(id)) {
            Some(Ok(mut stream)) => stream.push(Request::clone(&request)),
            Some(Err(error)) => Err(error),
            None => Err(proto::UserError::UnknownStream),
        };
        match result {
            Ok(id) => {
                child.set_id(id);
                let mut entry = Entry::new(child.clone(), Holder::Nobody);
                entry.request = Some(request);
                self.entries.insert(id, entry);
            }
            Err(error) => {
                child.finish(Err(StreamError::Unsent));
                (self.own.error)((Some(request), Error::User(error), None));
            }
        }
    }

    /// A handler failed. `before` is how far its response was.
    fn report(&mut self, link: &Link, exn: Exn, before: Sending) {
        let open = link.id().filter(|_| link.result().is_none());
        let Some(id) = open else {
            let request = link.id().and_then(|id| self.request(id));
            return (self.own.error)((request, Error::Exn(exn), None));
        };
        if before == Sending::Head {
            let (request, start) = (self.request(id), StartResponse::new(link.clone()));
            self.close_reader(id);
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.is_told = true;
            }
            (self.own.error)((request, Error::Exn(exn), Some(start)));
        } else {
            self.fail(id, Error::Exn(exn));
        }
    }
}
