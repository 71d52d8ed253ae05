//! The last word of a server whose handler failed, or had nothing to handle.

use core::fmt;

use proto::{ErrorCode, Response, UserError};

use crate::command::Order;
use crate::command::link::{Link, Sending};
use crate::reqd::Token;
use crate::writer::Writer;

/// Answers a request whose handler failed before it had begun a response, or that is malformed.
///
/// Dropped without that, it resets the stream: with INTERNAL_ERROR, or with the code of the rule that
/// the request broke.
#[must_use = "without a response, the stream is reset"]
pub struct StartResponse {
    token: Token,
}

impl StartResponse {
    pub(crate) fn new(link: Link, code: ErrorCode) -> Self {
        let unbegun = Sending::Failed;
        Self {
            token: Token {
                link,
                unbegun,
                code,
            },
        }
    }

    /// Answers with a head, and returns the writer of the content.
    ///
    /// # Errors
    ///
    /// [`UserError::StreamClosed`] if the stream has ended.
    pub fn start(self, response: Response) -> Result<Writer, UserError> {
        let link = &self.token.link;
        link.step(&[Sending::Failed], Sending::Content)?;
        link.set_response(response.clone());
        link.order(Order::Respond(response, None));
        Ok(Writer::new(link.clone(), ErrorCode::INTERNAL_ERROR))
    }
}

impl fmt::Debug for StartResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartResponse").finish_non_exhaustive()
    }
}
