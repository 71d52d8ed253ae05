//! A client in the types of `http`, whose readiness is a stream that may be opened.

use core::future::poll_fn;
use core::task::{Context, Poll};
use core::time::Duration;

use http_body::Body;
use proto::bytes::Buf;
use proto::{Blame, Bytes, Client as Role, Request};
use session::{Error, Requests};
use tress_http::http::{self, Method, request::Parts, uri::Scheme};
use tress_http::{expects_continue, request_from_http, request_length};

use super::BoxError;
use super::connect::connect;
use super::conversion::convert;
use super::response::{Answer, Held, ResponseFuture};
use super::try_send::TrySend;
use super::upload::{Content, Length, upload};
use crate::client::Client;
use crate::jobs::Job;
use crate::pending::Pending;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;

/// How long content waits for the server's word, where nothing else is said.
const EXPECT_LIMIT: Duration = Duration::from_secs(1);

/// A client in the types of `http`, and with the feature `tower` a service.
///
/// It is one of the handles of a connection, and cheap to clone. One request at a time of each handle
/// waits to be opened: [`poll_ready`](Self::poll_ready) waits for that. The stream of a request is opened,
/// and its content sent, by the connection's driver, whether anybody polls for the response or not.
/// Where the URI names no host the field `host` does.
///
/// CONNECT, with an extension [`Protocol`](crate::Protocol) or without one, is answered with an
/// [`OnTunnel`](crate::OnTunnel) among the extensions if it is established.
#[derive(Debug)]
pub struct HttpClient {
    client: Client,
    requests: Requests,
    scheme: Scheme,
    expect_limit: Duration,
}

impl HttpClient {
    /// Takes a handle of a connection.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let requests = Requests::new(client.session().clone());
        let scheme = if client.is_secure() {
            Scheme::HTTPS
        } else {
            Scheme::HTTP
        };
        Self {
            client,
            requests,
            scheme,
            expect_limit: EXPECT_LIMIT,
        }
    }

    /// Sets the scheme of requests whose URI has none. It is `https` otherwise where the client was made
    /// to speak TLS by its builder or [`Client::connect_tls`], and `http` where it was not.
    #[must_use]
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets how long the content of a request with `expect: 100-continue` waits for the server to
    /// ask for it, and is sent then (RFC 9110 §10.1.1). It is a second otherwise. Where the driver
    /// has no timer, the content does not wait.
    #[must_use]
    pub const fn expect_limit(mut self, limit: Duration) -> Self {
        self.expect_limit = limit;
        self
    }

    /// The handle that it was made of.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Is ready when no request of this handle waits to be opened.
    ///
    /// # Errors
    ///
    /// That the connection is closed or going away: it takes no more requests.
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.requests.poll_ready(cx)
    }

    /// Waits until no other request of this handle waits to be opened, and sends one.
    ///
    /// # Errors
    ///
    /// That the request is malformed, what ended the connection or the stream, or why the body
    /// failed.
    pub async fn send<B>(&mut self, request: http::Request<B>) -> Answer
    where
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        poll_fn(|cx| self.poll_ready(cx)).await?;
        self.request(request).await
    }

    /// Sends a request, and hands it back if that certainly had no effect.
    pub fn try_send<B>(&mut self, request: http::Request<B>) -> TrySend<B>
    where
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        TrySend::new(self, request)
    }

    /// Sends a request.
    pub(super) fn request<B>(&mut self, request: http::Request<B>) -> ResponseFuture
    where
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let length = Length::of(&body);
        self.begin(&parts, length, move || Some(body))
    }

    /// Sends a request whose body is taken once it is needed.
    pub(crate) fn begin<B>(
        &mut self,
        parts: &Parts,
        length: Length,
        take: impl FnOnce() -> Option<B> + Send + 'static,
    ) -> ResponseFuture
    where
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let request = match request_from_http(parts, &self.scheme) {
            Ok(request) => request,
            Err(error) => return ResponseFuture::refused(convert(Blame::Local)(error)),
        };
        if parts.method == Method::CONNECT {
            return ResponseFuture::tunnel(connect(self.client.clone(), request));
        }
        let request = match request_length(parts, length.exact) {
            Some(length) => request.field("content-length", length.to_string()),
            None => request,
        };
        let job = |send| upload(take, send);
        let content = if length.is_none {
            Content::None
        } else if expects_continue(&parts.headers) {
            Content::OnContinue(job)
        } else {
            Content::AtOnce(job)
        };
        let opened = self.open(request, content);
        opened.unwrap_or_else(ResponseFuture::refused)
    }

    fn open<J>(&mut self, request: Request, content: Content<J>) -> Result<ResponseFuture, Error>
    where
        J: FnOnce(SendBody<Role>) -> Job,
    {
        let (pending, held) = self.start(request, content)?;
        Ok(ResponseFuture::running(pending, held))
    }

    /// Sends a request of this crate's own type, whose body is taken once it is needed.
    #[cfg(feature = "pool")]
    pub(crate) fn send_own<B>(
        &mut self,
        request: Request,
        length: Length,
        take: impl FnOnce() -> Option<B> + Send + 'static,
    ) -> Result<Pending, Error>
    where
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let job = |send| upload(take, send);
        let content = if length.is_none {
            Content::None
        } else {
            Content::AtOnce(job)
        };
        let (pending, _) = self.start(request, content)?;
        Ok(pending)
    }

    fn start<J>(
        &mut self,
        request: Request,
        content: Content<J>,
    ) -> Result<(Pending, Option<Held>), Error>
    where
        J: FnOnce(SendBody<Role>) -> Job,
    {
        let waits_for_continue = matches!(content, Content::OnContinue(_));
        let whole = matches!(content, Content::None).then(Bytes::new);
        // What is not sent is dropped without the lock: a body may belong to this very connection.
        let opened = self.requests.request(request, whole)?;
        let mut recv = opened.recv;
        recv.own_upload();
        let pending = Pending::new(RecvBody::new(recv));
        let send = opened.send.map(SendBody::new);
        let (Content::AtOnce(job) | Content::OnContinue(job), Some(send)) = (content, send) else {
            return Ok((pending, None));
        };
        let job = job(send);
        Ok((pending, self.hold(waits_for_continue, job)))
    }

    /// Has the driver send the content, or keeps it until the server asks for it, where it is to.
    fn hold(&self, waits_for_continue: bool, job: Job) -> Option<Held> {
        let session = self.requests.session();
        let alarm = if waits_for_continue {
            session.alarm(self.expect_limit)
        } else {
            Ok(None)
        };
        if let Ok(Some(alarm)) = alarm {
            let jobs = self.client.jobs().clone();
            return Some(Held { job, alarm, jobs });
        }
        self.client.jobs().push(session, job);
        None
    }
}

impl Clone for HttpClient {
    /// Makes another handle, of which no request waits.
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            requests: self.requests.clone(),
            scheme: self.scheme.clone(),
            expect_limit: self.expect_limit,
        }
    }
}

impl From<Client> for HttpClient {
    fn from(client: Client) -> Self {
        Self::new(client)
    }
}
