//! The rule table: every rule a peer can break, and what follows (RFC 9113 §5.4, RFC 9113 §7).
//!
//! A module says only who did what (`rule.on(stream_id)`, or `?` for the connection). Reach and code
//! stand in the tables of this folder, one line a rule, and are never chosen on the spot.

mod connection;
mod limit;
mod message;
mod refusal;
mod stream;
#[cfg(test)]
mod tests;

use frame::{ErrorCode, Scope, StreamId};

pub use self::connection::ConnectionRule;
pub use self::limit::Limit;
pub use self::message::MessageRule;
pub(crate) use self::refusal::Refusal;
pub use self::stream::StreamRule;

/// Writes a part of the rule table: an enum of rules with, for each, the words for the peer's
/// debugger, the section, the scope and the code.
macro_rules! rules {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[doc = $doc:literal])+ $rule:ident: $text:literal, $section:literal, $scope:ident, $code:ident;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $doc])+ #[doc = concat!("\n\n", $section, ".")] #[error($text)] $rule,)+
        }

        impl $name {
            /// Every rule of this part, in the order of the book.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// Where the rule stands.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self { $(Self::$rule => $section,)+ }
            }

            /// What the rule demands.
            #[must_use]
            pub const fn requirement(self) -> &'static str {
                match self { $(Self::$rule => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// What breaking the rule reaches, and the code that says so (RFC 9113 §5.4, RFC 9113 §7).
            #[must_use]
            pub const fn scope_and_code(self) -> (frame::Scope, frame::ErrorCode) {
                match self { $(Self::$rule => (frame::Scope::$scope, frame::ErrorCode::$code),)+ }
            }
        }
    };
}
use rules;

/// A rule that the peer broke.
///
#[doc(alias("nghttp2_error"))]
#[doc = include_str!("violation.md")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A frame that is wrong in itself (RFC 9113 §4, RFC 9113 §6).
    #[error(transparent)]
    Frame(#[from] frame::Error),
    /// A field block that cannot be decoded (RFC 9113 §4.3).
    #[error(transparent)]
    Compression(#[from] hpack::DecodeError),
    /// A rule of the connection.
    #[error(transparent)]
    Connection(#[from] ConnectionRule),
    /// A rule of the life of a stream (RFC 9113 §5.1).
    #[error(transparent)]
    Stream(#[from] StreamRule),
    /// A malformed message (RFC 9113 §8.1.1).
    #[error(transparent)]
    Message(#[from] MessageRule),
    /// More than we are ready to tolerate (RFC 9113 §10.5).
    #[error(transparent)]
    Limit(#[from] Limit),
}

impl Violation {
    /// What the violation reaches, and the code that says so (RFC 9113 §5.4, RFC 9113 §7).
    #[must_use]
    pub fn scope_and_code(self) -> (Scope, ErrorCode) {
        match self {
            // Stricter: RFC 9113 §6.3 says a stream error, and RFC 9113 §5.4.1 lets any be one of the
            // connection. PRIORITY comes in every state, and nothing is sent on a closed stream.
            Self::Frame(error) if error.kind() == frame::ErrorKind::PriorityLength => {
                (Scope::Connection, error.code())
            }
            Self::Frame(error) => (error.scope(), error.code()),
            // RFC 9113 §4.3: a decoding error ends the connection, for the tables are out of step.
            Self::Compression(_) => (Scope::Connection, ErrorCode::COMPRESSION_ERROR),
            Self::Connection(rule) => rule.scope_and_code(),
            Self::Stream(rule) => rule.scope_and_code(),
            Self::Message(rule) => rule.scope_and_code(),
            Self::Limit(limit) => limit.scope_and_code(),
        }
    }

    /// The status of a response that a server may give to a request which is so malformed
    /// (RFC 9113 §8.1.1): 431 if it has too many fields, else 400.
    #[must_use]
    pub fn status(self) -> u16 {
        Refusal::of(self).map_or(refusal::BAD_REQUEST, Refusal::status)
    }

    /// Where the rule stands.
    #[must_use]
    pub fn section(self) -> &'static str {
        match self {
            Self::Frame(error) => error.section(),
            Self::Compression(error) => error.section(),
            Self::Connection(rule) => rule.section(),
            Self::Stream(rule) => rule.section(),
            Self::Message(rule) => rule.section(),
            Self::Limit(limit) => limit.section(),
        }
    }
}

/// A violation and the stream it was committed on: what a module of `recv` returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) stream_id: StreamId,
    pub(crate) violation: Violation,
}

/// Says where a rule was broken.
pub(crate) trait On: Into<Violation> {
    /// The rule was broken on this stream.
    fn on(self, stream_id: StreamId) -> Fault {
        Fault {
            stream_id,
            violation: self.into(),
        }
    }
}

impl<V: Into<Violation>> On for V {}

impl<V: Into<Violation>> From<V> for Fault {
    fn from(violation: V) -> Self {
        violation.on(StreamId::CONNECTION)
    }
}
