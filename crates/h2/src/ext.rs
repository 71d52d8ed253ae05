//! Extensions of HTTP/2.

use alloc::borrow::Cow;
use alloc::borrow::ToOwned as _;
use core::fmt;
use core::str::Utf8Error;

/// What an extended CONNECT asks for, such as `websocket` (RFC 8441 §4): an extension of the request.
#[derive(Clone, PartialEq, Eq)]
pub struct Protocol(Cow<'static, str>);

impl Protocol {
    /// Makes one of a name that is known beforehand.
    #[must_use]
    pub const fn from_static(value: &'static str) -> Self {
        Self(Cow::Borrowed(value))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn from_octets(octets: &[u8]) -> Result<Self, Utf8Error> {
        core::str::from_utf8(octets).map(Self::from)
    }
}

impl<'a> From<&'a str> for Protocol {
    fn from(value: &'a str) -> Self {
        match value {
            // By far the most are this one, and need no memory.
            "websocket" => Self::from_static("websocket"),
            value => Self(Cow::Owned(value.to_owned())),
        }
    }
}

impl AsRef<[u8]> for Protocol {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
