//! Who made something fail.

use proto::{ConnectionError, StreamError};

use crate::error::{Error, Kind};

/// Who made something fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Blame {
    /// Our own end: what it asked for, or that it gave up.
    Local,
    /// The peer: a rule it broke, a limit it passed, what it refused, reset or did not answer.
    Peer,
    /// What lies between: the network, TLS, the file system.
    Transport,
}

impl Error {
    /// Who made it fail.
    #[must_use]
    pub fn blame(&self) -> Blame {
        #[cfg(feature = "rustls")]
        if let Some(error) = self.tls() {
            return of_tls(error);
        }
        match &self.0 {
            #[cfg(feature = "rustls")]
            Kind::Tls(error) => of_tls(error),
            Kind::Lookup(_) | Kind::Connect(_) | Kind::Io(_) => Blame::Transport,
            Kind::Connection(error) | Kind::TooLate(Some(error)) => of_connection(error),
            Kind::Stream(error) => of_stream(*error),
            Kind::Timeout | Kind::TooLong(_) => Blame::Peer,
            Kind::User(_) | Kind::Closed | Kind::TooLate(None) | Kind::WouldBlock => Blame::Local,
            #[cfg(feature = "http")]
            Kind::Convert(blame, _) => *blame,
        }
    }
}

const fn of_connection(error: &ConnectionError) -> Blame {
    match error {
        ConnectionError::Exn(_) => Blame::Transport,
        ConnectionError::Aborted(_) => Blame::Local,
        _ => Blame::Peer,
    }
}

const fn of_stream(error: StreamError) -> Blame {
    match error {
        StreamError::Canceled => Blame::Local,
        StreamError::Unsent | StreamError::ConnectionLost => Blame::Transport,
        _ => Blame::Peer,
    }
}

#[cfg(feature = "rustls")]
const fn of_tls(error: &tls::TlsError) -> Blame {
    if error.is_ours() {
        Blame::Local
    } else {
        Blame::Peer
    }
}
