//! From the octets that a machine writes to TLS records.

use alloc::vec::Vec;
use std::io::{IoSlice, Write};

use runtime::{Chunks, Runtime, WriteOperation, WriteResult};
use rustls::Connection;

/// How many octets of records are made before they have to be written. With what the last records
/// add to their content, that is no more than 60 KiB.
const BATCH: usize = WRITE - 512;

/// How many octets one write has at most: what drivers write in one go, so that no small segment
/// is left behind a large one.
const WRITE: usize = 60 * 1024;

/// How many octets in one go make it likely that a batch will be full.
const LARGE: usize = 8 * 1024;

/// So many octets of a batch the machine is notified of later: the last when all of it is written, and
/// one for each write before. So its clocks know that it waits, and that it moves.
const HELD: usize = 64;

/// Records that wait to be written, of which the first `written` octets are gone.
#[derive(Debug, Default)]
pub(crate) struct Outbound {
    records: Vec<u8>,
    written: usize,
    /// The last octets of the machine's that are in these records, and that it was not notified of.
    held: usize,
    end: End,
}

/// How far the end of the output has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    /// The peer is told that nothing follows.
    Said,
    /// The transport takes no more.
    Shut,
}

impl Outbound {
    /// Takes the records that the session has made.
    pub(crate) fn collect(&mut self, session: &mut Connection) {
        while session.wants_write() {
            session
                .write_tls(&mut self.records)
                .expect("writing to a vector cannot fail");
        }
        if self.end == End::Shut {
            self.clear();
        }
    }

    /// Encrypts what the machine has to say; `None` if there was something, else what it said
    /// instead.
    pub(crate) fn encrypt<M: Runtime>(
        &mut self,
        session: &mut Connection,
        machine: &mut M,
    ) -> Option<WriteOperation<'static>> {
        while self.records.len() < BATCH {
            let written = match machine.next_write_operation() {
                WriteOperation::Write(chunks) if chunks.octets() <= self.held => return None,
                WriteOperation::Write(chunks) => self.write(session, &chunks),
                WriteOperation::Yield if self.is_empty() => {
                    self.clear();
                    return Some(WriteOperation::Yield);
                }
                WriteOperation::Yield => return None,
                WriteOperation::Close(lost) => {
                    self.send_close_notify(session);
                    return self.is_empty().then_some(WriteOperation::Close(lost));
                }
            };
            let encrypted = self.held + written;
            self.held = encrypted.min(HELD);
            report(machine, encrypted - self.held);
        }
        None
    }

    /// Encrypts as much as there is space for; returns how much that was.
    fn write(&mut self, session: &mut Connection, chunks: &Chunks<'_>) -> usize {
        session.set_buffer_limit(Some(BATCH.saturating_sub(self.records.len())));
        if chunks.octets() >= LARGE {
            // At once, and not in steps, each of which would copy.
            self.records
                .reserve(WRITE.saturating_sub(self.records.len()));
        }
        let (mut slices, len) = chunks.io_slices();
        let mut slices = slices.get_mut(..len).unwrap_or_default();
        IoSlice::advance_slices(&mut slices, self.held);
        let written = session
            .writer()
            .write_vectored(slices)
            .expect("a session takes content into memory");
        self.collect(session);
        written
    }

    /// RFC 8446 §6.1: the end of the content is said, so that it cannot be forged.
    pub(crate) fn send_close_notify(&mut self, session: &mut Connection) {
        if self.end == End::Open {
            self.end = End::Said;
            session.send_close_notify();
            self.collect(session);
        }
    }

    /// What waits to be written.
    pub(crate) fn chunks(&self) -> Chunks<'_> {
        self.records.get(self.written..).into_iter().collect()
    }

    /// Says whether nothing waits to be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.written == self.records.len()
    }

    /// Says whether nothing will follow what waits.
    pub(crate) fn is_ended(&self) -> bool {
        self.end != End::Open
    }

    /// Says whether the transport takes no more.
    pub(crate) fn is_shut(&self) -> bool {
        self.end == End::Shut
    }

    /// Drops what was written, and tells the machine once all of it was.
    pub(crate) fn written<M: Runtime>(&mut self, len: usize, machine: &mut M) {
        self.written = self.written.saturating_add(len).min(self.records.len());
        if self.is_empty() {
            self.records.clear();
            self.written = 0;
            report(machine, core::mem::take(&mut self.held));
        } else if len > 0 && self.held > 1 {
            self.held -= 1;
            report(machine, 1);
        }
    }

    /// Drops what waits to be written if the machine has given it up.
    pub(crate) fn give_up_with<M: Runtime>(&mut self, machine: &M) {
        if self.held > 0 && machine.is_closed() {
            self.shut();
        }
    }

    /// Drops everything, now and in future.
    pub(crate) fn shut(&mut self) {
        self.end = End::Shut;
        self.clear();
    }

    fn clear(&mut self) {
        self.records = Vec::new();
        self.written = 0;
        self.held = 0;
    }
}

/// Tells a machine that so many of its octets are gone, if any.
fn report<M: Runtime>(machine: &mut M, octets: usize) {
    if octets > 0 {
        machine.report_write_result(WriteResult::Ok(octets));
    }
}
