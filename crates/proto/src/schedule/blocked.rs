//! Why a stream waits that has something to send.

/// Why a stream that has something to send does not get a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Blocked {
    /// The window that all streams share is used up.
    SharedWindow,
    /// The stream's own window is used up.
    OwnWindow,
    /// The peer takes no more streams at once (RFC 9113 §5.1.2).
    Concurrency,
}
