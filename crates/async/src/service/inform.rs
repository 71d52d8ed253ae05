//! Informational responses ahead of the final one (RFC 9110 §15.2).

use core::fmt;

use proto::{Server, StreamId};
use session::{Error, Session, StreamHandle};
use tress_http::{http, response_from_http};

/// Sends informational responses ahead of the final one: an extension of a request at a server,
/// where [`HttpOptions::with_inform`](super::HttpOptions::with_inform) asks for it.
///
/// A service that takes [`Incoming`](super::Incoming) itself needs none: see
/// [`Incoming::inform`](super::Incoming::inform). A clone that outlives its request does nothing.
#[derive(Clone)]
pub struct Inform {
    // Not counted as a holder: a stream does not wait for those who might inform.
    session: Session<Server>,
    id: StreamId,
}

impl Inform {
    pub(super) fn new(handle: &StreamHandle<Server>) -> Self {
        Self {
            session: handle.session().clone(),
            id: handle.id(),
        }
    }

    /// Sends an informational response; a 103 (Early Hints), say.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, that the final one was sent, or what
    /// ended the stream.
    pub fn inform(&self, response: http::Response<()>) -> Result<(), Error> {
        let response = response_from_http(&response.into_parts().0);
        self.session
            .with_stream(self.id, |stream| stream.inform(response))
    }
}

impl fmt::Debug for Inform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inform").field(&self.id).finish()
    }
}
