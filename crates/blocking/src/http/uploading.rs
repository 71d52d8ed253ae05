//! Content of a request that a thread of its own sends.

use alloc::sync::Arc;
use std::thread;

use proto::Client;
use session::Error;

use super::body::Body;
use super::pour::finish;
use super::upload::Upload;
use crate::send_body::SendBody;

/// Starts a thread that sends the content.
pub(super) fn upload(body: Body, mut into: SendBody<Client>) -> Result<Arc<Upload>, Error> {
    let upload = Arc::new(Upload::default());
    let told = Arc::clone(&upload);
    let builder = thread::Builder::new().name("tress-upload".into());
    builder.spawn(move || match body.pour_into(&mut into) {
        Ok(trailers) => told.note(finish(into, trailers)),
        Err(error) => {
            // The cause is there before the reset that the drop brings about.
            told.note(Err(error));
            drop(into);
        }
    })?;
    Ok(upload)
}
