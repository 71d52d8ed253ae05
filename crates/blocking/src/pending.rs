//! A response that is yet to come (RFC 9113 §8.1).

use alloc::collections::VecDeque;
#[cfg(feature = "http")]
use core::time::Duration;
#[cfg(feature = "http")]
use std::time::Instant;

use proto::{Client, Part, Response};
use session::Error;

use crate::recv_body::RecvBody;

/// A response that is yet to come. Dropping it cancels the stream.
#[derive(Debug)]
pub struct Pending {
    body: RecvBody<Client>,
    head: Option<Response>,
    /// Informational responses that came while something else was waited for.
    early: VecDeque<Response>,
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
            body,
            head: None,
            early: VecDeque::new(),
        }
    }

    /// Waits for the next informational response; `None` when the final one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream, or a time limit.
    pub fn informational(&mut self) -> Result<Option<Response>, Error> {
        if let Some(early) = self.early.pop_front() {
            return Ok(Some(early));
        }
        while self.head.is_none() {
            match self.body.part()? {
                Part::Informational(response) => return Ok(Some(response)),
                Part::Head(head) => self.head = Some(head),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Waits until the server asks for the content by a 100 (RFC 9110 §15.2.1), or answers, or the
    /// time is over; returns the status of the final response if that came first.
    #[cfg(feature = "http")]
    pub(crate) fn invited(&mut self, limit: Duration) -> Result<Option<u16>, Error> {
        self.body.set_read_timeout(Some(limit));
        let begin = Instant::now();
        let outcome = loop {
            match self.next_head() {
                Ok(true) if begin.elapsed() < limit => {}
                Err(error) if !error.is_timeout() => return Err(error),
                // A deadline of the exchange ended the stream, as what follows will tell.
                _ => break self.head.as_ref().map(Response::status),
            }
        };
        self.body.set_read_timeout(None);
        Ok(outcome)
    }

    /// Takes the next head; says whether there is more to wait for before content is sent.
    #[cfg(feature = "http")]
    fn next_head(&mut self) -> Result<bool, Error> {
        match self.body.part()? {
            Part::Informational(response) if response.status() != 100 => {
                self.early.push_back(response);
                return Ok(true);
            }
            Part::Head(head) => self.head = Some(head),
            _ => {}
        }
        Ok(false)
    }

    /// Waits for the response.
    ///
    /// # Errors
    ///
    /// What ended the stream, or a time limit.
    pub fn wait(mut self) -> Result<Reply, Error> {
        let mut informational = Vec::new();
        while let Some(response) = self.informational()? {
            informational.push(response);
        }
        let Some(head) = self.head else {
            return Err(Error::closed());
        };
        Ok(Reply {
            informational,
            head,
            body: self.body,
        })
    }
}
