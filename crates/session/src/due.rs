//! What a turn leaves to be done, and who decides who does it.

use proto::Role;

use crate::locked::Locked;
use crate::session::Session;

/// What a turn has left to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    pub mute: bool,
}

impl Due {
    /// Says whether anything is to be done.
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.output || self.opened || self.canceled || self.mute
    }
}

/// Who does what the turns of a session leave to be done, where that is not the task that
/// [`DriverWaker`](crate::DriverWaker) wakes: a thread that writes on the spot, say.
pub trait Adapter<R: Role>: Send + Sync {
    /// Looks at what is due under the lock, in the very turn: to take what is to be written, so that this
    /// needs no turn of its own. Says what is left to be [settled](Self::settle). Not in the turns of whoever
    /// drives the connection.
    fn prepare(&self, session: &Session<R>, locked: &mut Locked<R>, due: Due) -> Due {
        let _ = (session, locked);
        due
    }

    /// Sees to what is due after a turn, without the lock, on the thread that took the turn. Not after
    /// the turns of whoever drives the connection, which see it themselves: those are also the turns that
    /// it may take here.
    fn settle(&self, session: &Session<R>, due: Due);
}
