//! The wish for HTTP/2 in a request of HTTP/1.1 (RFC 7540 §3.2).

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
// RFC 7540 §3.2.1: without padding, which six octets for each setting never need.
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

use crate::head::RequestHead;

/// What a request says of HTTP/2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nothing that can be acted on.
    None,
    /// Go on in HTTP/2, with the settings of this payload.
    H2c(Vec<u8>),
    /// Go on in HTTP/2, with settings that cannot be read.
    Broken,
}

impl Wish {
    pub(crate) fn of(head: &RequestHead) -> Self {
        // RFC 9110 §7.8: an upgrade is overlooked in HTTP/1.0, and in one that an intermediary may
        // have passed on by mistake. A tunnel has no request that could be stream 1.
        let is_meant = head.is_http_1_1()
            && head.method() != b"CONNECT"
            && head.lists("upgrade", "h2c")
            && head.lists("connection", "upgrade")
            && head.lists("connection", "http2-settings");
        let mut settings = head.fields().get_all(b"http2-settings");
        match (settings.next(), settings.next()) {
            // RFC 7540 §3.2.1: without settings, or with more than one, there is no upgrade.
            (Some(settings), None) if is_meant => {
                let payload = BASE64URL.decode(settings);
                payload.map_or(Self::Broken, Self::H2c)
            }
            _ => Self::None,
        }
    }
}

/// The value of the field `HTTP2-Settings` for this payload of a SETTINGS frame.
pub(crate) fn encode(payload: &[u8]) -> String {
    BASE64URL.encode(payload)
}
