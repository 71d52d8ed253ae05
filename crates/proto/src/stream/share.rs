//! What a stream takes of what all streams of a connection may hold together.

/// What the peer may still send on a stream, and what waits to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// Nothing was ever granted on it.
    None,
    /// Its window: the peer may send.
    Open,
    /// What is left in the inbox, in octets: the peer sends no more.
    Left(u32),
}

impl Share {
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }
}
