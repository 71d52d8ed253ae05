//! What an extended CONNECT asks for (RFC 8441 §4).

use alloc::borrow::Cow;
use alloc::string::String;

use crate::ConvertError;

/// The protocol that a tunnel is to speak, such as `websocket` (RFC 8441 §4).
///
/// `http` has no place for it, so it travels as an extension of a request whose method is CONNECT.
///
/// ```
/// use tress_http::{Protocol, http, request_from_http};
///
/// let request = http::Request::connect("https://example.com/chat")
///     .extension(Protocol::from_static("websocket"))
///     .body(())?;
/// let (parts, ()) = request.into_parts();
/// let request = request_from_http(&parts, &http::uri::Scheme::HTTPS)?;
/// assert_eq!(request.protocol(), Some(&b"websocket"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Protocol(Cow<'static, str>);

impl Protocol {
    /// Makes one of a name that is known beforehand.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn from_octets(octets: &[u8]) -> Result<Self, ConvertError> {
        match core::str::from_utf8(octets) {
            // By far the most are this one, and need no memory.
            Ok("websocket") => Ok(Self::from_static("websocket")),
            Ok(name) => Ok(name.to_owned().into()),
            Err(_) => Err(ConvertError::ProtocolSyntax),
        }
    }
}

impl From<String> for Protocol {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}
