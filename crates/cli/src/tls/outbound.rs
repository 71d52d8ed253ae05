//! From the octets that a connection writes to TLS records.

use alloc::vec::Vec;
use std::io::Write;

use blocking::proto::runtime::{Chunks, Runtime, WriteOperation, WriteResult};

/// How many octets of records are made before they have to be written.
const ENOUGH: usize = 64 * 1024;

/// Records that wait to be written, of which the first `written` octets are gone.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    records: Vec<u8>,
    written: usize,
    said_goodbye: bool,
}

impl Outbound {
    /// Takes the records that the session has made.
    pub(super) fn collect(&mut self, session: &mut rustls::Connection) {
        while session.wants_write() {
            session
                .write_tls(&mut self.records)
                .expect("writing to a vector cannot fail");
        }
    }

    /// Encrypts what the connection has to say; `None` if there was something, else what it said
    /// instead.
    pub(super) fn encrypt(
        &mut self,
        session: &mut rustls::Connection,
        connection: &mut dyn Runtime,
    ) -> Option<WriteOperation<'static>> {
        while self.records.len() < ENOUGH {
            let len = match connection.next_write_operation() {
                WriteOperation::Write(chunks) => {
                    let (slices, len) = chunks.io_slices();
                    let slices = slices.get(..len).unwrap_or_default();
                    session
                        .writer()
                        .write_vectored(slices)
                        .expect("a session takes content into memory")
                }
                WriteOperation::Yield if self.is_empty() => return Some(WriteOperation::Yield),
                WriteOperation::Yield => break,
                WriteOperation::Close(lost) => {
                    self.say_goodbye(session);
                    return self.is_empty().then_some(WriteOperation::Close(lost));
                }
            };
            self.collect(session);
            connection.report_write_result(WriteResult::Ok(len));
        }
        None
    }

    /// RFC 8446 §6.1: the end of the content is said, so that it cannot be forged.
    fn say_goodbye(&mut self, session: &mut rustls::Connection) {
        if !self.said_goodbye {
            self.said_goodbye = true;
            session.send_close_notify();
            self.collect(session);
        }
    }

    /// What waits to be written.
    pub(super) fn chunks(&self) -> Chunks<'_> {
        self.records.get(self.written..).into_iter().collect()
    }

    /// Whether nothing waits to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.written == self.records.len()
    }

    /// Drops what was written.
    pub(super) fn written(&mut self, len: usize) {
        self.written = self.written.saturating_add(len).min(self.records.len());
        if self.is_empty() {
            self.clear();
        }
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.written = 0;
    }
}
