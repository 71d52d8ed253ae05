//! Names of fields that are known when the program is compiled (RFC 9113 §8.2).

use core::fmt;

use hpack::HeaderField;

use super::class::{self, Class};
use super::syntax;

/// The name of a field, judged when the program is compiled: of a field with such a name, only the
/// value is looked at when it is added (RFC 9113 §8.2.1).
///
/// ```
/// use tress_proto::{FieldName, Response};
///
/// const REQUEST_ID: FieldName = FieldName::from_static("x-request-id");
///
/// let response = Response::new(200)
///     .with(FieldName::CONTENT_TYPE, "text/plain")
///     .with(REQUEST_ID, "7f3a");
/// assert_eq!(response.field_value("x-request-id"), Some(&b"7f3a"[..]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldName {
    name: &'static str,
    /// Where it has no meaning to HTTP/2, its value says all about the field.
    is_plain: bool,
}

impl FieldName {
    /// Makes a name of a regular field.
    ///
    /// # Panics
    ///
    /// If it is empty, or has an octet that a token does not have, or an upper-case letter
    /// (RFC 9113 §8.2.1). In a constant, it is the compiler that says so.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        assert!(
            syntax::is_name(name.as_bytes()),
            "the name of a field is a token in lower case"
        );
        Self {
            name,
            is_plain: class::named(name.as_bytes()).is_none(),
        }
    }

    /// Returns the name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// Reads a field of this name.
    pub(super) fn class(self, value: &[u8]) -> Class {
        match self.is_plain {
            true => Class::of_value(value),
            false => Class::of(HeaderField::new(self.name.as_bytes(), value)),
        }
    }
}

macro_rules! names {
    ($($constant:ident = $name:literal),+ $(,)?) => {
        /// Names that most applications use.
        impl FieldName {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Self = Self::from_static($name);
            )+
        }
    };
}

names! {
    ACCEPT = "accept",
    ACCEPT_ENCODING = "accept-encoding",
    ACCEPT_RANGES = "accept-ranges",
    AGE = "age",
    ALLOW = "allow",
    ALT_SVC = "alt-svc",
    AUTHORIZATION = "authorization",
    CACHE_CONTROL = "cache-control",
    CONTENT_ENCODING = "content-encoding",
    CONTENT_LENGTH = "content-length",
    CONTENT_RANGE = "content-range",
    CONTENT_TYPE = "content-type",
    COOKIE = "cookie",
    DATE = "date",
    ETAG = "etag",
    EXPIRES = "expires",
    GRPC_STATUS = "grpc-status",
    IF_MODIFIED_SINCE = "if-modified-since",
    IF_NONE_MATCH = "if-none-match",
    LAST_MODIFIED = "last-modified",
    LOCATION = "location",
    PRIORITY = "priority",
    RANGE = "range",
    RETRY_AFTER = "retry-after",
    SERVER = "server",
    SET_COOKIE = "set-cookie",
    STRICT_TRANSPORT_SECURITY = "strict-transport-security",
    TE = "te",
    USER_AGENT = "user-agent",
    VARY = "vary",
    WWW_AUTHENTICATE = "www-authenticate",
}

impl AsRef<[u8]> for FieldName {
    fn as_ref(&self) -> &[u8] {
        self.name.as_bytes()
    }
}

impl AsRef<str> for FieldName {
    fn as_ref(&self) -> &str {
        self.name
    }
}

impl fmt::Debug for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
