//! Content that arrives, as a body (RFC 9110 §6.4).

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use http_body::{Body, Frame, SizeHint};
use proto::{Bytes, Client, Role, Server, UserError};
use tress_http::{http, response_from_http, trailers_into_http};

use super::on_tunnel::OnTunnel;
use super::response::convert;
use crate::error::Error;
use crate::flavor::{Flavor, Local, Threads};
use crate::recv_body::RecvBody;
use proto::Blame;

/// The content of a request or a response, as it arrives, with its trailers.
///
/// What is not polled for is back-pressure: the peer may send no more than the window holds.
/// Dropped before its end, a response cancels the stream; of a request the rest passes by.
pub struct Incoming<F: Flavor = Threads> {
    stream: Stream<F>,
    /// How many octets are yet to come, where the message says it.
    left: Option<u64>,
}

enum Stream<F: Flavor> {
    None,
    Client(Response<F>),
    Server(Request<F>),
    /// A tunnel that may come about, where the extensions cannot carry it.
    Connect(OnTunnel<Server, F>),
}

/// The content of a response.
struct Response<F: Flavor> {
    body: RecvBody<Client, F>,
    /// Content of ours that the server did not wait for; dropped, it resets the stream. Boxed, for
    /// hardly any response has such.
    unwanted: Option<Box<F::Cell<F::Job>>>,
}

/// The content of a request.
struct Request<F: Flavor> {
    body: RecvBody<Server, F>,
    /// The client waits for a word before it sends.
    is_expected: bool,
}

impl<F: Flavor> Incoming<F> {
    /// Makes content of no octets.
    #[must_use]
    pub const fn empty() -> Self {
        Self::new(Stream::None, None)
    }

    /// No content, and a tunnel that may come about.
    pub(super) const fn of_connect(on_tunnel: OnTunnel<Server, F>) -> Self {
        Self::new(Stream::Connect(on_tunnel), None)
    }

    /// The content of a response.
    pub(super) fn of_response(
        body: RecvBody<Client, F>,
        left: Option<u64>,
        unwanted: Option<F::Job>,
    ) -> Self {
        let unwanted = unwanted.map(|job| Box::new(F::cell(job)));
        Self::new(Stream::Client(Response { body, unwanted }), left)
    }

    /// The content of a request; `is_expected` if the client waits for a word.
    pub(super) const fn of_request(
        body: RecvBody<Server, F>,
        left: Option<u64>,
        is_expected: bool,
    ) -> Self {
        Self::new(Stream::Server(Request { body, is_expected }), left)
    }

    /// Sends an informational response ahead of the final one, where this is the content of a
    /// request, also of one that has none; a 103 (Early Hints), say.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, that the final one was sent, that this
    /// is no request, or that of a CONNECT, or what ended the stream.
    pub fn inform(&self, response: http::Response<()>) -> Result<(), Error> {
        let Stream::Server(request) = &self.stream else {
            return Err(UserError::OutOfOrder.into());
        };
        request.inform(response_from_http(&response.into_parts().0))
    }

    const fn new(stream: Stream<F>, left: Option<u64>) -> Self {
        Self { stream, left }
    }
}

impl Incoming<Local> {
    /// Takes the tunnel that a CONNECT asks for, which is yet to be granted, where this is the
    /// content of such a request. It is to be taken before the answer is returned; a service that
    /// does not take it gives its answer like any other. There is none a second time.
    pub fn on_tunnel(&mut self) -> Option<OnTunnel<Server, Local>> {
        match core::mem::replace(&mut self.stream, Stream::None) {
            Stream::Connect(on_tunnel) => Some(on_tunnel.taken()),
            other => {
                self.stream = other;
                None
            }
        }
    }
}

impl<F: Flavor> Stream<F> {
    /// Takes content of ours back that is still under way: nothing is lost by it any more.
    fn give_up_ours(&mut self) {
        if let Self::Client(response) = self {
            response.unwanted = None;
        }
    }
}

impl<F: Flavor> Request<F> {
    /// Asks for the content, if the client waits for that (RFC 9110 §10.1.1).
    fn ask(&mut self) {
        if core::mem::take(&mut self.is_expected) {
            // Once the final response has begun, the client needs no such word.
            let _ = self.inform(proto::Response::new(100));
        }
    }

    fn inform(&self, response: proto::Response) -> Result<(), Error> {
        self.body.handle().act(|stream| stream.inform(response))
    }
}

impl<F: Flavor> Body for Incoming<F> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        let frame = ready!(match &mut this.stream {
            Stream::None | Stream::Connect(_) => Poll::Ready(None),
            Stream::Client(response) => poll_frame(&mut response.body, cx),
            Stream::Server(request) => {
                let polled = poll_frame(&mut request.body, cx);
                // RFC 9110 §10.1.1: who has content already needs not ask for it.
                if polled.is_pending() {
                    request.ask();
                }
                polled
            }
        });
        match &frame {
            Some(Ok(frame)) => {
                let octets = frame.data_ref().map_or(0, Bytes::len);
                let octets = u64::try_from(octets).unwrap_or(u64::MAX);
                this.left = this.left.map(|left| left.saturating_sub(octets));
            }
            _ => this.stream.give_up_ours(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match &self.stream {
            Stream::None | Stream::Connect(_) => true,
            Stream::Client(response) => response.body.is_spent(),
            Stream::Server(request) => request.body.is_spent(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let is_ended = match &self.stream {
            Stream::None | Stream::Connect(_) => true,
            Stream::Client(response) => response.body.is_ended(),
            Stream::Server(request) => request.body.is_ended(),
        };
        match self.left {
            _ if is_ended => SizeHint::with_exact(0),
            Some(left) => SizeHint::with_exact(left),
            None => SizeHint::default(),
        }
    }
}

/// Takes the next piece of the content, and the trailers behind it.
fn poll_frame<R: Role, F: Flavor>(
    body: &mut RecvBody<R, F>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
    if let Some(data) = ready!(body.poll_data(cx))? {
        return Poll::Ready(Some(Ok(Frame::data(data))));
    }
    let trailers = body.trailers().map(|trailers| {
        let map = trailers_into_http(&trailers);
        map.map(Frame::trailers).map_err(convert(Blame::Peer))
    });
    Poll::Ready(trailers)
}

impl<F: Flavor> From<RecvBody<Client, F>> for Incoming<F> {
    /// Takes the content of a response of unknown length.
    fn from(body: RecvBody<Client, F>) -> Self {
        Self::of_response(body, None, None)
    }
}

impl<F: Flavor> From<RecvBody<Server, F>> for Incoming<F> {
    /// Takes the content of a request of unknown length, for which nobody waits to be asked.
    fn from(body: RecvBody<Server, F>) -> Self {
        Self::of_request(body, None, false)
    }
}

impl Default for Incoming {
    /// Makes content of no octets.
    fn default() -> Self {
        Self::empty()
    }
}

impl<F: Flavor> fmt::Debug for Incoming<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("left", &self.left)
            .field("is_end_stream", &self.is_end_stream())
            .finish_non_exhaustive()
    }
}
