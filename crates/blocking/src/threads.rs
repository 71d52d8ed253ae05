//! The threads of a connection.

use crate::sync::thread::Thread;
use crate::writer::Writer;

/// The threads of a connection.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    /// The one that reads.
    pub(crate) reader: Option<Thread>,
    /// The one that writes what takes long, once it was needed.
    pub(crate) pump: Option<Thread>,
    /// The writer, on its way there.
    pub(crate) handed: Option<Writer>,
    /// The one that reads is at its end.
    pub(crate) is_done: bool,
}
