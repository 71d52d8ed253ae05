//! The laws of the crate, as functions of any octets, so that a fuzzer can call them.

use testkit::{Peer, Rng};
use tress_upgrade::proto::runtime::Runtime;
use tress_upgrade::proto::{Bytes, Config, Request, Response, StreamId};
use tress_upgrade::{Client, Fallback, Limits, RequestHead, Server};

#[cfg(test)]
#[path = "laws/tests.rs"]
mod tests;

/// No octets make a server panic, and the pieces they come in do not matter: it says the same in
/// HTTP/1.1, goes on in the same protocol, and is closed when the input has ended.
pub(crate) fn a_server_takes_any_octets(data: &[u8]) {
    server_in_pieces(data, || Server::cleartext(Config::default()).fallback(echo));
}

/// No octets make a client panic, and the pieces they come in do not matter.
pub(crate) fn a_client_takes_any_octets(data: &[u8]) {
    let request = Request::get("http", "a", "/");
    let make = || {
        let client = Client::cleartext(Config::default(), &request, b"").expect("it may ask");
        client.limits(limits())
    };
    let (seed, wire) = seed(data);
    let hear = |wire, pieces: &mut dyn FnMut() -> usize| {
        let peer = feed(make(), wire, pieces);
        (peer.machine.error().cloned(), peer.machine.is_http2())
    };
    let whole = hear(wire, &mut || wire.len());
    let mut rng = Rng::new(seed);
    assert_eq!(hear(wire, &mut || rng.range(1..20)), whole);
}

fn server_in_pieces<F: Fallback>(data: &[u8], make: impl Fn() -> Server<F>) {
    let (seed, wire) = seed(data);
    let hear = |pieces: &mut dyn FnMut() -> usize| {
        let mut peer = feed(make().limits(limits()), wire, pieces);
        let octets = peer.sent_octets();
        let is_http2 = peer.machine.is_http2();
        let opened = peer.machine.connection().stream(StreamId::from_wire(1));
        (text(&octets, is_http2).to_vec(), is_http2, opened.is_some())
    };
    let whole = hear(&mut || wire.len());
    let mut rng = Rng::new(seed);
    assert_eq!(
        hear(&mut || rng.range(1..20)),
        whole,
        "{}",
        wire.escape_ascii()
    );
}

/// Feeds a machine, and ends its input.
fn feed<M: Runtime>(machine: M, wire: &[u8], pieces: &mut dyn FnMut() -> usize) -> Peer<M> {
    let mut peer = Peer::new(machine);
    let mut rest = wire;
    while !rest.is_empty() {
        let (piece, others) = rest.split_at(pieces().clamp(1, rest.len()));
        peer.feed(piece);
        rest = others;
    }
    peer.eof();
    assert!(peer.is_closed(), "the driver goes on");
    peer
}

/// What was said in HTTP/1.1.
fn text(octets: &[u8], is_http2: bool) -> &[u8] {
    let mut end = 0;
    while is_http2
        && octets
            .get(end..)
            .is_some_and(|rest| rest.starts_with(b"HTTP/1.1 1"))
    {
        let rest = octets.get(end..).unwrap_or_default();
        let head = rest.windows(4).position(|four| four == b"\r\n\r\n");
        end += head.map_or(rest.len(), |head| head + 4);
    }
    octets.get(..end).filter(|_| is_http2).unwrap_or(octets)
}

fn echo(head: &RequestHead, content: Bytes) -> (Response, Bytes) {
    let target = head.target();
    (Response::new(200).field("x", target), content)
}

/// Small ones, so that the octets of a fuzzer reach them.
fn limits() -> Limits {
    Limits::default().head(400).fields(12).content(100)
}

/// What says the pieces, and the rest.
fn seed(data: &[u8]) -> (u64, &[u8]) {
    match data.split_first() {
        Some((seed, wire)) => (u64::from(*seed), wire),
        None => (0, &[]),
    }
}
