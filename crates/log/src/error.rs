//! What is wrong with a line of a log.

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It is not the first line of a log.
    #[error("this is not a log of tress")]
    Header,
    /// The log is of a version that is not known here.
    #[error("the log has version {0}, and version 1 is what is known here")]
    Version(u64),
    /// The line does not end: whoever wrote it was interrupted.
    #[error("the last line does not end")]
    Unfinished,
    /// A word is missing.
    #[error("the line is too short")]
    TooShort,
    /// There are words too many.
    #[error("the line is too long")]
    TooLong,
    /// A word should be a number that fits, and is not.
    #[error("a number was expected")]
    Number,
    /// A word should be a text, and is not.
    #[error("a text was expected")]
    Text,
    /// A word is none of those that may stand there.
    #[error("a word is not known")]
    Word,
}

/// A line that cannot be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("line {line}: {kind}")]
#[non_exhaustive]
pub struct ReadError {
    /// Which line it is; the first is 1.
    pub line: u64,
    /// What is wrong with it.
    pub kind: ErrorKind,
}
