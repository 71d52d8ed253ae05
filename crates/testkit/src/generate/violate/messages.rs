//! Messages that are malformed, or nearly so (RFC 9113 §8).

use crate::{Block, Rng, Side, Wire, block, data, headers};

type List = &'static [(&'static str, &'static str)];

/// Control data of requests (RFC 9113 §8.3.1, RFC 9113 §8.5, RFC 8441 §4).
const REQUESTS: [List; 34] = [
    &[(":method", "GET"), (":scheme", "https"), (":path", "/")],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", "a"),
    ],
    &[(":method", "GET"), (":path", "/"), (":authority", "a")],
    &[(":scheme", "https"), (":path", "/"), (":authority", "a")],
    &[
        (":method", "GET"),
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":path", "/"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", ""),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "*"),
        (":authority", "a"),
    ],
    &[
        (":method", "OPTIONS"),
        (":scheme", "https"),
        (":path", "*"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "no-slash"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/a b"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/\u{e9}"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/#part"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "ht tp"),
        (":path", "/"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "urn"),
        (":path", "whatever"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", ""),
        (":path", "/"),
        (":authority", "a"),
    ],
    &[
        (":method", ""),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a"),
    ],
    &[
        (":method", "G T"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", ""),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "u@a"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a b"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a:b"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a/b"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "[::1]:1"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":odd", "1"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":status", "200"),
    ],
    &[
        (":method", "GET"),
        (":scheme", "https"),
        (":path", "/"),
        (":protocol", "websocket"),
    ],
    &[(":method", "CONNECT"), (":authority", "a:1")],
    &[(":method", "CONNECT"), (":authority", "a")],
    &[(":method", "CONNECT")],
    &[
        (":method", "CONNECT"),
        (":authority", "a:1"),
        (":path", "/"),
    ],
    &[
        (":method", "CONNECT"),
        (":authority", "a:1"),
        (":scheme", "https"),
        (":path", "/"),
    ],
    &[
        (":method", "CONNECT"),
        (":protocol", "websocket"),
        (":scheme", "https"),
        (":path", "/"),
        (":authority", "a"),
    ],
    &[
        (":method", "CONNECT"),
        (":protocol", "websocket"),
        (":authority", "a:1"),
    ],
];

/// Control data of responses (RFC 9113 §8.3.2).
const RESPONSES: [List; 16] = [
    &[],
    &[(":status", "200"), (":status", "200")],
    &[(":status", "200"), (":odd", "1")],
    &[(":status", "200"), (":path", "/")],
    &[(":status", "")],
    &[(":status", "20")],
    &[(":status", "2000")],
    &[(":status", "abc")],
    &[(":status", "099")],
    &[(":status", "600")],
    &[(":status", "100")],
    &[(":status", "101")],
    &[(":status", "103")],
    &[(":status", "204")],
    &[(":status", "205")],
    &[(":status", "304")],
];

/// Fields of either (RFC 9113 §8.2, RFC 9110 §8.6).
const FIELDS: [List; 42] = [
    &[],
    &[],
    &[],
    &[],
    &[("", "a field without a name")],
    &[("Upper", "case")],
    &[("with space", "a")],
    &[("colon:inside", "a")],
    &[("control\u{1}", "a")],
    &[("h\u{e9}", "a")],
    &[("del\u{7f}", "a")],
    &[("x-a", "line\nbreak")],
    &[("x-a", "carriage\rreturn")],
    &[("x-a", "zero\0octet")],
    &[("x-a", "control\u{1}")],
    &[("x-a", "delete\u{7f}")],
    &[("x-a", "tab\tinside")],
    &[("x-a", " before")],
    &[("x-a", "behind ")],
    &[("x-a", "\tbefore")],
    &[("x-a", "\u{e9}")],
    &[("x-a", "")],
    &[("connection", "close")],
    &[("keep-alive", "1")],
    &[("proxy-connection", "close")],
    &[("transfer-encoding", "chunked")],
    &[("upgrade", "h2c")],
    &[("te", "trailers")],
    &[("te", "gzip")],
    &[("te", "TRAILERS")],
    &[("host", "a")],
    &[("host", "b")],
    &[("host", "a"), ("host", "a")],
    &[("host", "a b")],
    &[("host", "")],
    &[("content-length", "0")],
    &[("content-length", "5")],
    &[("content-length", "5"), ("content-length", "5")],
    &[("content-length", "5, 5")],
    &[("content-length", "+5")],
    &[("content-length", "99999999999999999999")],
    &[("x-late", "1"), (":path", "/late")],
];

/// A message on this stream, its content and trailers as they may be.
pub(super) fn message(rng: &mut Rng, side: Side, stream: u32) -> Vec<Vec<u8>> {
    let mut said = Vec::new();
    let control = match (side, rng.chance(1, 2)) {
        (Side::Client, true) => block().request("POST", "/"),
        (Side::Client, false) => fields(rng.pick::<List>(&REQUESTS)),
        (Side::Server, true) => block().status(200),
        (Side::Server, false) => fields(rng.pick::<List>(&RESPONSES)),
    };
    let head = control.raw(fields(rng.pick::<List>(&FIELDS)).octets());
    let end = rng.chance(1, 3);
    said.push(section(stream, &head, end));
    if end {
        return said;
    }
    for _ in 0..rng.range(0..3) {
        said.push(data(stream, vec![b'm'; *rng.pick(&[0, 1, 5])]).octets());
    }
    match rng.range(0..4) {
        0 => said.push(data(stream, vec![b'm'; *rng.pick(&[0, 5])]).end().octets()),
        1 => said.push(section(stream, &trailers(rng), true)),
        2 => said.push(section(stream, &trailers(rng), false)),
        _ => {}
    }
    said
}

fn trailers(rng: &mut Rng) -> Block {
    match rng.range(0..4) {
        0 => block().indexed(8),
        1 => block().literal(":path", "/"),
        2 => block().literal("x-sum", "1"),
        _ => fields(rng.pick::<List>(&FIELDS)),
    }
}

fn section(stream: u32, block: &Block, end: bool) -> Vec<u8> {
    let frame = headers(stream).block(block);
    match end {
        true => frame.end().octets(),
        false => frame.octets(),
    }
}

/// Writes each as a literal; letters beyond ASCII as UTF-8 has them.
fn fields(list: List) -> Block {
    let fields = list.iter();
    fields.fold(block(), |block, (name, value)| block.literal(name, value))
}
