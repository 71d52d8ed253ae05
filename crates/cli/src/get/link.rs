//! One connection, whichever runtime moves its octets: each call may block its thread.

use alloc::boxed::Box;
use core::error::Error;

use blocking::proto::{
    Bytes, ConnectionError, ConnectionRule, Request, Response, UserError, Violation,
};

use crate::exit::{Failure, Result};

mod blocking_link;
#[cfg(feature = "tokio")]
mod tokio_link;

pub(crate) use self::blocking_link::BlockingLink;
#[cfg(feature = "tokio")]
pub(crate) use self::tokio_link::TokioLink;

/// A connection to a server.
pub(crate) trait Link: Send {
    /// Sends a request without content, as soon as the server allows another stream.
    fn ask(&self, request: Request) -> Result<Box<dyn Incoming>>;

    /// Begins a request whose content follows, as soon as the server allows another stream.
    fn open(&self, request: Request) -> Result<(Box<dyn Outgoing>, Box<dyn Incoming>)>;

    /// Says goodbye, and waits until that is sent.
    fn close(self: Box<Self>);
}

/// The content of a request. Dropped before its end, it is reset.
pub(crate) trait Outgoing: Send {
    /// Sends a piece, as soon as there is room.
    fn send(&mut self, piece: Bytes) -> Result<()>;

    /// Ends it.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// The answer to a request.
pub(crate) trait Incoming: Send {
    /// Waits for the final head; asked for once, and first.
    fn head(&mut self) -> Result<Response>;

    /// Waits for the next piece of the content; `None` at the end.
    fn data(&mut self) -> Result<Option<Bytes>>;
}

/// Says in our words what a runtime's error means.
pub(crate) fn failure(error: &(dyn Error + 'static)) -> Failure {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(UserError::Malformed(rule)) = error.downcast_ref() {
            return Failure::usage(format_args!("the request cannot be sent: {rule}"))
                .hint("look at what -X and -H say");
        }
        #[cfg(feature = "tls")]
        if let Some(error) = error.downcast_ref::<crate::tls::TlsError>() {
            return Failure::connect(error);
        }
        match error.downcast_ref() {
            Some(ConnectionError::Violation(Violation::Connection(ConnectionRule::FirstFrame))) => {
                return Failure::transfer(error)
                    .hint("the server may not speak HTTP/2 here, or not without TLS");
            }
            Some(ConnectionError::UnexpectedEof) => {
                return Failure::transfer(error)
                    .hint("the server may have ended, or it does not speak HTTP/2 here");
            }
            _ => {}
        }
        cause = error.source();
    }
    Failure::transfer(error)
}
