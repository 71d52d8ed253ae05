//! Octets from a transport to a machine and back: two halves of three steps.
//!
//! Only `offer`, `stage` and `settle` touch the machine, and only `fill` and `drain` the transport,
//! so that a machine that several threads share is never locked during a system call. A machine
//! that belongs to the driver alone writes its pieces in place: see `write_through`.

use std::io::{self, ErrorKind, IoSlice};

use runtime::{Outbox, ReadOperation, Runtime, WriteOperation, WriteResult};

/// How much one read asks for at least, in octets.
pub(crate) const BATCH: usize = 64 * 1024;

/// What the buffer for input has at first, which is plenty for most.
const FEW: usize = 16 * 1024;

/// What it has once that was too little: room for a batch behind the largest piece that a machine
/// wants whole by default.
const INBOX: usize = BATCH + 9 + 16_384;

/// The reading half.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    inbox: Vec<u8>,
    start: usize,
    end: usize,
    /// More came with the latest read than there was room for, or just as much.
    was_filled: bool,
    input: Input,
}

/// How far the input has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Input {
    #[default]
    Open,
    Ended,
    Told,
}

impl Reader {
    /// Reads once, behind the octets that are held; returns how many came, 0 at the end.
    pub(crate) fn fill(
        &mut self,
        mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.make_room();
        let room = self.inbox.get_mut(self.end..).unwrap_or_default();
        loop {
            let count = match read(room) {
                Ok(count) => count.min(room.len()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if count == 0 {
                self.input = Input::Ended;
            }
            self.was_filled = count == room.len();
            self.end += count;
            return Ok(count);
        }
    }

    /// Offers what is held, until the machine wants more, or no more.
    pub(crate) fn offer<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> ReadOperation {
        loop {
            let operation = machine.next_read_operation();
            if operation != ReadOperation::Read {
                return operation;
            }
            let held = self.inbox.get(self.start..self.end).unwrap_or_default();
            let consumed = if held.is_empty() {
                0
            } else {
                machine.read(held)
            };
            if consumed > 0 {
                self.start = self.end.min(self.start + consumed);
                continue;
            }
            match self.input {
                Input::Open => return ReadOperation::Read,
                Input::Ended if machine.next_read_operation() == ReadOperation::Read => {
                    self.input = Input::Told;
                    machine.read_eof(held);
                }
                Input::Ended => {}
                Input::Told => return ReadOperation::Close,
            }
        }
    }

    /// Says what to do next: nothing, when the machine knows that the input has ended.
    pub(crate) fn next<M: Runtime + ?Sized>(&self, machine: &mut M) -> ReadOperation {
        match machine.next_read_operation() {
            ReadOperation::Read if self.input == Input::Told => ReadOperation::Close,
            operation => operation,
        }
    }

    /// Moves what is held to the front; the room behind it is never empty.
    fn make_room(&mut self) {
        self.inbox.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.inbox.is_empty() {
            self.inbox = vec![0; FEW];
        } else if self.end == self.inbox.len() {
            self.inbox.resize(INBOX.max(2 * self.end), 0);
        } else if self.was_filled && self.inbox.len() < INBOX {
            self.inbox.resize(INBOX, 0);
        }
    }
}

/// The writing half.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    outbox: Outbox,
}

/// What there is to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Staged {
    Octets,
    Nothing,
    Closed,
}

impl Writer {
    /// Takes what the machine wants written, unless what was taken earlier is still being written;
    /// shares what can be shared, where the transport writes several pieces in one go.
    pub(crate) fn stage<M: Runtime + ?Sized>(&mut self, machine: &mut M, shares: bool) -> Staged {
        if self.outbox.left() > 0 {
            return Staged::Octets;
        }
        match machine.next_write_operation() {
            WriteOperation::Yield => Staged::Nothing,
            WriteOperation::Close(_) => Staged::Closed,
            WriteOperation::Write(chunks) => {
                if shares {
                    self.outbox.share(&chunks);
                } else {
                    self.outbox.copy(&chunks);
                }
                Staged::Octets
            }
        }
    }

    /// Writes what was taken, until all of it is written or the transport fails or takes no more.
    pub(crate) fn drain(
        &mut self,
        mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<()> {
        while self.outbox.left() > 0 {
            let (slices, count) = self.outbox.io_slices();
            match write(slices.get(..count).unwrap_or_default()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => self.outbox.written(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Tells the machine what was written since the last time; returns how many octets that are.
    pub(crate) fn settle<M: Runtime + ?Sized>(&mut self, machine: &mut M) -> usize {
        self.outbox.settle(machine)
    }
}

/// Writes what a machine wants written, from where it lies, until there is no more.
pub(crate) fn write_through<M: Runtime + ?Sized>(
    machine: &mut M,
    mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
) -> io::Result<Staged> {
    loop {
        let result = match machine.next_write_operation() {
            WriteOperation::Yield => return Ok(Staged::Nothing),
            WriteOperation::Close(_) => return Ok(Staged::Closed),
            WriteOperation::Write(chunks) => {
                let (slices, count) = chunks.io_slices();
                write(slices.get(..count).unwrap_or_default())
            }
        };
        match result {
            Ok(0) => machine.report_write_result(WriteResult::Closed),
            Ok(count) => machine.report_write_result(WriteResult::Ok(count)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Tells a machine that its transport failed.
///
/// A peer that takes no more may still have said why, so that reading goes on.
pub(crate) fn report_write_error<M: Runtime + ?Sized>(machine: &mut M, error: io::Error) {
    match error.kind() {
        ErrorKind::WriteZero
        | ErrorKind::BrokenPipe
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted => machine.report_write_result(WriteResult::Closed),
        _ => machine.report_exn(Box::new(error)),
    }
}

/// Says whether an error only means that the time for a read or a write is over.
pub(crate) fn is_out_of_time(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
