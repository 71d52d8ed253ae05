//! Who made something fail.

use proto::Blame;

use crate::error::{Error, Kind};

impl Error {
    /// Who made it fail.
    #[must_use]
    pub fn blame(&self) -> Blame {
        #[cfg(feature = "rustls")]
        if let Some(error) = self.tls() {
            return of_tls(error);
        }
        #[cfg(feature = "h2c-upgrade")]
        if self.upgrade().is_some() {
            return Blame::Peer;
        }
        match &self.0 {
            #[cfg(feature = "rustls")]
            Kind::Tls(error) => of_tls(error),
            Kind::Lookup(_) | Kind::Connect(_) | Kind::Io(_) => Blame::Transport,
            Kind::Connection(error) | Kind::TooLate(Some(error)) => error.blame(),
            Kind::Stream(error) => error.blame(),
            Kind::Timeout | Kind::TooLong(_) => Blame::Peer,
            Kind::User(_) | Kind::Closed | Kind::TooLate(None) | Kind::WouldBlock => Blame::Local,
            #[cfg(feature = "http")]
            Kind::Convert(blame, _) => *blame,
        }
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
