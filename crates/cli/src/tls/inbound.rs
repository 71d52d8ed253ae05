//! From TLS records to the octets that a connection reads.

use alloc::vec::Vec;
use std::io::Read;

use blocking::proto::runtime::{ReadOperation, Runtime};
use rustls::Error;

use super::TlsError;

/// What was decrypted and not yet consumed.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    plain: Vec<u8>,
    /// Whether the connection has paused, so that no more is decrypted.
    is_paused: bool,
}

impl Inbound {
    /// Lets the connection read what is there.
    pub(super) fn offer(&mut self, connection: &mut dyn Runtime) {
        let mut consumed = 0;
        loop {
            self.is_paused = connection.next_read_operation() == ReadOperation::Yield;
            let rest = self.plain.get(consumed..).unwrap_or_default();
            if rest.is_empty() || connection.next_read_operation() != ReadOperation::Read {
                break;
            }
            match connection.read(rest) {
                0 => break,
                len => consumed += len,
            }
        }
        self.plain.drain(..consumed);
    }

    /// Lets the connection read the last of it.
    pub(super) fn end(&mut self, connection: &mut dyn Runtime) {
        connection.read_eof(&self.plain);
        self.plain.clear();
    }

    /// Whether the connection must go on before there is room for more.
    pub(super) const fn is_stuck(&self) -> bool {
        self.is_paused
    }

    /// Gives records to the session, and takes out what they hold.
    pub(super) fn feed(
        &mut self,
        session: &mut rustls::Connection,
        records: &mut &[u8],
    ) -> Result<(), TlsError> {
        let consumed = session
            .read_tls(records)
            .map_err(|error| Error::General(alloc::format!("{error}")))?;
        if consumed == 0 {
            return Err(Error::General("the peer goes on after its end".into()).into());
        }
        session.process_new_packets()?;
        self.take(session);
        Ok(())
    }

    /// Takes out what the session has decrypted.
    pub(super) fn take(&mut self, session: &mut rustls::Connection) {
        let Ok(state) = session.process_new_packets() else {
            return;
        };
        let len = self.plain.len();
        self.plain.resize(len + state.plaintext_bytes_to_read(), 0);
        let room = self.plain.get_mut(len..).unwrap_or_default();
        session
            .reader()
            .read_exact(room)
            .expect("a session has what it says that it has");
    }
}
