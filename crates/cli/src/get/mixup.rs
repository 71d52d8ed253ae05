//! A server that does not speak what we speak, told by its first octets.

use alloc::sync::Arc;
#[cfg(feature = "tokio")]
use alloc::vec::Vec;
use core::task::Waker;
use core::time::Duration;
use std::sync::OnceLock;

use blocking::proto::runtime::{Around, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};
use blocking::proto::{Client, Connection};

/// How many octets tell.
const LEN: usize = 5;

/// What a connection in cleartext hears first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard(Arc<OnceLock<[u8; LEN]>>);

impl Heard {
    /// Adds what was read to what was first, up to as much as tells.
    #[cfg(feature = "tokio")]
    pub(crate) fn collect(&self, first: &mut Vec<u8>, read: &[u8]) {
        if first.len() < LEN {
            first.extend(read.iter().take(LEN - first.len()));
            if let Some(first) = first.first_chunk() {
                let _ = self.0.set(*first);
            }
        }
    }

    /// What can be done about it, if it is not HTTP/2.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self.0.get()? {
            // Some answer what they do not know without a status line.
            b"HTTP/" | b"<!DOC" | b"<html" | b"<HTML" => Some(
                "the server answered in HTTP/1, and does not speak HTTP/2 here; \
                 try https://, or curl --http1.1",
            ),
            // RFC 8446 §5.1: an alert, and a record of the handshake.
            [0x15 | 0x16, 0x03, ..] => {
                Some("the server answered in TLS: try https:// in the place of http://")
            }
            _ => None,
        }
    }
}

/// A connection in cleartext whose first octets are kept.
#[derive(Debug)]
pub(crate) struct Listening {
    connection: Connection<Client>,
    heard: Heard,
}

impl Listening {
    /// Keeps what is heard first.
    pub(crate) const fn new(connection: Connection<Client>, heard: Heard) -> Self {
        Self { connection, heard }
    }

    fn hear(&self, input: &[u8]) {
        if let Some(first) = input.first_chunk() {
            let _ = self.heard.0.set(*first);
        }
    }
}

impl Runtime for Listening {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.connection.next_read_operation()
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.hear(input);
        self.connection.read(input)
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.hear(input);
        self.connection.read_eof(input)
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.connection.yield_reader(waker);
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        self.connection.next_write_operation()
    }

    fn report_write_result(&mut self, result: WriteResult) {
        self.connection.report_write_result(result);
    }

    fn yield_writer(&mut self, waker: &Waker) {
        self.connection.yield_writer(waker);
    }

    fn report_exn(&mut self, exn: Exn) {
        self.connection.report_exn(exn);
    }

    fn shutdown(&mut self) {
        self.connection.shutdown();
    }

    fn is_closed(&self) -> bool {
        self.connection.is_closed()
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.connection.tick(now)
    }
}

impl Around<Connection<Client>> for Listening {
    fn innermost(&mut self) -> &mut Connection<Client> {
        &mut self.connection
    }
}
