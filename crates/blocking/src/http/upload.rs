//! What became of content that a thread of its own sends.

use std::sync::{Mutex, PoisonError};

use session::Error;

/// What became of the sending.
#[derive(Debug, Default)]
pub(super) struct Upload(Mutex<Option<Error>>);

impl Upload {
    /// Notes what became of it.
    pub(super) fn note(&self, outcome: Result<(), Error>) {
        // A server may answer before the request is whole, and ask for no more of it.
        let failure = outcome.err().filter(|error| !error.is_no_error_reset());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// Why the response failed: because the sending did, where we canceled the stream ourselves.
    pub(super) fn cause(&self, error: Error) -> Error {
        if !error.is_canceled() {
            return error;
        }
        let failure = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failure.clone().unwrap_or(error)
    }
}
