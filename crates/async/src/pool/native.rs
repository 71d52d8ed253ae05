//! Requests and answers in this crate's own types.

use alloc::sync::Arc;
use core::future::poll_fn;

use ::pool::Content;
use http_body::Body;
use proto::bytes::Buf;
use proto::{Bytes, Client as Role, Request, Response, StreamId, Trailers};
use session::Error;

use super::attempt::{Attempt, run};
use super::content::ContentSlot;
use super::error::PoolError;
use super::origin::Origin;
use super::ticket::Ticket;
use crate::client::Client;
use crate::pending::Reply;
use crate::recv_body::RecvBody;
use crate::service::{BoxError, HttpClient, Length};

/// An answer by way of a pool: its head is there, its content may be yet to come.
#[derive(Debug)]
#[non_exhaustive]
pub struct PoolReply {
    /// The informational responses that came before the final one.
    pub informational: Vec<Response>,
    /// The status and the fields.
    pub head: Response,
    /// The content.
    pub body: PoolBody,
}

/// The content of an answer by way of a pool. Dropped before its end, it cancels the stream.
pub struct PoolBody {
    body: RecvBody<Role>,
    ticket: Option<Ticket>,
}

/// A request with all of its content, which can be sent as often as need be.
struct Whole {
    request: Request,
    content: Bytes,
    stream: Option<StreamId>,
}

/// A request whose content is taken when it is sent.
struct Streamed<B> {
    request: Request,
    length: Length,
    content: ContentSlot<B>,
    stream: Option<StreamId>,
}

impl Attempt for Whole {
    type Answer = Reply;

    async fn send(&mut self, client: Client) -> Result<Reply, Error> {
        self.stream = None;
        let sending = client.send_whole(self.request.clone(), self.content.clone());
        let pending = sending.await?;
        self.stream = pending.stream_id();
        pending.await
    }

    fn status(answer: &Reply) -> u16 {
        answer.head.status()
    }

    fn renew(&mut self) -> Content {
        Content::Again
    }

    fn stream_id(&self) -> Option<StreamId> {
        self.stream
    }
}

impl<B> Attempt for Streamed<B>
where
    B: Body + Send + 'static,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    type Answer = Reply;

    async fn send(&mut self, client: Client) -> Result<Reply, Error> {
        self.stream = None;
        let mut client = HttpClient::new(client);
        poll_fn(|cx| client.poll_ready(cx)).await?;
        let (request, take) = (self.request.clone(), self.content.taker());
        let pending = client.send_own(request, self.length, take)?;
        self.stream = pending.stream_id();
        pending.await
    }

    fn status(answer: &Reply) -> u16 {
        answer.head.status()
    }

    fn renew(&mut self) -> Content {
        self.content.renew()
    }

    fn stream_id(&self) -> Option<StreamId> {
        self.stream
    }
}

pub(super) async fn fetch(
    origin: Arc<Origin>,
    policy: ::pool::Request,
    request: Request,
    content: Bytes,
) -> Result<PoolReply, PoolError> {
    let whole = Whole {
        request,
        content,
        stream: None,
    };
    run(origin, policy, whole).await.map(reply)
}

pub(super) async fn fetch_body<B>(
    origin: Arc<Origin>,
    policy: ::pool::Request,
    request: Request,
    length: Length,
    content: ContentSlot<B>,
) -> Result<PoolReply, PoolError>
where
    B: Body + Send + 'static,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    let streamed = Streamed {
        request,
        length,
        content,
        stream: None,
    };
    run(origin, policy, streamed).await.map(reply)
}

fn reply((reply, ticket): (Reply, Ticket)) -> PoolReply {
    let mut body = PoolBody {
        body: reply.body,
        ticket: Some(ticket),
    };
    body.note();
    PoolReply {
        informational: reply.informational,
        head: reply.head,
        body,
    }
}

impl PoolBody {
    /// Takes the next piece of the content, uncopied; `None` at the end.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub async fn data(&mut self) -> Result<Option<Bytes>, Error> {
        let data = self.body.data().await;
        self.note();
        data
    }

    /// The stream on which the answer came, of its connection (RFC 9113 §5.1.1).
    #[must_use]
    pub const fn stream_id(&self) -> StreamId {
        self.body.stream_id()
    }

    /// Takes all that is left of the content.
    ///
    /// # Errors
    ///
    /// Those of [`data`](Self::data), and that there are more than `limit` octets.
    pub async fn bytes(self, limit: usize) -> Result<Bytes, Error> {
        let Self { body, ticket } = self;
        let all = body.bytes(limit).await?;
        if let Some(ticket) = ticket {
            ticket.finish();
        }
        Ok(all)
    }

    /// Takes the trailers, which are there once the content has ended, if the peer sent any.
    pub fn trailers(&mut self) -> Option<Trailers> {
        self.body.trailers()
    }

    /// Says whether all of the content was taken. True at once where there is none.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.body.is_ended()
    }

    /// Makes space on the connection once all is there.
    fn note(&mut self) {
        if self.body.is_ended() {
            if let Some(ticket) = self.ticket.take() {
                ticket.finish();
            }
        }
    }
}

impl core::fmt::Debug for PoolBody {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.body.fmt(f)
    }
}
