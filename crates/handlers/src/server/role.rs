//! What only a server does with the events of a connection.

use alloc::boxed::Box;

use proto::{
    ConnectionError, ErrorCode, Part, Request, Response, StreamError, StreamId, Violation,
};
use runtime::Exn;

use crate::cell::{CallMut, Ref};
use crate::command::Order;
use crate::command::link::{Link, Sending};
use crate::command::reader::Reader;
use crate::engine::{Ends, Engine, Entry, Holder};
use crate::error::Error;
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
            error: Box::new(|(_, error, start)| answer_without_a_word(&error, start)),
        }
    }

    pub(super) fn set_error_handler(
        &mut self,
        mut handler: impl FnMut(Option<&Request>, Error, Option<StartResponse>) + Send + 'static,
    ) {
        self.error =
            Box::new(move |(request, error, start)| handler(request.as_deref(), error, start));
    }
}

/// Answers with a status alone.
fn answer_without_a_word(error: &Error, start: Option<StartResponse>) {
    let status = match error {
        Error::Stream(StreamError::Violation(violation)) => violation.status(),
        Error::Stream(StreamError::Limit(limit)) => Violation::from(*limit).status(),
        _ => 500,
    };
    let writer = start.map(|start| start.start(Response::new(status)));
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
        let request = match stream.recv() {
            Ok(Some(Part::Head(request))) => request,
            Ok(Some(Part::Malformed(violation))) => return engine.malformed(id, violation),
            _ => return stream.release(),
        };
        let is_word_due = !stream.is_ended() && request.expects_continue();
        let link = Link::new(&engine.queue, Some(id), Sending::Head);
        let request = Ref::new(request);
        let mut entry = Entry::new(link.clone(), Holder::Application);
        entry.request = Some(Ref::clone(&request));
        entry.is_word_due = is_word_due;
        engine.entries.insert(id, entry);
        let body = Reader::new(link.clone());
        (engine.own.request)(Reqd::new(link, request, Some(body)));
    }

    fn promised(_: &mut Engine<Self>, _: StreamId) {}

    fn head(_: &mut Engine<Self>, _: StreamId, _: Request) {}

    fn order(engine: &mut Engine<Self>, link: &Link, order: Order) {
        match order {
            Order::Respond(response, known) => engine.say(link, |stream| {
                if !stream.begin_answer(response, known)? {
                    link.drop_content();
                }
                Ok(())
            }),
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

    /// A request has no head to be handled; the error handler may answer it.
    fn malformed(&mut self, id: StreamId, violation: Violation) {
        let link = Link::new(&self.queue, Some(id), Sending::Failed);
        let (error, code) = (StreamError::from(violation), violation.scope_and_code().1);
        let mut entry = Entry::new(link.clone(), Holder::Nobody);
        entry.reported = Some(error);
        self.entries.insert(id, entry);
        let start = StartResponse::new(link, code);
        (self.own.error)((None, Error::Stream(error), Some(start)));
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
            let start = StartResponse::new(link.clone(), ErrorCode::INTERNAL_ERROR);
            let request = self.request(id);
            self.close_reader(id);
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.reported = Some(StreamError::Canceled);
            }
            (self.own.error)((request, Error::Exn(exn), Some(start)));
        } else {
            self.fail(id, Error::Exn(exn));
        }
    }
}
