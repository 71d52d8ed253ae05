//! How a failure at the server is told to the client.

use core::error::Error as _;

use tress_async::{Error, ErrorCode, Responder, Response, StreamError};

/// Tells of a failure while nothing is said yet.
pub(crate) fn before_the_head(responder: Responder, error: &Error) -> Result<(), Error> {
    let status = match stream_error(error) {
        Some(StreamError::Reset(code)) => {
            responder.reset(passed(code));
            return Ok(());
        }
        _ if error.is_timeout() => 504,
        _ if error.is_connect() => 502,
        // RFC 9113 §8.7: the client may send again what nobody has processed.
        _ if error.is_retryable() => {
            responder.reset(ErrorCode::REFUSED_STREAM);
            return Ok(());
        }
        _ => 502,
    };
    responder.reply(Response::new(status), "")
}

/// The code that tells of a failure in the middle of an answer.
pub(crate) fn code(error: &Error) -> ErrorCode {
    match stream_error(error) {
        Some(StreamError::Reset(code)) => passed(code),
        _ => ErrorCode::INTERNAL_ERROR,
    }
}

fn stream_error(error: &Error) -> Option<StreamError> {
    error.source()?.downcast_ref().copied()
}

/// The code with which a reset by the server becomes one by the gateway. Some speak of the message;
/// others of what the gateway itself did to the server, of which the client is innocent.
fn passed(code: ErrorCode) -> ErrorCode {
    match code {
        ErrorCode::CANCEL
        | ErrorCode::REFUSED_STREAM
        | ErrorCode::CONNECT_ERROR
        | ErrorCode::ENHANCE_YOUR_CALM
        | ErrorCode::INADEQUATE_SECURITY
        | ErrorCode::HTTP_1_1_REQUIRED => code,
        _ => ErrorCode::INTERNAL_ERROR,
    }
}
