//! What an adapter keeps of its own under the lock of a session.
//!
//! An adapter whose streams are held and waited for in other ways than [`StreamHandle`](crate::StreamHandle)
//! and the halves made of it keeps them itself: then the words of the streams are its own
//! ([`set_user_data`](proto::StreamMut::set_user_data)), the session keeps no entries of them, and what is
//! made of entries is not for it: `poll_accept`, `request`, the halves. All else stays: turns, what is due,
//! time, GOAWAY, the end.

use core::any::Any;

use proto::{Connection, Event, Role};

use crate::spent::Spent;

/// What an adapter keeps under the lock of a session, which is notified of each event in its turn.
pub trait Extension<R: Role>: Any + Send {
    /// Takes note of something that happened. No code of the application's runs here.
    fn note(&mut self, connection: &mut Connection<R>, event: &Event, spent: &mut Spent);

    /// Says whether whoever drives the connection is to look after this turn, though nothing is to be
    /// written; asked at the end of each.
    fn take_due(&mut self) -> bool;

    /// The extension itself.
    fn as_any(&mut self) -> &mut dyn Any;
}
