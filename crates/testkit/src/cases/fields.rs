//! Fields (RFC 9113 §8.2).

use super::{ANSWERED, Case, MALFORMED, Target};
use crate::{Wire, data, headers};

/// A request with this field.
fn with(target: &Target, name: &[u8], value: &[u8]) -> Vec<u8> {
    target.get(target.stream).field(name, value).end().octets()
}

/// A case of a request with a field that makes it malformed.
macro_rules! malformed {
    ($name:literal, $section:literal, $about:literal, $field:expr, $value:expr) => {
        Case::new($name, $section, $about, MALFORMED, |target| {
            with(target, $field, $value)
        })
    };
}

pub(super) const CASES: [Case; 21] = [
    malformed!(
        "name-upper-case",
        "RFC 9113 §8.2.1",
        "a field name with an upper-case letter",
        b"X-Upper",
        b"x"
    ),
    malformed!(
        "name-with-space",
        "RFC 9113 §8.2.1",
        "a field name with a space",
        b"x space",
        b"x"
    ),
    malformed!(
        "name-with-colon",
        "RFC 9113 §8.2.1",
        "a field name with a colon in it",
        b"x:colon",
        b"x"
    ),
    malformed!(
        "name-with-control",
        "RFC 9113 §8.2.1",
        "a field name with a control character",
        b"x\x01",
        b"x"
    ),
    malformed!(
        "name-beyond-ascii",
        "RFC 9113 §8.2.1",
        "a field name with an octet above 0x7f",
        b"x\xc3\xa4",
        b"x"
    ),
    malformed!(
        "name-empty",
        "RFC 9113 §8.2.1",
        "a field without a name",
        b"",
        b"x"
    ),
    malformed!(
        "value-with-nul",
        "RFC 9113 §8.2.1",
        "a field value with NUL",
        b"x-value",
        b"a\0b"
    ),
    malformed!(
        "value-with-cr",
        "RFC 9113 §8.2.1",
        "a field value with CR",
        b"x-value",
        b"a\rb"
    ),
    malformed!(
        "value-with-lf",
        "RFC 9113 §8.2.1",
        "a field value with LF",
        b"x-value",
        b"a\nb"
    ),
    malformed!(
        "value-begins-with-space",
        "RFC 9113 §8.2.1",
        "a field value that begins with a space",
        b"x-value",
        b" a"
    ),
    malformed!(
        "value-ends-with-tab",
        "RFC 9113 §8.2.1",
        "a field value that ends with a tab",
        b"x-value",
        b"a\t"
    ),
    malformed!(
        "connection",
        "RFC 9113 §8.2.2",
        "the field connection",
        b"connection",
        b"close"
    ),
    malformed!(
        "keep-alive",
        "RFC 9113 §8.2.2",
        "the field keep-alive",
        b"keep-alive",
        b"timeout=5"
    ),
    malformed!(
        "proxy-connection",
        "RFC 9113 §8.2.2",
        "the field proxy-connection",
        b"proxy-connection",
        b"close"
    ),
    malformed!(
        "transfer-encoding",
        "RFC 9113 §8.2.2",
        "the field transfer-encoding",
        b"transfer-encoding",
        b"chunked"
    ),
    malformed!(
        "upgrade",
        "RFC 9113 §8.2.2",
        "the field upgrade",
        b"upgrade",
        b"websocket"
    ),
    malformed!(
        "te-of-gzip",
        "RFC 9113 §8.2.2",
        "te with another value than trailers",
        b"te",
        b"gzip"
    ),
    Case::new(
        "te-of-trailers",
        "RFC 9113 §8.2.2",
        "te with the value trailers",
        ANSWERED,
        |target| with(target, b"te", b"trailers"),
    ),
    Case::new(
        "value-empty",
        "RFC 9113 §8.2.1",
        "a field without a value",
        ANSWERED,
        |target| with(target, b"x-empty", b""),
    ),
    Case::new(
        "cookie-pairs",
        "RFC 9113 §8.2.3",
        "a cookie in three fields",
        ANSWERED,
        |target| {
            let head = target.get(target.stream).field("cookie", "a=1");
            head.field("cookie", "b=2")
                .field("cookie", "c=3")
                .end()
                .octets()
        },
    ),
    Case::new(
        "trailers-with-connection",
        "RFC 9113 §8.2.2",
        "trailers with the field connection",
        MALFORMED,
        |target| {
            (
                target.post(target.stream),
                data(target.stream, "x"),
                headers(target.stream)
                    .field("connection", "close")
                    .trailers(),
            )
                .octets()
        },
    ),
];
