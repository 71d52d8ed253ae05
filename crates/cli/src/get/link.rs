//! One connection, whichever runtime moves its octets: each call may block its thread.

use alloc::boxed::Box;
use core::error::Error;

use blocking::proto::{
    Bytes, ConnectionError, ConnectionRule, ErrorCode, Request, Response, StreamError, Trailers,
    UserError, Violation,
};

use super::data::Data;
use super::upload::Upload;
use crate::exit::{Failure, Result};

mod blocking_link;
#[cfg(feature = "tokio")]
mod dialer;
#[cfg(feature = "tokio")]
mod pool_link;
#[cfg(feature = "tokio")]
mod upload_body;

pub(crate) use self::blocking_link::BlockingLink;
#[cfg(feature = "tokio")]
pub(crate) use self::pool_link::PoolLink;

/// A connection to a server.
pub(crate) trait Link: Send + Sync {
    /// Sends a request without content, as soon as the server allows another stream.
    fn ask(&self, request: Request) -> Result<Box<dyn Incoming>>;

    /// Sends a request with content, as soon as the server allows another stream.
    fn upload(&self, request: Request, data: &Data) -> Result<(Upload, Box<dyn Incoming>)>;

    /// Sends GOAWAY, and waits until that is sent.
    fn close(&self);
}

/// The answer to a request.
pub(crate) trait Incoming: Send {
    /// Waits for the final head; asked for once, and first.
    fn head(&mut self) -> Result<Response>;

    /// Waits for the next piece of the content; `None` at the end.
    fn data(&mut self) -> Result<Option<Bytes>>;

    /// The trailers, if there are any; asked for behind the end.
    fn trailers(&mut self) -> Option<Trailers>;

    /// Which stream of its connection it is, once that is known.
    fn stream_id(&self) -> Option<u32>;
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
        if let Some(hint) = code(error).and_then(hint) {
            return Failure::transfer(error).hint(hint);
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
    // The first level says that something failed, and the one below it what did.
    Failure::transfer(error.source().unwrap_or(error))
}

/// The code with which the server has ended the connection, or the stream.
fn code(error: &(dyn Error + 'static)) -> Option<ErrorCode> {
    match (error.downcast_ref(), error.downcast_ref()) {
        (Some(ConnectionError::GoAway(code)), _) => Some(*code),
        (_, Some(StreamError::Reset(code) | StreamError::Unprocessed(code))) => Some(*code),
        _ => None,
    }
}

/// What can be done about it (RFC 9113 §7).
fn hint(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::HTTP_1_1_REQUIRED => {
            Some("the server wants HTTP/1.1 for this: try curl --http1.1")
        }
        ErrorCode::INADEQUATE_SECURITY => {
            Some("the server wants other security: if this is http://, try https://")
        }
        _ => None,
    }
}
