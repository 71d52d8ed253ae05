//! What can go wrong, and an answer that is no upgrade.

use alloc::sync::Arc;

use proto::{Bytes, Response, UserError};

/// Why a request cannot ask for an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The request breaks a rule of HTTP.
    #[error(transparent)]
    Message(#[from] UserError),
    /// Only a request for an `http` URI with an authority and a path can: over TLS, the protocol
    /// is chosen by ALPN, and a tunnel has no request that could be stream 1.
    #[error("only a request for an http URI can ask for an upgrade")]
    Target,
    /// The field `content-length` says another length than the content has.
    #[error("the content has another length than its field says")]
    Length,
}

/// Why a connection did not go on in HTTP/2: the source of the
/// [`ConnectionError::Exn`](proto::ConnectionError::Exn) that its streams end with. It is always the
/// peer's doing, and never the transport's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpgradeError {
    /// The server answered in HTTP/1.1.
    #[error("the server answered in HTTP/1.1, with status {}", .0.head().status())]
    Refused(Refusal),
    /// The server switched to a protocol that nobody asked for, or to none.
    #[error("the server switched to another protocol")]
    Protocol,
    /// The server speaks HTTP/2 from its first octet on, and takes no request in HTTP/1.1. A client
    /// that knows so begins with HTTP/2 at once (RFC 9113 §3.3).
    #[error("the server speaks HTTP/2 only, without an upgrade from HTTP/1.1")]
    Http2Only,
    /// What the server answered is no HTTP/1.1, or can be read in two ways.
    #[error("the server's answer is malformed")]
    Malformed,
    /// The head of the answer is longer than the limit.
    #[error("the head of the server's answer is too long")]
    TooLong,
    /// The server closed the connection before it answered.
    #[error("the server closed the connection before it answered")]
    Closed,
    /// The server did not answer in time.
    #[error("the server did not answer in time")]
    Timeout,
}

/// An answer in HTTP/1.1. The request was carried out, or refused, as it says; nothing was ever
/// said in HTTP/2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(Arc<Answer>);

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    head: Response,
    content: Bytes,
    is_whole: bool,
}

impl Refusal {
    pub(crate) fn new(head: Response, content: Bytes, is_whole: bool) -> Self {
        Self(Arc::new(Answer {
            head,
            content,
            is_whole,
        }))
    }

    /// The status and the fields, without those that concern the connection alone.
    #[must_use]
    pub fn head(&self) -> &Response {
        &self.0.head
    }

    /// The content, as far as it came and the limit allows.
    #[must_use]
    pub fn content(&self) -> &Bytes {
        &self.0.content
    }

    /// Says whether all of the content is there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0.is_whole
    }
}
