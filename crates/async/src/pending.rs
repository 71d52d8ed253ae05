//! A response that is yet to come (RFC 9113 §8.1).

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use proto::{Client, Response};
use session::{Error, Heads};

use crate::recv_body::RecvBody;

/// A response that is yet to come. Dropping it cancels the stream.
#[derive(Debug)]
#[must_use = "dropping it cancels the request"]
pub struct Pending {
    body: Option<RecvBody<Client>>,
    heads: Heads,
}

/// A response: its head is there, its content may be yet to come.
pub type Reply = session::Reply<RecvBody<Client>>;

impl Pending {
    pub(crate) fn new(body: RecvBody<Client>) -> Self {
        Self {
            body: Some(body),
            heads: Heads::default(),
        }
    }

    /// The stream.
    #[cfg(feature = "pool")]
    pub(crate) fn stream_id(&self) -> Option<proto::StreamId> {
        self.body.as_ref().map(RecvBody::stream_id)
    }

    /// Waits for the next informational response; `None` when the final one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub async fn informational(&mut self) -> Result<Option<Response>, Error> {
        poll_fn(|cx| self.poll_informational(cx)).await
    }

    /// Takes the next informational response, if one is there; `None` when the final one is.
    pub(crate) fn poll_informational(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Response>, Error>> {
        let body = self.body.as_mut().ok_or_else(Error::closed)?;
        self.heads.poll_informational(body.half(), cx)
    }
}

impl Future for Pending {
    type Output = Result<Reply, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let body = this.body.as_mut().ok_or_else(Error::closed)?;
        let (informational, head) = ready!(this.heads.poll_final(body.half(), cx))?;
        let body = this.body.take().ok_or_else(Error::closed)?;
        Poll::Ready(Ok(Reply::new(informational, head, body)))
    }
}
