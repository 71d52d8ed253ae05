//! What cannot be said in the other vocabulary.

use alloc::string::String;

use http::header::{HeaderName, InvalidHeaderName, InvalidHeaderValue};
use http::method::InvalidMethod;
use http::status::InvalidStatusCode;
use http::uri::{InvalidUri, InvalidUriParts};

/// Why a message cannot be converted; names the field or the rule.
///
/// What merely breaks a rule of HTTP/2 is converted, and refused by `tress-proto` when it is sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// The method is none that `http` knows to hold.
    #[error("`:method` is not a method")]
    Method(#[source] InvalidMethod),
    /// The scheme is none that a URI of `http` can hold.
    #[error("`:scheme` does not fit into a URI")]
    Scheme(#[source] InvalidUri),
    /// The authority is none that a URI of `http` can hold.
    #[error("`:authority` does not fit into a URI")]
    Authority(#[source] InvalidUri),
    /// There is no authority, and the host is none that a URI of `http` can hold.
    #[error("`host` does not fit into a URI")]
    Host(#[source] InvalidUri),
    /// The path and the query are none that a URI of `http` can hold.
    #[error("`:path` does not fit into a URI")]
    Path(#[source] InvalidUri),
    /// Each part of the target is fine, but not all together.
    #[error("the control data make no URI")]
    Target(#[source] InvalidUriParts),
    /// The protocol of an extended CONNECT is not text.
    #[error("`:protocol` is not a token")]
    ProtocolSyntax,
    /// The status has not three digits.
    #[error("`:status` is not a status")]
    Status(#[source] InvalidStatusCode),
    /// A name that `http` does not take.
    #[error("`{name}` is not the name of a field")]
    FieldName {
        /// The name, as far as it is text.
        name: String,
        /// What `http` says.
        source: InvalidHeaderName,
    },
    /// A value that `http` does not take.
    #[error("the field `{name}` has a value that is none")]
    FieldValue {
        /// The name of the field.
        name: HeaderName,
        /// What `http` says.
        source: InvalidHeaderValue,
    },
    /// A `HeaderMap` has an upper limit.
    #[error("there are more fields than a map can hold")]
    TooManyFields,
    /// A CONNECT says where to only by its authority (RFC 9113 §8.5).
    #[error("CONNECT names no authority (RFC 9113 §8.5)")]
    AuthorityMissing,
    /// A [`Protocol`](crate::Protocol) stands at a request that is no CONNECT (RFC 8441 §4).
    #[error("`:protocol` goes with the method CONNECT only (RFC 8441 §4)")]
    ProtocolMisplaced,
    /// The length is not a number, or there are several (RFC 9110 §8.6).
    #[error("`content-length` is not one number (RFC 9110 §8.6)")]
    ContentLength,
}

impl ConvertError {
    /// Returns the name of the field that is at fault, where it is one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        Some(match self {
            Self::Method(_) => ":method",
            Self::Scheme(_) => ":scheme",
            Self::Authority(_) | Self::AuthorityMissing => ":authority",
            Self::Host(_) => "host",
            Self::Path(_) => ":path",
            Self::ProtocolSyntax | Self::ProtocolMisplaced => ":protocol",
            Self::Status(_) => ":status",
            Self::FieldName { name, .. } => name,
            Self::FieldValue { name, .. } => name.as_str(),
            Self::ContentLength => "content-length",
            Self::Target(_) | Self::TooManyFields => return None,
        })
    }
}
