//! What a handler or its answer got wrong, for the operator of a server.

use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt;

use proto::StreamId;

/// Hears of everything that handlers and their answers get wrong.
pub type ErrorHook = Arc<dyn Fn(&Failure<'_>) + Send + Sync>;

/// One thing that a handler or its answer got wrong. The client has seen a status of 500 or a reset; why,
/// the operator hears here.
///
/// It says itself in one line: what was asked, on which stream, what went wrong, and all causes.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    pub(crate) stream_id: StreamId,
    pub(crate) request: &'a str,
    pub(crate) kind: FailureKind,
    pub(crate) cause: Option<&'a (dyn StdError + 'static)>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The handler, or service, failed with an error of its own.
    Handler,
    /// What it answered breaks a rule (RFC 9113 §8): an impossible status, a field that cannot be sent, content
    /// that is not as long as `content-length` says.
    Response,
    /// The content of the answer failed before its end: the body of a service, say.
    Content,
    /// The handler panicked.
    Panic,
    /// The handler ended without an answer, or before its answer was whole.
    Unfinished,
    /// The handler took longer than an exchange may.
    Timeout,
}

impl Failure<'_> {
    /// The stream.
    #[must_use]
    pub const fn stream_id(&self) -> StreamId {
        self.stream_id
    }

    /// The method and the target, with a space between, as far as 256 octets reach; what is not ASCII that
    /// can be seen is escaped.
    #[must_use]
    pub const fn request(&self) -> &str {
        self.request
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Why, where there is an error that says it.
    #[must_use]
    pub const fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause
    }
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (stream {}): {}",
            self.request, self.stream_id, self.kind
        )?;
        let mut next = self.cause;
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handler => "the handler failed",
            Self::Response => "the answer breaks a rule",
            Self::Content => "the content of the answer failed",
            Self::Panic => "the handler panicked",
            Self::Unfinished => "the handler ended before its answer was whole",
            Self::Timeout => "the handler took longer than an exchange may",
        })
    }
}
