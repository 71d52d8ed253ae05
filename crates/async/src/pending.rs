//! A response that is yet to come (RFC 9113 §8.1).

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use proto::{Client, Part, Response};

use crate::error::{Error, Kind};
use crate::flavor::{Flavor, Threads};
use crate::recv_body::RecvBody;

/// A response that is yet to come. Dropping it cancels the stream.
#[derive(Debug)]
#[must_use = "dropping it cancels the request"]
pub struct Pending<F: Flavor = Threads> {
    body: Option<RecvBody<Client, F>>,
    informational: Vec<Response>,
    head: Option<Response>,
}

/// A response: its head is there, its content may be yet to come.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reply<F: Flavor = Threads> {
    /// The informational responses that nobody asked for before the final one came.
    pub informational: Vec<Response>,
    /// The status and the fields.
    pub head: Response,
    /// The content.
    pub body: RecvBody<Client, F>,
}

impl<F: Flavor> Pending<F> {
    pub(crate) fn new(body: RecvBody<Client, F>) -> Self {
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
            let body = self.body.as_mut().ok_or(Kind::Closed)?;
            match ready!(body.poll_part(cx))? {
                Part::Informational(response) => return Poll::Ready(Ok(Some(response))),
                Part::Head(head) => self.head = Some(head),
                _ => {}
            }
        }
        Poll::Ready(Ok(None))
    }
}

impl<F: Flavor> Future for Pending<F> {
    type Output = Result<Reply<F>, Error>;

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
            _ => Poll::Ready(Err(Kind::Closed.into())),
        }
    }
}
