//! A server of ours in the types of the crate `http`, as the one of the crate `h2` is: each request is
//! converted, and so is a copy of a head that is ready; the server adds length and date.

use http::{Method, Response};
use tress_http::{complete_response, request_into_http};
use tress_proto::runtime::Runtime;
use tress_proto::{Connection, Event, Limits, Part, Server, StreamId};

use super::messages::{CONTENT, READ, RESPONSE};
use super::tress::{config, discard};

/// A server, and what it answers.
struct Site {
    server: Connection<Server>,
    response: Response<()>,
    /// The octets of all fields that it was shown.
    octets: usize,
}

/// Answers what a client said; returns the octets written.
pub fn replay(octets: &[u8]) -> usize {
    let mut site = Site {
        server: Connection::new(config(Limits::server())),
        response: response(),
        octets: 0,
    };
    let (mut from, mut to, mut written) = (0, 0, 0);
    while to < octets.len() {
        to = octets.len().min(to + READ);
        from += site.server.read(&octets[from..to]);
        site.answer();
        written += discard(&mut site.server).0;
    }
    site.answer();
    assert!(site.octets > 0, "it was shown fields");
    written
}

/// The head of every response without its date, which the server adds.
fn response() -> Response<()> {
    let fields = RESPONSE.into_iter().skip(1);
    let fields = fields.filter(|(name, _)| *name != "date");
    let head = fields.fold(Response::builder(), |head, (name, value)| {
        head.header(name, value)
    });
    head.body(()).expect("the fields are right")
}

impl Site {
    fn answer(&mut self) {
        while let Some(event) = self.server.poll_event() {
            if let Event::Readable { stream_id } = event {
                self.take(stream_id);
            }
        }
    }

    fn take(&mut self, id: StreamId) {
        let mut stream = self.server.stream_mut(id).expect("it can be read");
        let mut asked = None;
        while let Some(part) = stream.recv().expect("nothing goes wrong here") {
            match part {
                Part::Head(request) => {
                    let parts = request_into_http(&request).expect("it is a request of http");
                    let fields = parts.headers.iter();
                    let fields = fields.map(|(name, value)| name.as_str().len() + value.len());
                    self.octets += fields.sum::<usize>() + parts.uri.path().len();
                    asked = Some(request);
                }
                Part::End => {
                    let (parts, ()) = self.response.clone().into_parts();
                    let exact = Some(CONTENT.len() as u64);
                    let head = complete_response(&parts, asked.take(), &Method::GET, exact, true);
                    let answered = stream.answer(head, CONTENT.clone());
                    answered.expect("the request was not answered yet");
                }
                _ => {}
            }
        }
    }
}
