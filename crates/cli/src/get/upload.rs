//! Sends the content of a request while its answer arrives.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::time::Duration;
use std::io::{self, Read};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use blocking::proto::Bytes;

use super::data::Data;
use crate::exit::{Failure, Kind, Result};

/// How much is read at once, in octets.
const PIECE: usize = 64 * 1024;

/// How long what went wrong with the content may take to be known, when the answer tells that
/// something did.
const CONFESSION: Duration = Duration::from_secs(1);

/// The content of a request. Dropped before its end, it is reset.
pub(crate) trait Outgoing: Send {
    /// Sends a piece, as soon as there is space.
    fn send(&mut self, piece: Bytes) -> Result<()>;

    /// Ends it.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// What may have gone wrong with the content of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload(Arc<Notes>);

#[derive(Debug, Default)]
struct Notes {
    stage: Mutex<Stage>,
    changed: Condvar,
}

#[derive(Clone, Debug, Default)]
enum Stage {
    /// Nothing is sent, or nothing more.
    #[default]
    Done,
    /// There is more.
    Sending,
    /// It is our own doing that there is no more.
    Failed(Failure),
}

impl Upload {
    /// Sends `data`, on a thread of its own.
    pub(crate) fn start(&self, data: Data, outgoing: Box<dyn Outgoing>) {
        self.set(Stage::Sending);
        let notes = self.clone();
        thread::spawn(move || {
            send(&data, outgoing, |failure| notes.set(Stage::Failed(failure)));
            notes.end();
        });
    }

    /// Says why the content could not be sent to its end, if that is our own doing.
    pub(crate) fn failure(&self) -> Option<Failure> {
        match &*self.0.stage.lock().unwrap_or_else(PoisonError::into_inner) {
            Stage::Failed(failure) => Some(failure.clone()),
            Stage::Done | Stage::Sending => None,
        }
    }

    /// The same, when the answer shows that something went wrong: what is still being sent has a
    /// moment to say so.
    pub(crate) fn cause(&self) -> Option<Failure> {
        let stage = self.0.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let is_sending = |stage: &mut Stage| matches!(stage, Stage::Sending);
        let waited = self
            .0
            .changed
            .wait_timeout_while(stage, CONFESSION, is_sending);
        drop(waited);
        self.failure()
    }

    fn set(&self, stage: Stage) {
        *self.0.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
        self.0.changed.notify_all();
    }

    fn end(&self) {
        let mut stage = self.0.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*stage, Stage::Sending) {
            *stage = Stage::Done;
        }
        drop(stage);
        self.0.changed.notify_all();
    }
}

/// Sends everything. If it cannot be read, the request is reset, for it must not look whole; `note`
/// hears why before anybody can see that.
///
/// A server may answer and want no more. So what else becomes of the content is not asked: the answer
/// tells.
fn send(data: &Data, mut outgoing: Box<dyn Outgoing>, note: impl Fn(Failure)) {
    let unreadable = |error: io::Error| {
        let name = data.name();
        note(Failure::transfer(format_args!(
            "cannot read {name} to send it: {error}"
        )));
    };
    let sent = |sent: Result<()>| {
        // It is not what was promised of it, by -H before all.
        let failure = sent.err().filter(|failure| failure.kind() == Kind::Usage);
        failure.into_iter().for_each(&note);
    };
    let mut source = match data.open() {
        Ok(source) => source,
        Err(error) => return unreadable(error),
    };
    loop {
        let mut piece = alloc::vec![0; PIECE];
        match source.read(&mut piece) {
            Ok(0) => return sent(outgoing.finish()),
            Ok(len) => piece.truncate(len),
            Err(error) => return unreadable(error),
        }
        let done = outgoing.send(Bytes::from(piece));
        if done.is_err() {
            return sent(done);
        }
    }
}
