//! Exchanges of a server that take too long.

use proto::{Bytes, ErrorCode, Phase, Response, Server, StreamId};

use crate::session::Session;

impl Session<Server> {
    /// Ends an exchange whose handler took too long: with 503 (Service Unavailable) where nothing of an answer
    /// was given (RFC 9110 §15.6.4), and by RST_STREAM(CANCEL) where some was. An answer that is whole is
    /// still sent.
    pub fn expire(&self, id: StreamId) {
        self.act_soon(move |locked| {
            // A stream that is over needs no end.
            let _ = locked.with(id, |stream| {
                match stream.as_ref().map(|stream| stream.sending()) {
                    Some(Phase::Head) => stream.answer(Response::new(503), Bytes::new()),
                    Some(Phase::Ended) | None => Ok(()),
                    Some(_) => stream.reset(ErrorCode::CANCEL),
                }
            });
        });
    }
}
