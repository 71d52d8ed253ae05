//! Messages: control data (RFC 9113 §8.3), their order (RFC 9113 §8.1) and length (RFC 9113 §8.1.1).

use super::{ANSWERED, Case, MALFORMED, Outcome, Target};
use crate::{Block, Wire, block, code, data, headers};

/// A request of these fields.
fn of(target: &Target, fields: &[(&str, &str)]) -> Vec<u8> {
    let fields = fields
        .iter()
        .fold(block(), |block, (name, value)| block.literal(name, value));
    headers(target.stream).block(&fields).end().octets()
}

/// The control data of a GET, with what is changed of it.
fn changed(target: &Target, change: impl FnOnce(&mut Vec<(&'static str, String)>)) -> Vec<u8> {
    let mut fields = vec![
        (":method", "GET".to_owned()),
        (":scheme", target.scheme.clone()),
        (":authority", target.authority.clone()),
        (":path", target.path.clone()),
    ];
    change(&mut fields);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    of(target, &fields)
}

/// Gives a field another value.
fn set(fields: &mut [(&'static str, String)], name: &str, value: &str) {
    let field = fields.iter_mut().find(|field| field.0 == name);
    if let Some((_, old)) = field {
        value.clone_into(old);
    }
}

fn without(target: &Target, name: &str) -> Vec<u8> {
    changed(target, |fields| fields.retain(|field| field.0 != name))
}

fn twice(target: &Target, name: &str) -> Vec<u8> {
    changed(target, |fields| {
        let field = fields.iter().find(|field| field.0 == name).cloned();
        fields.extend(field);
    })
}

/// Trailers behind some content.
fn trailers(target: &Target, fields: &Block) -> Vec<u8> {
    let last = headers(target.stream).block(fields).trailers();
    (target.post(target.stream), data(target.stream, "x"), last).octets()
}

/// A POST that says how long it is, and content of these lengths.
fn long(target: &Target, said: &str, pieces: &[usize]) -> Vec<u8> {
    let mut wire = target
        .post(target.stream)
        .field("content-length", said)
        .octets();
    for (place, octets) in pieces.iter().enumerate() {
        let piece = data(target.stream, vec![b'x'; *octets]);
        wire.extend(match place + 1 == pieces.len() {
            true => piece.end().octets(),
            false => piece.octets(),
        });
    }
    wire
}

/// What a server may do with a method, a scheme or a request that it does not know.
const ANYTHING: &[Outcome] = &[
    Outcome::Answers,
    Outcome::Refuses,
    Outcome::Resets(code::PROTOCOL_ERROR),
    Outcome::Resets(code::REFUSED_STREAM),
    Outcome::Resets(code::CONNECT_ERROR),
    Outcome::Resets(code::CANCEL),
    Outcome::Goes,
];

pub(super) const CASES: [Case; 27] = [
    Case::new("get", "RFC 9113 §8.1", "GET", ANSWERED, |target| {
        target.get(target.stream).end().octets()
    }),
    Case::new("head", "RFC 9113 §8.1", "HEAD", ANSWERED, |target| {
        changed(target, |fields| set(fields, ":method", "HEAD"))
    })
    .seeing(|heard| {
        match heard
            .on_stream(crate::kind::DATA)
            .any(|seen| !seen.content().is_empty())
        {
            true => Err("the response to HEAD has content".to_owned()),
            false => Ok(()),
        }
    }),
    Case::new(
        "post",
        "RFC 9113 §8.1",
        "POST with content",
        SENT,
        |target| {
            (
                target.post(target.stream),
                data(target.stream, "some content").end(),
            )
                .octets()
        },
    ),
    Case::new(
        "post-with-trailers",
        "RFC 9113 §8.1",
        "POST with content and trailers",
        SENT,
        |target| trailers(target, &block().literal("x-trailer", "y")),
    ),
    Case::new(
        "trailers-without-end-stream",
        "RFC 9113 §8.1",
        "a second HEADERS without END_STREAM",
        MALFORMED,
        |target| {
            let more = headers(target.stream).field("x-trailer", "y");
            (target.post(target.stream), data(target.stream, "x"), more).octets()
        },
    ),
    Case::new(
        "trailers-with-pseudo",
        "RFC 9113 §8.1",
        "trailers with a pseudo-header field",
        MALFORMED,
        |target| trailers(target, &block().literal(":path", "/")),
    ),
    Case::new(
        "pseudo-behind-field",
        "RFC 9113 §8.3",
        "a pseudo-header field behind a field",
        MALFORMED,
        |target| {
            changed(target, |fields| {
                fields.insert(3, ("x-field", "x".to_owned()))
            })
        },
    ),
    Case::new(
        "pseudo-unknown",
        "RFC 9113 §8.3",
        "a pseudo-header field that nobody knows",
        MALFORMED,
        |target| changed(target, |fields| fields.push((":unknown", "x".to_owned()))),
    ),
    Case::new(
        "pseudo-of-response",
        "RFC 9113 §8.3",
        ":status in a request",
        MALFORMED,
        |target| changed(target, |fields| fields.push((":status", "200".to_owned()))),
    ),
    Case::new(
        "method-missing",
        "RFC 9113 §8.3.1",
        "no :method",
        MALFORMED,
        |target| without(target, ":method"),
    ),
    Case::new(
        "scheme-missing",
        "RFC 9113 §8.3.1",
        "no :scheme",
        MALFORMED,
        |target| without(target, ":scheme"),
    ),
    Case::new(
        "path-missing",
        "RFC 9113 §8.3.1",
        "no :path",
        MALFORMED,
        |target| without(target, ":path"),
    ),
    Case::new(
        "path-empty",
        "RFC 9113 §8.3.1",
        "an empty :path",
        MALFORMED,
        |target| changed(target, |fields| set(fields, ":path", "")),
    ),
    Case::new(
        "method-twice",
        "RFC 9113 §8.3.1",
        ":method twice",
        MALFORMED,
        |target| twice(target, ":method"),
    ),
    Case::new(
        "scheme-twice",
        "RFC 9113 §8.3.1",
        ":scheme twice",
        MALFORMED,
        |target| twice(target, ":scheme"),
    ),
    Case::new(
        "path-twice",
        "RFC 9113 §8.3.1",
        ":path twice",
        MALFORMED,
        |target| twice(target, ":path"),
    ),
    Case::new(
        "authority-with-userinfo",
        "RFC 9113 §8.3.1",
        ":authority with userinfo",
        MALFORMED_OR_NOT,
        |target| {
            changed(target, |fields| {
                set(fields, ":authority", &format!("user@{}", target.authority))
            })
        },
    ),
    Case::new(
        "path-of-star-for-get",
        "RFC 9113 §8.3.1",
        "GET of *",
        MALFORMED_OR_NOT,
        |target| changed(target, |fields| set(fields, ":path", "*")),
    ),
    Case::new(
        "options-of-star",
        "RFC 9113 §8.3.1",
        "OPTIONS of *",
        ANYTHING,
        |target| {
            changed(target, |fields| {
                set(fields, ":method", "OPTIONS");
                set(fields, ":path", "*");
            })
        },
    ),
    Case::new(
        "connect-with-path",
        "RFC 9113 §8.5",
        "CONNECT with :scheme and :path",
        MALFORMED,
        |target| changed(target, |fields| set(fields, ":method", "CONNECT")),
    ),
    Case::new(
        "connect-without-authority",
        "RFC 9113 §8.5",
        "CONNECT without :authority",
        MALFORMED,
        |target| of(target, &[(":method", "CONNECT")]),
    ),
    Case::new(
        "method-unknown",
        "RFC 9110 §9.1",
        "a method that nobody knows",
        ANYTHING,
        |target| changed(target, |fields| set(fields, ":method", "CASES")),
    ),
    Case::new(
        "length-short",
        "RFC 9113 §8.1.1",
        "less content than content-length says",
        MALFORMED,
        |target| long(target, "10", &[4]),
    ),
    Case::new(
        "length-long",
        "RFC 9113 §8.1.1",
        "more content than content-length says",
        MALFORMED,
        |target| long(target, "3", &[4, 4]),
    ),
    Case::new(
        "length-long-in-pieces",
        "RFC 9113 §8.1.1",
        "pieces that are more than content-length says together",
        MALFORMED,
        |target| long(target, "6", &[4, 4]),
    ),
    Case::new(
        "length-right",
        "RFC 9113 §8.1.1",
        "as much content as content-length says",
        SENT,
        |target| long(target, "8", &[4, 4]),
    ),
    Case::new(
        "length-not-a-number",
        "RFC 9113 §8.1.1",
        "content-length that is no number",
        MALFORMED,
        |target| long(target, "ten", &[4]),
    ),
];

/// A request with content: an answer may come before all of it, and ask for no more.
const SENT: &[Outcome] = &[
    Outcome::Answers,
    Outcome::Refuses,
    Outcome::Goes,
    Outcome::Resets(code::NO_ERROR),
];

/// It is malformed by the letter, and few look.
const MALFORMED_OR_NOT: &[Outcome] = &[
    Outcome::Resets(code::PROTOCOL_ERROR),
    Outcome::Ends(code::PROTOCOL_ERROR),
    Outcome::Refuses,
    Outcome::Answers,
];
