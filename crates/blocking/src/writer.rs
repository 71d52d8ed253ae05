//! The writing half of a connection. Holding it is the lock of the output.

use core::fmt;
use core::time::Duration;
use std::io;

use proto::Role;
use runtime::Staged;
use session::Locked;

use crate::clock::is_out_of_time;
use crate::current::Number;
use crate::socket::Tx;

/// How long a write may keep a thread that has something else to do.
pub(crate) const PATIENCE: Duration = Duration::from_millis(5);

/// The writing half and what is being written.
pub(crate) struct Writer {
    tx: Tx,
    steps: runtime::Writer,
    /// How long a write may take now.
    patience: Duration,
}

/// Something to do outside of a turn.
#[derive(Debug)]
pub(crate) enum Job {
    Write(Writer),
    Close(Writer),
    /// Nothing will be written or read any more, which the reading thread has to learn.
    Wake,
}

impl Writer {
    /// A half whose writes take no longer than `PATIENCE`, where they have a limit.
    pub(crate) fn new(tx: Tx) -> Self {
        Self {
            tx,
            steps: runtime::Writer::new(),
            patience: PATIENCE,
        }
    }

    /// Sets how long a write may take, where that has to be set anew.
    ///
    /// Whoever writes does, and nobody after the fact: another may hold the writer by then.
    pub(crate) fn set_patience(&mut self, patience: Duration) {
        if self.patience != patience {
            self.tx.set_timeout(Some(patience));
            self.patience = patience;
        }
    }

    /// Takes what the machine wants written.
    pub(crate) fn stage<R: Role>(&mut self, locked: &mut Locked<R>) -> Staged {
        let shares = self.tx.is_vectored();
        let staged = self.steps.stage(locked.machine(), shares);
        if staged == Staged::Nothing {
            locked.park_writer();
        }
        staged
    }

    /// Writes what is staged.
    pub(crate) fn drain(&mut self, number: Number) -> io::Result<()> {
        let _writing = number.write_here();
        let tx = &mut self.tx;
        self.steps.drain(|slices| tx.write(slices))?;
        tx.flush()
    }

    /// Tells the machine what became of a write.
    pub(crate) fn report<R: Role>(&mut self, locked: &mut Locked<R>, result: io::Result<()>) {
        let sent = self.steps.settle(locked.machine());
        locked.count_sent(sent);
        if let Err(error) = result {
            if !is_out_of_time(&error) {
                self.steps.fail(locked.machine(), error);
            }
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}
