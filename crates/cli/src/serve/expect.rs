//! Whether a client waits before it sends its content (RFC 9110 §10.1.1).

use blocking::proto::{Request, Response};

/// What a client that waits is told before its content is read; `None` for one that does not.
pub(crate) fn invitation(request: &Request, is_ended: bool) -> Option<Response> {
    let mut expectations = request
        .fields()
        .filter(|field| field.name == b"expect")
        .flat_map(|field| field.value.split(|&octet| octet == b','));
    let is_expected =
        expectations.any(|member| member.trim_ascii().eq_ignore_ascii_case(b"100-continue"));
    (is_expected && !is_ended).then(|| Response::new(100))
}
