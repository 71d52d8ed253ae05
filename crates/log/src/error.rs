//! What is wrong with a log.

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It does not begin with the first line of a log.
    #[error("this is not a log of tress")]
    Header,
    /// The log is of a version that is not known here.
    #[error("the log has version {0}, and version 2 is what is known here")]
    Version(u64),
    /// The log ends within a chunk: whoever wrote it was interrupted.
    #[error("the log ends in the middle")]
    Unfinished,
    /// A chunk ends within an event.
    #[error("an event does not end")]
    TooShort,
    /// A number does not fit, or has more octets than it needs.
    #[error("a number was expected")]
    Number,
    /// An octet is none of those that may stand there.
    #[error("an octet has no meaning there")]
    Unknown,
}

/// What cannot be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("octet {at}: {kind}")]
#[non_exhaustive]
pub struct ReadError {
    /// Where the event or the chunk begins that cannot be read, in octets from the beginning of the log.
    pub at: u64,
    /// What is wrong with it.
    pub kind: ErrorKind,
}
