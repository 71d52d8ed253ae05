//! Content of a request that a thread of its own sends.

use alloc::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use proto::Client;

use super::body::Body;
use super::pour::{finish, pour};
use crate::send_body::SendBody;
use session::Error;

/// What became of the sending.
#[derive(Debug, Default)]
pub(super) struct Upload(Mutex<Option<Error>>);

impl Upload {
    /// Starts a thread that sends the content.
    pub(super) fn start(body: Body, mut into: SendBody<Client>) -> Result<Arc<Self>, Error> {
        let upload = Arc::new(Self::default());
        let told = Arc::clone(&upload);
        let builder = thread::Builder::new().name("tress-upload".into());
        builder.spawn(move || match pour(body, &mut into) {
            Ok(trailers) => told.note(finish(into, trailers)),
            Err(error) => {
                // The cause is there before the reset that the drop brings about.
                told.note(Err(error));
                drop(into);
            }
        })?;
        Ok(upload)
    }

    fn note(&self, outcome: Result<(), Error>) {
        // A server may answer before the request is whole, and ask for no more of it.
        let failure = outcome.err().filter(|error| !error.is_needless());
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
