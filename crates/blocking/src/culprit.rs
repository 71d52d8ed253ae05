//! Whose doing an error is.

use proto::{ConnectionError, StreamError};

use crate::error::{Error, Kind};

/// Whose doing an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Culprit {
    /// This program: it asked for what cannot be, or ended it itself.
    Application,
    /// The other end: it broke a rule, refused, said no more, or was too slow.
    Peer,
    /// What lies between: a socket, a name, the operating system.
    Transport,
}

impl Error {
    /// Says whose doing it is; `None` where it is nobody's: what ended in good order, and what the
    /// connection took along.
    #[must_use]
    pub fn culprit(&self) -> Option<Culprit> {
        #[cfg(feature = "rustls")]
        if let Some(error) = self.tls() {
            let culprit = if error.is_ours() {
                Culprit::Application
            } else {
                Culprit::Peer
            };
            return Some(culprit);
        }
        Some(match &self.0 {
            #[cfg(feature = "rustls")]
            Kind::Tls(_) => Culprit::Transport,
            Kind::Lookup(_) | Kind::Connect(_) | Kind::Io(_) => Culprit::Transport,
            Kind::Connection(error) => match **error {
                ConnectionError::Exn(_) => Culprit::Transport,
                ConnectionError::Aborted(_) => Culprit::Application,
                _ => Culprit::Peer,
            },
            Kind::Stream(StreamError::Unsent | StreamError::ConnectionLost) | Kind::Closed => {
                return None;
            }
            Kind::Stream(StreamError::Canceled) => Culprit::Application,
            Kind::Stream(_) | Kind::Timeout | Kind::TooLong(_) | Kind::Refused(_) => Culprit::Peer,
            Kind::User(_) | Kind::WouldBlock => Culprit::Application,
            #[cfg(feature = "http")]
            Kind::Convert(_) => Culprit::Application,
        })
    }
}
