//! A client in the types of `http`, whose readiness is a stream that may be opened.

use core::future::poll_fn;
use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use http_body::Body;
use proto::bytes::Buf;
use proto::{Client as Role, Request};
use tress_http::http::{self, Method, request::Parts, uri::Scheme};
use tress_http::{expects_continue, request_from_http, request_length};

use super::BoxError;
use super::connect::connect;
use super::reserving::Reserving;
use super::response::{Alarm, Answer, Held, ResponseFuture, convert};
use super::try_send::TrySend;
use super::upload::{Content, Length, upload};
use crate::client::Client;
use crate::error::Error;
use crate::handle::Handle;
use crate::pending::Pending;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use crate::tasks::Job;
use proto::Blame;

/// How long content waits for the server's word, where nothing else is said.
const EXPECT_LIMIT: Duration = Duration::from_secs(1);

/// A client in the types of `http`, and with the feature `tower` a service.
///
/// It is one of the handles of a connection, and cheap to clone. [`poll_ready`](Self::poll_ready)
/// reserves a stream for the next request, so that none is waited for any more. The content of a
/// request is sent by the connection's driver, whether anybody polls for the response or not. Where
/// the URI names no host the field `host` does.
///
/// CONNECT, with an extension [`Protocol`](crate::Protocol) or without one, is answered with an
/// [`OnTunnel`](crate::OnTunnel) among the extensions if it is granted.
#[derive(Debug)]
pub struct HttpClient {
    client: Client,
    reserving: Reserving,
    scheme: Scheme,
    expect_limit: Duration,
}

impl HttpClient {
    /// Takes a handle of a connection.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let reserving = Reserving::new(client.shared().clone());
        Self {
            client,
            reserving,
            scheme: Scheme::HTTP,
            expect_limit: EXPECT_LIMIT,
        }
    }

    /// Sets the scheme of requests whose URI has none. It is `http` otherwise.
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

    /// Is ready when a stream may be opened, which is then reserved for the next request of this
    /// handle.
    ///
    /// # Errors
    ///
    /// That the connection is closed or going away: it takes no more requests.
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.reserving.poll(cx)
    }

    /// Waits until a stream may be opened, and sends a request.
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

    /// Sends a request, and hands it back if that certainly had no effect. Where no stream was
    /// reserved it may have to wait for one.
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
    pub(super) fn begin<B>(
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
            self.reserving.give_up();
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
            Content::Asked(job)
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
        let (id, held) = self.reserving.open(request, content)?;
        let shared = || self.reserving.shared().clone();
        let mut handle = Handle::new(shared(), id);
        handle.ends_upload = true;
        let pending = Pending::new(RecvBody::new(handle, None));
        let held = held.map(|job| Held {
            job,
            alarm: Alarm {
                shared: shared(),
                id,
                at: Instant::now() + self.expect_limit,
            },
        });
        Ok(ResponseFuture::running(pending, held))
    }
}

impl Clone for HttpClient {
    /// Makes another handle, which has reserved nothing.
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            reserving: Reserving::new(self.reserving.shared().clone()),
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
