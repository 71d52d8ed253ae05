//! A pool in the types of `http`, and as a service of tower.

use alloc::sync::Arc;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use ::pool::Content;
use http_body::{Body, Frame, SizeHint};
use proto::Bytes;
use proto::bytes::Buf;
use session::Error;
use tower_service::Service;
use tress_http::http::{self, request::Parts};

use super::attempt::{Attempt, run};
use super::content::ContentSlot;
use super::error::PoolError;
use super::ticket::Ticket;
use super::{Pool, is_idempotent};
use crate::client::Client;
use crate::service::{BoxError, HttpClient, Incoming, Length};

/// Gives the body of a request anew, for a further attempt: an extension of the request. Without it a
/// request is sent again only as long as nothing of its body was taken.
pub struct Anew<B>(Arc<dyn Fn() -> B + Send + Sync>);

impl<B> Anew<B> {
    /// Makes one of what makes the body.
    pub fn new(make: impl Fn() -> B + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }
}

impl<B> Clone for Anew<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B> fmt::Debug for Anew<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Anew")
    }
}

/// A response by way of a pool that is yet to come. Dropping it takes the request back.
#[must_use = "dropping it cancels the request"]
pub struct PoolFuture(Pin<Box<dyn Future<Output = Answer> + Send>>);

type Answer = Result<http::Response<PoolIncoming>, PoolError>;

/// The content of a response by way of a pool. Dropped before its end, it cancels the stream.
#[derive(Debug)]
pub struct PoolIncoming {
    body: Incoming,
    ticket: Held,
}

/// What is to be told when the content has ended.
struct Held(Option<Ticket>);

/// A request whose body is taken when it is sent.
struct Message<B> {
    parts: Parts,
    length: Length,
    content: ContentSlot<B>,
}

impl<B> Attempt for Message<B>
where
    B: Body + Send + 'static,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    type Answer = http::Response<Incoming>;

    async fn send(&mut self, client: Client) -> Result<Self::Answer, Error> {
        let mut client = HttpClient::new(client);
        poll_fn(|cx| client.poll_ready(cx)).await?;
        let answer = client.begin(&self.parts, self.length, self.content.taker());
        answer.await
    }

    fn status(answer: &Self::Answer) -> u16 {
        answer.status().as_u16()
    }

    fn renew(&mut self) -> Content {
        self.content.renew()
    }
}

impl Pool {
    /// Sends a request whose URI has a scheme and an authority, and waits for the head of the response.
    ///
    /// It is sent again as the policy of `tress-pool` has it, as long as nothing of its body was taken, or
    /// the body can be given [anew](Anew).
    pub fn send<B>(&self, request: http::Request<B>) -> PoolFuture
    where
        B: Body + Send + 'static,
        B::Data: Buf,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let origin = self.origin_of(
            parts.uri.scheme_str(),
            parts.uri.authority().map(http::uri::Authority::as_str),
        );
        let policy = self.policy_request(is_idempotent(parts.method.as_str().as_bytes()));
        let anew: Option<Anew<B>> = parts.extensions.get().cloned();
        let message = Message {
            length: Length::of(&body),
            content: ContentSlot::new(body, move || anew.as_ref().map(|anew| (anew.0)())),
            parts,
        };
        PoolFuture(Box::pin(async move {
            let origin = origin?;
            let request = policy.on(&origin);
            let (response, ticket) = run(origin, request, message).await?;
            Ok(response.map(|body| PoolIncoming::new(body, ticket)))
        }))
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "pool")))]
impl<B> Service<http::Request<B>> for Pool
where
    B: Body + Send + 'static,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    type Response = http::Response<PoolIncoming>;
    type Error = PoolError;
    type Future = PoolFuture;

    /// Is always ready: requests wait in the pool, and fail where too many do.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), PoolError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> PoolFuture {
        self.send(request)
    }
}

impl Future for PoolFuture {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        self.0.as_mut().poll(cx)
    }
}

impl PoolIncoming {
    fn new(body: Incoming, ticket: Ticket) -> Self {
        let mut incoming = Self {
            body,
            ticket: Held(Some(ticket)),
        };
        if incoming.body.is_end_stream() {
            incoming.ticket.finish();
        }
        incoming
    }
}

impl Held {
    fn finish(&mut self) {
        if let Some(ticket) = self.0.take() {
            ticket.finish();
        }
    }
}

impl Body for PoolIncoming {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        match &frame {
            Some(Err(_)) => this.ticket = Held(None),
            None => this.ticket.finish(),
            Some(Ok(_)) if this.body.is_end_stream() => this.ticket.finish(),
            Some(Ok(_)) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

impl fmt::Debug for PoolFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolFuture").finish_non_exhaustive()
    }
}
