//! What a stream's error code means to gRPC.

use core::error::Error;

use tonic::{Code, Status};
use tress_async::ErrorCode;

/// Gives a status that tonic made of an error of ours the code that gRPC has for it.
pub(crate) fn explain(status: Status) -> Status {
    match reason(&status) {
        Some(code) => Status::new(meaning(code), status.message()),
        None => status,
    }
}

/// Looks for an error of ours among what led to the status.
fn reason(status: &Status) -> Option<ErrorCode> {
    let mut cause = status.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<tress_async::Error>() {
            return error.reason();
        }
        cause = error.source();
    }
    None
}

fn meaning(code: ErrorCode) -> Code {
    match code {
        ErrorCode::REFUSED_STREAM => Code::Unavailable,
        ErrorCode::CANCEL => Code::Cancelled,
        ErrorCode::ENHANCE_YOUR_CALM => Code::ResourceExhausted,
        ErrorCode::INADEQUATE_SECURITY => Code::PermissionDenied,
        _ => Code::Internal,
    }
}
