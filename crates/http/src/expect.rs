//! Whether a client waits before it sends its content (RFC 9110 §10.1.1).

use http::HeaderMap;
use http::header::EXPECT;

/// Says whether the client waits for a 100 (Continue) or a final response before it sends content.
///
/// A request without content expects nothing, whatever it says; that it has some, the caller knows.
#[must_use]
pub fn expects_continue(headers: &HeaderMap) -> bool {
    headers
        .get_all(EXPECT)
        .iter()
        .flat_map(|value| value.as_bytes().split(|&octet| octet == b','))
        .any(|member| member.trim_ascii().eq_ignore_ascii_case(b"100-continue"))
}
