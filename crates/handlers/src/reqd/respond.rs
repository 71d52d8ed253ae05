//! Answering a request (RFC 9113 §8.1).

use alloc::string::String;

use proto::{Bytes, ErrorCode, Response, Trailers, UserError};

use super::Reqd;
use crate::command::Order;
use crate::command::link::Sending;
use crate::writer::Writer;

impl Reqd {
    /// Sends an informational response ahead of the final one (RFC 9110 §15.2).
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] once the response was begun, [`UserError::StreamClosed`] once the
    /// stream has ended.
    pub fn inform(&self, response: Response) -> Result<(), UserError> {
        self.link().step(&[Sending::Head], Sending::Head)?;
        self.link().order(Order::Inform(response));
        Ok(())
    }

    /// Answers with a text, whole.
    ///
    /// # Errors
    ///
    /// As [`inform`](Self::inform).
    pub fn respond_with_string(
        &self,
        response: Response,
        content: impl Into<String>,
    ) -> Result<(), UserError> {
        self.respond_with_bytes(response, Bytes::from(content.into()))
    }

    /// Answers with octets, whole and without a copy. Their length is said, where it may be and is not;
    /// where no content may follow the head, as to HEAD and with 204, they go nowhere
    /// ([`ResponseContent`](proto::ResponseContent)).
    ///
    /// # Errors
    ///
    /// As [`inform`](Self::inform).
    pub fn respond_with_bytes(&self, response: Response, content: Bytes) -> Result<(), UserError> {
        let known = u64::try_from(content.len()).ok();
        self.begin(response, known, Sending::Ended)?;
        if !content.is_empty() {
            self.link().order(Order::Write(content));
        }
        self.link().order(Order::End);
        Ok(())
    }

    /// Answers with a head, and returns the writer of the content. Where no content may follow the head, it
    /// is the whole answer, and what is written goes nowhere.
    ///
    /// # Errors
    ///
    /// As [`inform`](Self::inform).
    pub fn respond_with_streaming(&self, response: Response) -> Result<Writer, UserError> {
        self.begin(response, None, Sending::Content)?;
        Ok(Writer::new(self.link().clone(), ErrorCode::INTERNAL_ERROR))
    }

    /// Ends a streaming response with trailers (RFC 9113 §8.1).
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] unless the response is streaming and its writer open,
    /// [`UserError::StreamClosed`] once the stream has ended.
    pub fn schedule_trailers(&self, trailers: Trailers) -> Result<(), UserError> {
        self.link().step(&[Sending::Content], Sending::Ended)?;
        self.link().order(Order::Trailers(trailers));
        Ok(())
    }

    fn begin(
        &self,
        response: Response,
        known: Option<u64>,
        next: Sending,
    ) -> Result<(), UserError> {
        self.link().step(&[Sending::Head], next)?;
        self.link().set_response(response.clone());
        self.link().order(Order::Respond(response, known));
        Ok(())
    }
}
