//! What only a server does: answer (RFC 9113 §8.1).

use super::StreamMut;
use crate::error::UserError;
use crate::message::{self, ContentLength, Response};
use crate::role::Server;
use crate::stream::{PhaseStep, Queued};

impl StreamMut<'_, Server> {
    /// Answers the request; content may follow. [`StreamMut::end`] says that the response is whole.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], [`UserError::OutOfOrder`] after another response,
    /// [`UserError::StreamClosed`].
    pub fn respond(&mut self, response: Response) -> Result<(), UserError> {
        message::check_response(&response).map_err(UserError::Malformed)?;
        let (status, declared) = (response.status(), response.content_length());
        let stream = self.open()?;
        stream.sending = stream.sending.send(PhaseStep::Head)?;
        stream.send_length =
            ContentLength::of_response(status, declared, stream.is_head, stream.is_connect);
        self.queue(Queued::Head(response.into_section()));
        Ok(())
    }

    /// Sends an informational response ahead of the final one.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], [`UserError::OutOfOrder`] after the final response,
    /// [`UserError::StreamClosed`].
    pub fn inform(&mut self, response: Response) -> Result<(), UserError> {
        message::check_informational(&response).map_err(UserError::Malformed)?;
        let stream = self.open()?;
        stream.sending = stream.sending.send(PhaseStep::Informational)?;
        self.queue(Queued::Informational(response.into_section()));
        Ok(())
    }
}
