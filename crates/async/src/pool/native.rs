//! Requests and answers in this crate's own types.

use alloc::sync::Arc;

use ::pool::Content;
use proto::{Bytes, Client as Role, Request, Response, Trailers};
use session::Error;

use super::attempt::{Attempt, run};
use super::error::PoolError;
use super::origin::Origin;
use super::ticket::Ticket;
use crate::client::Client;
use crate::pending::Reply;
use crate::recv_body::RecvBody;

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
}

impl Attempt for Whole {
    type Answer = Reply;

    async fn send(&mut self, client: Client) -> Result<Reply, Error> {
        let sending = client.send_whole(self.request.clone(), self.content.clone());
        sending.await?.await
    }

    fn status(answer: &Reply) -> u16 {
        answer.head.status()
    }

    fn renew(&mut self) -> Content {
        Content::Again
    }
}

pub(super) async fn fetch(
    origin: Arc<Origin>,
    policy: ::pool::Request,
    request: Request,
    content: Bytes,
) -> Result<PoolReply, PoolError> {
    let (reply, ticket) = run(origin, policy, Whole { request, content }).await?;
    let mut body = PoolBody {
        body: reply.body,
        ticket: Some(ticket),
    };
    body.note();
    Ok(PoolReply {
        informational: reply.informational,
        head: reply.head,
        body,
    })
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
