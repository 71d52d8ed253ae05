//! From TLS records to the octets that a machine reads.

use alloc::vec::Vec;
use std::io::{self, BufRead, ErrorKind, Read};

use runtime::{ReadOperation, Runtime};
use rustls::{Connection, Error};

/// What was decrypted and not yet consumed.
///
/// The machine reads what the session holds from where it lies; only what it leaves, such as a part
/// of a frame, is copied here.
#[derive(Debug, Default)]
pub(crate) struct Inbound {
    /// Of which the first `start` octets are gone.
    plain: Vec<u8>,
    start: usize,
    end: End,
}

/// How many octets may be gone before the rest is moved to the front.
const SLACK: usize = 64 * 1024;

/// How far the end of the input has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    /// The peer has said that nothing follows, which the machine is yet to learn.
    Announced,
    /// The machine knows.
    Reported,
}

impl Inbound {
    /// Lets the machine read what is there, and then that nothing follows.
    pub(crate) fn offer<M: Runtime>(&mut self, machine: &mut M) {
        self.start += offer(machine, self.rest());
        if self.rest().is_empty() {
            self.clear();
        }
        if self.end == End::Announced && machine.next_read_operation() == ReadOperation::Read {
            self.end(machine);
        }
    }

    /// Lets the machine read the last of it.
    pub(crate) fn end<M: Runtime>(&mut self, machine: &mut M) {
        if self.end != End::Reported {
            self.end = End::Reported;
            machine.read_eof(self.rest());
            self.clear();
        }
    }

    fn rest(&self) -> &[u8] {
        self.plain.get(self.start..).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.plain = Vec::new();
        self.start = 0;
    }

    /// Keeps what the machine has left.
    fn keep(&mut self, octets: &[u8]) {
        if self.start >= SLACK {
            self.plain.drain(..self.start);
            self.start = 0;
        }
        self.plain.extend_from_slice(octets);
    }

    /// Says whether what follows is of no interest.
    pub(crate) fn is_ended(&self) -> bool {
        self.end != End::Open
    }

    /// Says whether the machine knows that nothing follows.
    pub(crate) fn is_reported(&self) -> bool {
        self.end == End::Reported
    }

    /// Gives records to the session.
    pub(crate) fn feed(
        &mut self,
        session: &mut Connection,
        input: &mut &[u8],
    ) -> Result<(), Error> {
        let consumed = session
            .read_tls(input)
            .map_err(|error| Error::General(error.to_string()))?;
        if consumed == 0 {
            return Err(Error::General("the session reads no more".into()));
        }
        // RFC 8446 §6.1: what follows a close_notify is ignored.
        if session.process_new_packets()?.peer_has_closed() {
            self.end = End::Announced;
        }
        Ok(())
    }

    /// Lets the machine read what the session has decrypted.
    pub(crate) fn take<M: Runtime>(&mut self, session: &mut Connection, machine: &mut M) {
        let mut reader = session.reader();
        while let Ok(chunk @ [_, ..]) = reader.fill_buf() {
            let len = chunk.len();
            let consumed = if self.plain.is_empty() {
                offer(machine, chunk)
            } else {
                0
            };
            self.keep(chunk.get(consumed..).unwrap_or_default());
            reader.consume(len);
        }
    }

    /// Has the session give back the space that it needed for large records.
    ///
    /// It does so before it reads, so that it is shown a transport that has nothing for now.
    pub(crate) fn release(session: &mut Connection) {
        let _ = session.read_tls(&mut Nothing);
    }

    /// Takes what a client sent before the handshake was over (RFC 8446 §2.3).
    ///
    /// RFC 8470 §3: a server may let it wait until the handshake is over. It is taken only then, so
    /// that nothing is ever done for a request that somebody else sends again.
    pub(crate) fn take_early(&mut self, session: &mut Connection) {
        if let Connection::Server(session) = session {
            if let Some(mut early) = session.early_data() {
                // Reading from memory ends where the memory does.
                let _ = early.read_to_end(&mut self.plain);
            }
        }
    }
}

/// A transport that has nothing for now.
struct Nothing;

impl Read for Nothing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(ErrorKind::WouldBlock.into())
    }
}

/// Lets a machine read as long as it wants to; returns how much it consumed.
fn offer<M: Runtime>(machine: &mut M, input: &[u8]) -> usize {
    let mut consumed = 0;
    loop {
        let rest = input.get(consumed..).unwrap_or_default();
        if rest.is_empty() || machine.next_read_operation() != ReadOperation::Read {
            return consumed;
        }
        match machine.read(rest) {
            0 => return consumed,
            len => consumed += len,
        }
    }
}
