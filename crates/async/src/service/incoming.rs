//! Content that arrives, as a body (RFC 9110 §6.4).

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::sync::Mutex;

use http_body::{Body, Frame, SizeHint};
use proto::Blame;
use proto::{Bytes, Client, Role, Server, UserError};
use session::Error;
use tress_http::{http, response_from_http, trailers_into_http};

use super::conversion::convert;
use crate::jobs::Job;
use crate::recv_body::RecvBody;

/// The content of a request or a response, as it arrives, with its trailers.
///
/// What is not polled for is back-pressure: the peer may send no more than the window holds.
/// Dropped before its end, a response cancels the stream; of a request the rest passes by.
pub struct Incoming {
    stream: Stream,
    /// How many octets are yet to come, where the message says it.
    left: Option<u64>,
}

enum Stream {
    None,
    Client(Response),
    Server(RecvBody<Server>),
}

/// The content of a response.
struct Response {
    body: RecvBody<Client>,
    /// Content of ours that the server did not wait for; dropped, it resets the stream. Boxed, for
    /// hardly any response has such.
    unwanted: Option<Box<Mutex<Job>>>,
}

impl Incoming {
    /// Makes content of no octets.
    #[must_use]
    pub const fn empty() -> Self {
        Self::new(Stream::None, None)
    }

    /// The content of a response.
    pub(super) fn of_response(
        body: RecvBody<Client>,
        left: Option<u64>,
        unwanted: Option<Job>,
    ) -> Self {
        let unwanted = unwanted.map(|job| Box::new(Mutex::new(job)));
        Self::new(Stream::Client(Response { body, unwanted }), left)
    }

    /// The content of a request.
    pub(super) const fn of_request(body: RecvBody<Server>, left: Option<u64>) -> Self {
        Self::new(Stream::Server(body), left)
    }

    /// Sends an informational response ahead of the final one, where this is the content of a
    /// request, also of one that has none; a 103 (Early Hints), say.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, that the final one was sent, that this
    /// is no request, or that of a CONNECT, or what ended the stream.
    pub fn inform(&self, response: http::Response<()>) -> Result<(), Error> {
        let Stream::Server(body) = &self.stream else {
            return Err(UserError::OutOfOrder.into());
        };
        let response = response_from_http(&response.into_parts().0);
        body.handle().inform(response)
    }

    const fn new(stream: Stream, left: Option<u64>) -> Self {
        Self { stream, left }
    }
}

impl Stream {
    /// Takes content of ours back that is still under way: nothing is lost by it any more.
    fn give_up_ours(&mut self) {
        if let Self::Client(response) = self {
            response.unwanted = None;
        }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        let frame = ready!(match &mut this.stream {
            Stream::None => Poll::Ready(None),
            Stream::Client(response) => poll_frame(&mut response.body, cx),
            Stream::Server(body) => poll_frame(body, cx),
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
            Stream::None => true,
            Stream::Client(response) => response.body.is_spent(),
            Stream::Server(body) => body.is_spent(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let is_ended = match &self.stream {
            Stream::None => true,
            Stream::Client(response) => response.body.is_ended(),
            Stream::Server(body) => body.is_ended(),
        };
        match self.left {
            _ if is_ended => SizeHint::with_exact(0),
            Some(left) => SizeHint::with_exact(left),
            None => SizeHint::default(),
        }
    }
}

/// Takes the next piece of the content, and the trailers behind it.
fn poll_frame<R: Role>(
    body: &mut RecvBody<R>,
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

impl From<RecvBody<Client>> for Incoming {
    /// Takes the content of a response of unknown length.
    fn from(body: RecvBody<Client>) -> Self {
        Self::of_response(body, None, None)
    }
}

impl From<RecvBody<Server>> for Incoming {
    /// Takes the content of a request of unknown length.
    fn from(body: RecvBody<Server>) -> Self {
        Self::of_request(body, None)
    }
}

impl Default for Incoming {
    /// Makes content of no octets.
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("left", &self.left)
            .field("is_end_stream", &self.is_end_stream())
            .finish_non_exhaustive()
    }
}
