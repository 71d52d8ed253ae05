//! A response that is yet to come (RFC 9113 §8.1).

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use proto::{Client, Part, Response};
use session::Error;

use crate::recv_body::RecvBody;

/// A response that is yet to come. Dropping it cancels the stream.
#[derive(Debug)]
#[must_use = "dropping it cancels the request"]
pub struct Pending {
    body: Option<RecvBody<Client>>,
    informational: Vec<Response>,
    head: Option<Response>,
}

/// A response: its head is there, its content may be yet to come.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reply {
    /// The informational responses that nobody asked for before the final one came.
    pub informational: Vec<Response>,
    /// The status and the fields.
    pub head: Response,
    /// The content.
    pub body: RecvBody<Client>,
}

impl Pending {
    pub(crate) fn new(body: RecvBody<Client>) -> Self {
        Self {
            body: Some(body),
            informational: Vec::new(),
            head: None,
        }
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
        while self.head.is_none() {
            let body = self.body.as_mut().ok_or_else(Error::closed)?;
            match ready!(body.poll_part(cx))? {
                Part::Informational(response) => return Poll::Ready(Ok(Some(response))),
                Part::Head(head) => self.head = Some(head),
                _ => {}
            }
        }
        Poll::Ready(Ok(None))
    }
}

impl Future for Pending {
    type Output = Result<Reply, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some(response) = ready!(self.poll_informational(cx))? {
            self.informational.push(response);
        }
        let this = &mut *self;
        match (this.head.take(), this.body.take()) {
            (Some(head), Some(body)) => {
                let informational = core::mem::take(&mut this.informational);
                Poll::Ready(Ok(Reply {
                    informational,
                    head,
                    body,
                }))
            }
            _ => Poll::Ready(Err(Error::closed())),
        }
    }
}
