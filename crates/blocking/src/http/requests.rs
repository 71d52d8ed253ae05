//! Requests of `http`, and their responses.

use proto::Response as Head;
use tress_http::http::{Request, Response, request};
use tress_http::{content_length, response_into_http};

use super::body::Body;
use super::content::Content;
use super::convert;
use super::extensions::{ContinueWait, Informational};
use super::head;
use super::incoming::{Incoming, Sending};
use super::pour::finish;
use super::uploading::upload;
use crate::batch::Batch;
use crate::client::Client;
use crate::pending::{Pending, Reply};
use crate::send_body::SendBody;
use crate::tunnel::{Tunnel, Tunneled};
use session::Error;

/// A response that is yet to come. Dropping it cancels the stream.
#[derive(Debug)]
pub struct PendingResponse {
    pending: Pending,
    sending: Sending,
}

impl Client {
    /// Sends a request, and waits for the head of the response.
    ///
    /// The URI says whom to ask; one without a scheme means `https` where the client connected by
    /// TLS itself, and else `http`, unless a `Scheme` of the crate `http` stands among
    /// the extensions. Content that is read
    /// or written as it goes is sent by a thread of its own, and its failure is the response's.
    ///
    /// # Errors
    ///
    /// Those of [`send_whole`](Self::send_whole) and [`Pending::wait`]; that a message cannot be
    /// converted.
    pub fn request<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, Error> {
        self.begin(request)?.wait()
    }

    /// Sends a request; the response is waited for later, or by another thread.
    ///
    /// # Errors
    ///
    /// Those of [`send_whole`](Self::send_whole), and that the request cannot be converted.
    pub fn begin<B: Into<Body>>(&self, request: Request<B>) -> Result<PendingResponse, Error> {
        let (parts, body) = request.into_parts();
        begin(self, &parts, body.into(), false)
    }

    /// Asks for a tunnel by CONNECT, or by extended CONNECT where a [`Protocol`](super::Protocol)
    /// stands among the extensions, and waits for it. Without a tunnel, the response says why.
    ///
    /// # Errors
    ///
    /// Those of [`tunnel`](Self::tunnel), and that a message cannot be converted.
    pub fn request_tunnel(
        &self,
        request: Request<()>,
    ) -> Result<(Response<Body>, Option<Tunnel<proto::Client>>), Error> {
        let (parts, ()) = request.into_parts();
        let head = head::request(self, &parts, &Body::empty())?;
        match self.tunnel(head)? {
            Tunneled::Established(head, tunnel) => {
                let (parts, ()) = response(&head)?.into_parts();
                Ok((Response::from_parts(parts, Body::empty()), Some(tunnel)))
            }
            Tunneled::Refused(reply) => Ok((answered(reply, Sending::Done)?, None)),
        }
    }
}

impl Batch<'_> {
    /// Sends a request with the batch; one whose content is read or written as it goes, or waits
    /// for the server, has the batch flushed.
    ///
    /// # Errors
    ///
    /// Those of [`Client::begin`].
    pub fn begin<B: Into<Body>>(&self, request: Request<B>) -> Result<PendingResponse, Error> {
        let (parts, body) = request.into_parts();
        begin(self.client(), &parts, body.into(), true)
    }
}

fn begin(
    client: &Client,
    parts: &request::Parts,
    body: Body,
    is_held: bool,
) -> Result<PendingResponse, Error> {
    let head = head::request(client, parts, &body)?;
    let body = body.settled()?;
    if head::waits(parts, &body) {
        let wait = parts.extensions.get().copied().unwrap_or_default();
        return begin_expecting(client, head, body, wait);
    }
    match (body.content, body.trailers) {
        (Content::Bytes(data), None) => client.send_whole_with(head, data, is_held).map(done),
        (content, trailers) => {
            let (send, pending) = client.send(head)?;
            let sending = sent(Body { content, trailers }, send)?;
            Ok(PendingResponse { pending, sending })
        }
    }
}

/// Sends content: at once where it is there, and else by a thread of its own.
fn sent(body: Body, mut into: SendBody<proto::Client>) -> Result<Sending, Error> {
    if !matches!(body.content, Content::Bytes(_)) {
        return Ok(Sending::Upload(upload(body, into)?));
    }
    let outcome = body
        .pour_into(&mut into)
        .and_then(|trailers| finish(into, trailers));
    match outcome {
        // A server may answer before the request is whole, and ask for no more of it.
        Err(error) if error.is_no_error_reset() => Ok(Sending::Done),
        outcome => outcome.map(|()| Sending::Done),
    }
}

/// Sends the content when the server asks for it, or when the time is over.
///
/// Choice: a final response of 400 or above tells that the content is not wanted. Below, the
/// server may well read while it answers, so that it gets it.
fn begin_expecting(
    client: &Client,
    head: proto::Request,
    body: Body,
    wait: ContinueWait,
) -> Result<PendingResponse, Error> {
    let (send, mut pending) = client.send(head)?;
    let sending = match pending.invited(wait.0)? {
        Some(400..) => Sending::Unwanted(send),
        _ => sent(body, send)?,
    };
    Ok(PendingResponse { pending, sending })
}

fn done(pending: Pending) -> PendingResponse {
    PendingResponse {
        pending,
        sending: Sending::Done,
    }
}

impl PendingResponse {
    /// Waits for the next informational response; `None` when the final one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream, a time limit, or that the response cannot be converted.
    pub fn informational(&mut self) -> Result<Option<Response<()>>, Error> {
        let outcome = self.pending.informational();
        let found = outcome.map_err(|error| self.sending.cause(error))?;
        found.map(|head| response(&head)).transpose()
    }

    /// Waits for the response. Informational ones that were not taken before are its extension
    /// [`Informational`].
    ///
    /// # Errors
    ///
    /// What ended the stream, a time limit, or that the response cannot be converted.
    pub fn wait(self) -> Result<Response<Body>, Error> {
        let sending = self.sending;
        let reply = self.pending.wait().map_err(|error| sending.cause(error))?;
        answered(reply, sending)
    }
}

/// A response of `http`, with what came before it and what comes after.
fn answered(reply: Reply, sending: Sending) -> Result<Response<Body>, Error> {
    let (mut parts, ()) = response(&reply.head)?.into_parts();
    if !reply.informational.is_empty() {
        let early = reply
            .informational
            .iter()
            .map(response)
            .collect::<Result<_, _>>();
        parts.extensions.insert(Informational(early?));
    }
    let length = content_length(&parts.headers).map_err(convert::theirs)?;
    let incoming = Incoming::of_response(reply.body, length, sending);
    Ok(Response::from_parts(parts, Body::incoming(incoming)))
}

/// A head as a response of `http`.
fn response(head: &Head) -> Result<Response<()>, Error> {
    let parts = response_into_http(head).map_err(convert::theirs)?;
    Ok(Response::from_parts(parts, ()))
}
