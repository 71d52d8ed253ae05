//! A response that is yet to come (RFC 9113 §8.1).

#[cfg(feature = "http")]
use core::time::Duration;

use proto::{Client, Response};
use session::{Error, Heads};

use crate::recv_body::RecvBody;

/// A response that is yet to come. Dropping it cancels the stream.
#[derive(Debug)]
pub struct Pending {
    body: RecvBody<Client>,
    heads: Heads,
}

/// A response: its head is there, its content may be yet to come.
pub type Reply = session::Reply<RecvBody<Client>>;

impl Pending {
    pub(crate) fn new(body: RecvBody<Client>) -> Self {
        Self {
            body,
            heads: Heads::default(),
        }
    }

    /// Waits for the next informational response; `None` when the final one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream, or a time limit.
    pub fn informational(&mut self) -> Result<Option<Response>, Error> {
        let Self { body, heads } = self;
        body.wait(|half, cx| heads.poll_informational(half, cx))
    }

    /// Waits until the server asks for the content by a 100 (RFC 9110 §15.2.1), or answers, or the
    /// time is over; returns the status of the final response if that came first.
    #[cfg(feature = "http")]
    pub(crate) fn invited(&mut self, limit: Duration) -> Result<Option<u16>, Error> {
        let Self { body, heads } = self;
        body.set_read_timeout(Some(limit));
        let outcome = body.wait(|half, cx| heads.poll_invited(half, cx));
        body.set_read_timeout(None);
        match outcome {
            // A deadline of the exchange ended the stream, as what follows will tell.
            Err(error) if error.is_timeout() => Ok(None),
            outcome => outcome,
        }
    }

    /// Waits for the response.
    ///
    /// # Errors
    ///
    /// What ended the stream, or a time limit.
    pub fn wait(self) -> Result<Reply, Error> {
        let Self {
            mut body,
            mut heads,
        } = self;
        let (informational, head) = body.wait(|half, cx| heads.poll_final(half, cx))?;
        Ok(Reply::new(informational, head, body))
    }
}
