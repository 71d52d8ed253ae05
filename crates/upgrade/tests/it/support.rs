//! A server or a client with a test on the other end, fed in pieces.

use alloc::collections::BTreeSet;
use core::fmt::Write as _;

use testkit::{Peer, Seen, kind};
use tress_upgrade::proto::{Config, Event, Part, Response, StreamId};
use tress_upgrade::{Fallback, Server};

/// The lengths of the pieces that everything is tried in.
pub(crate) const PIECES: [usize; 4] = [1, 9, 100, usize::MAX];

/// Three settings, as curl sends them.
pub(crate) const SETTINGS: &str = "AAMAAABkAAQCAAAAAAIAAAAA";

/// What a server says to agree.
pub(crate) const SWITCHING: &str =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";

/// A request that asks for HTTP/2, with the fields that are given besides.
pub(crate) fn wish(first: &str, fields: &[&str]) -> String {
    let mut request = format!(
        "{first} HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade, HTTP2-Settings\r\n\
         Upgrade: h2c\r\nHTTP2-Settings: {SETTINGS}\r\n"
    );
    for field in fields {
        write!(request, "{field}\r\n").unwrap();
    }
    request + "\r\n"
}

/// What came of some input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    /// What was said in HTTP/1.1.
    pub(crate) text: String,
    /// The kinds of the frames that were said behind that.
    pub(crate) frames: BTreeSet<u8>,
    /// The requests that the application saw, with their content.
    pub(crate) requests: Vec<(u32, String, Vec<u8>)>,
    pub(crate) is_http2: bool,
    pub(crate) is_closed: bool,
}

pub(crate) fn cleartext() -> Server {
    Server::cleartext(Config::default())
}

/// Feeds a server, in pieces of every kind, which do not matter.
#[track_caller]
pub(crate) fn hear<F: Fallback>(make: impl Fn() -> Server<F>, wire: impl AsRef<[u8]>) -> Heard {
    let [whole, others @ ..] = PIECES.map(|octets| {
        let mut peer = Peer::new(make()).chunks(octets);
        peer.feed(wire.as_ref());
        said(&mut peer)
    });
    for (other, octets) in others.iter().zip(&PIECES[1..]) {
        assert_eq!(*other, whole, "in pieces of {octets}");
    }
    whole
}

/// Looks at what a server said and saw; answers every request.
pub(crate) fn said<F: Fallback>(peer: &mut Peer<Server<F>>) -> Heard {
    let mut requests = Vec::new();
    let connection = peer.machine.connection();
    while let Some(event) = connection.poll_event() {
        let Event::Opened { stream_id } = event else {
            continue;
        };
        let mut stream = connection.stream_mut(stream_id).unwrap();
        let (mut head, mut content) = (String::new(), Vec::new());
        while let Ok(Some(part)) = stream.recv() {
            match part {
                Part::Head(request) => {
                    for field in request.section() {
                        let (name, value) = (field.name, field.value);
                        write!(head, "{}={} ", name.escape_ascii(), value.escape_ascii()).unwrap();
                    }
                }
                Part::Data(octets) => content.extend(octets),
                _ => {}
            }
        }
        requests.push((stream_id.value(), head.trim_end().to_owned(), content));
        // What followed may have ended the connection.
        if stream.respond(Response::new(204)).is_ok() {
            stream.end().unwrap();
        }
    }
    peer.run();
    let octets = peer.sent_octets();
    let (text, frames) = split(&octets);
    let first = frames.first().map(|frame| frame.kind);
    assert!(matches!(first, None | Some(kind::SETTINGS)), "{first:?}");
    let frames: BTreeSet<u8> = frames.iter().map(|frame| frame.kind).collect();
    Heard {
        text,
        frames,
        requests,
        is_http2: peer.machine.is_http2(),
        is_closed: peer.is_closed(),
    }
}

/// Cuts between HTTP/1.1 and HTTP/2.
pub(crate) fn split(octets: &[u8]) -> (String, Vec<Seen>) {
    let mut rest = octets;
    while rest.starts_with(b"HTTP/1.1 1") {
        let end = rest
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        rest = &rest[end + 4..];
    }
    if rest.starts_with(b"HTTP/1.1") {
        rest = &[];
    }
    let text = &octets[..octets.len() - rest.len()];
    let text = String::from_utf8(text.to_vec()).unwrap();
    (text, testkit::frames(rest))
}

impl Heard {
    /// The status of the last answer in HTTP/1.1; nothing else was done.
    #[track_caller]
    pub(crate) fn refusal(&self) -> u16 {
        assert!(
            self.frames.is_empty() && self.requests.is_empty() && !self.is_http2,
            "{self:?}"
        );
        assert!(self.is_closed, "{self:?}");
        let last = self.text.rsplit("HTTP/1.1 ").next().unwrap();
        let (head, content) = last.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("connection: "), "{head}");
        assert!(head.contains("close"), "{head}");
        assert!(
            head.contains(&format!("content-length: {}", content.len())),
            "{head}"
        );
        head[..3].parse().unwrap()
    }
}

pub(crate) const fn one() -> StreamId {
    StreamId::from_wire(1)
}
