//! A response that is yet to come (RFC 9113 §8.1).

use proto::{Client, Part, Response};

use crate::error::Error;
use crate::recv_body::RecvBody;

/// A response that is yet to come. Dropping it cancels the stream.
#[derive(Debug)]
pub struct Pending {
    body: RecvBody<Client>,
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
        Self { body, head: None }
    }

    /// Waits for the next informational response; `None` when the final one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream, or a time limit.
    pub fn informational(&mut self) -> Result<Option<Response>, Error> {
        while self.head.is_none() {
            match self.body.part()? {
                Part::Informational(response) => return Ok(Some(response)),
                Part::Head(head) => self.head = Some(head),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Waits for the response.
    ///
    /// # Errors
    ///
    /// What ended the stream, or a time limit.
    pub fn wait(mut self) -> Result<Reply, Error> {
        let mut informational = Vec::new();
        loop {
            if let Some(head) = self.head {
                return Ok(Reply {
                    informational,
                    head,
                    body: self.body,
                });
            }
            informational.extend(self.informational()?);
        }
    }
}
