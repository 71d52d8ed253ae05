//! What a turn leaves to be done.

/// What a turn has left to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Due {
    /// There is something to write, or to look at, of which whoever drives the connection did not know
    /// when it last [parked](crate::Locked::park_writer).
    pub output: bool,
    /// Requests of the peer's have come and wait to be [accepted](crate::Session::accept).
    pub opened: bool,
    /// Handlers are to be dropped, for their streams have ended: see
    /// [`take_canceled`](crate::Locked::take_canceled).
    pub canceled: bool,
    /// Whoever drives the connection does not write any more, and looks after every turn.
    pub write_closed: bool,
}

impl Due {
    /// Says whether anything is to be done.
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.output || self.opened || self.canceled || self.write_closed
    }
}
