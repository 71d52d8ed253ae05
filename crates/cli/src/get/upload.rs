//! Sends the content of a request while its answer arrives.

use alloc::boxed::Box;
use alloc::sync::Arc;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};
use std::thread;

use blocking::proto::Bytes;

use super::data::Data;
use super::link::Outgoing;
use crate::exit::Failure;

/// How much is read at once, in octets.
const PIECE: usize = 64 * 1024;

/// What may have gone wrong with the content of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload(Arc<Mutex<Option<Failure>>>);

impl Upload {
    /// Sends `data`, on a thread of its own.
    pub(crate) fn start(data: Data, outgoing: Box<dyn Outgoing>) -> Self {
        let upload = Self::default();
        let notes = upload.clone();
        thread::spawn(move || {
            if let Err(error) = send(&data, outgoing) {
                let name = data.name();
                let failure =
                    Failure::transfer(format_args!("cannot read {name} to send it: {error}"));
                *notes.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
            }
        });
        upload
    }

    /// Says why the content could not be read, if so.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Sends everything. If it cannot be read, the request is reset, for it must not look whole.
///
/// A server may answer and want no more. So what becomes of the content is not asked: the answer
/// tells.
fn send(data: &Data, mut outgoing: Box<dyn Outgoing>) -> io::Result<()> {
    let mut source = data.open()?;
    loop {
        let mut piece = alloc::vec![0; PIECE];
        let len = source.read(&mut piece)?;
        piece.truncate(len);
        if len == 0 {
            let _ = outgoing.finish();
            return Ok(());
        }
        if outgoing.send(Bytes::from(piece)).is_err() {
            return Ok(());
        }
    }
}
