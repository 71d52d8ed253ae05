//! A handshake over `std::io`, for who needs to know what it came to before there is a machine.

use alloc::borrow::ToOwned;
use std::io::{self, ErrorKind, Read, Write};

use rustls::pki_types::ServerName;
use rustls::{ConnectionCommon, SideData};

use crate::error::TlsError;

/// Takes the name of a server, or its address.
///
/// # Errors
///
/// [`TlsError::Name`]: it is neither.
pub fn server_name(name: &str) -> Result<ServerName<'static>, TlsError> {
    ServerName::try_from(name.to_owned()).map_err(|_| TlsError::Name(name.to_owned()))
}

/// Shakes hands over a transport that blocks, or goes on with that, until nothing of it waits to be
/// written.
///
/// `limit` is called before each read and each write, with the transport: it sets how long that may
/// take, and ends it by an error of its own.
///
/// # Errors
///
/// The transport's, and those of `limit`. What the session says comes as an error of the kind
/// `InvalidData`, or `UnexpectedEof`: [`TlsError::from_io`] tells them apart.
pub fn shake_hands<S: SideData, T: Read + Write>(
    session: &mut ConnectionCommon<S>,
    transport: &mut T,
    mut limit: impl FnMut(&mut T) -> io::Result<()>,
) -> io::Result<()> {
    while session.is_handshaking() || session.wants_write() {
        limit(transport)?;
        // One step at a time, each within what is left.
        if session.wants_write() {
            session.write_tls(transport)?;
            continue;
        }
        if session.read_tls(transport)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if let Err(error) = session.process_new_packets() {
            // The alert that tells the peer.
            let _ = session.write_tls(transport);
            return Err(io::Error::new(ErrorKind::InvalidData, error));
        }
    }
    Ok(())
}
