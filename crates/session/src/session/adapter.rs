//! Who decides who does what a turn leaves to be done.

use proto::Role;

use super::Session;
use crate::due::Due;
use crate::locked::Locked;

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
