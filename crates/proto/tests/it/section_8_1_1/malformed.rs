//! One malformed message among good ones, at both ends of a connection.
//!
//! Each is fed octet by octet and at once, on a connection of its own: the stream is reset with
//! PROTOCOL_ERROR, nothing else is said, and the other streams go on.

use core::fmt::Debug;

use testkit::{
    Block, PREFACE, Peer, Wire, block, code, data, headers, kind, ping, push_promise, settings,
    settings_ack,
};
use tress_proto::{
    Bytes, Client, Config, Connection, Event, MessageRule, Part, Request, Response, Role, Server,
    StreamError, StreamId, Violation,
};

/// A name and a value.
pub(crate) type Field = (&'static str, &'static str);

/// The control data of a good request.
pub(crate) const GET: [Field; 4] = [
    (":method", "GET"),
    (":scheme", "https"),
    (":authority", "a"),
    (":path", "/"),
];

/// Writes fields as plain literals.
pub(crate) fn fields(fields: &[Field]) -> Block {
    fields
        .iter()
        .fold(block(), |block, (name, value)| block.literal(name, value))
}

/// The control data of a good request, and then these.
pub(crate) fn get(more: &[Field]) -> Vec<Field> {
    [&GET[..], more].concat()
}

/// A server that has a request under way on stream 1.
pub(crate) fn server(config: Config, chunk: usize) -> Peer<Connection<Server>> {
    let mut peer = Peer::new(Connection::new(config)).chunks(chunk);
    peer.feed((PREFACE, settings(), settings_ack()));
    peer.feed(headers(1).post("/"));
    events(&mut peer.machine);
    peer.sent();
    peer
}

/// A client that has sent these requests on streams 1, 3, 5 and so on.
pub(crate) fn client(requests: &[Request], chunk: usize) -> Peer<Connection<Client>> {
    client_by(Config::default(), requests, chunk)
}

fn client_by(config: Config, requests: &[Request], chunk: usize) -> Peer<Connection<Client>> {
    let mut peer = Peer::new(Connection::new(config)).chunks(chunk);
    peer.feed((settings().set(0x8, 1), settings_ack()));
    for request in requests {
        let id = peer.machine.request(request.clone()).unwrap();
        peer.machine.stream_mut(id).unwrap().end().unwrap();
    }
    peer.run();
    events(&mut peer.machine);
    peer.sent();
    peer
}

/// What has happened since the last call.
pub(crate) fn events<R: Role>(connection: &mut Connection<R>) -> Vec<Event> {
    core::iter::from_fn(|| connection.poll_event()).collect()
}

/// What has arrived on a stream, up to its end or its error.
pub(crate) fn parts<R: Role>(connection: &mut Connection<R>, id: u32) -> Vec<Part<R>> {
    let id = StreamId::new(id).unwrap();
    core::iter::from_fn(|| match connection.stream_mut(id) {
        Ok(mut stream) => stream.recv().ok().flatten(),
        Err(_) => None,
    })
    .collect()
}

/// A server refuses what is fed on stream 3, of which its application never hears.
#[track_caller]
pub(crate) fn server_refuses(wire: impl Wire) {
    server_refuses_by(&Config::default(), wire);
}

/// The same of a server with a configuration of its own.
#[track_caller]
pub(crate) fn server_refuses_by(config: &Config, wire: impl Wire) {
    for chunk in [1, usize::MAX] {
        let mut peer = server(config.clone(), chunk);
        peer.feed(wire.octets());
        is_reset(&mut peer, 3);
        let heard = events(&mut peer.machine);
        assert!(heard.is_empty(), "{heard:?}");
        server_is_unharmed(&mut peer);
    }
}

/// A server answers what is fed on stream 3 with the status 400, and its application never hears of
/// it.
#[track_caller]
pub(crate) fn server_answers_400(wire: impl Wire) {
    for chunk in [1, usize::MAX] {
        let mut peer = server(Config::default(), chunk);
        peer.feed(wire.octets());
        let sent = peer.sent();
        assert_eq!(
            format!("{:?}", sent[0]),
            "HEADERS stream 3 END_STREAM END_HEADERS [:status: 400]"
        );
        // RFC 9113 §8.1: what may still come is not wanted.
        let rest: Vec<_> = sent[1..].iter().map(|seen| seen.code()).collect();
        assert!(
            rest.is_empty() || rest == [Some(code::NO_ERROR)],
            "{sent:?}"
        );
        let heard = events(&mut peer.machine);
        assert!(heard.is_empty(), "{heard:?}");
        server_is_unharmed(&mut peer);
    }
}

/// A server refuses what is fed on stream 3, after it has heard of a good request there.
#[track_caller]
pub(crate) fn server_ends(wire: impl Wire, rule: MessageRule) {
    for chunk in [1, usize::MAX] {
        let mut peer = server(Config::default(), chunk);
        peer.feed(wire.octets());
        is_reset(&mut peer, 3);
        is_finished(&mut peer.machine, 3, rule);
        server_is_unharmed(&mut peer);
    }
}

/// A server takes what is fed on stream 3; its application hears this.
#[track_caller]
pub(crate) fn server_accepts(wire: impl Wire) -> Vec<Part<Server>> {
    server_accepts_by(&Config::default(), wire)
}

/// The same of a server with a configuration of its own.
#[track_caller]
pub(crate) fn server_accepts_by(config: &Config, wire: impl Wire) -> Vec<Part<Server>> {
    let heard = [1, usize::MAX].map(|chunk| {
        let mut peer = server(config.clone(), chunk);
        peer.feed(wire.octets());
        is_silent(&mut peer);
        let heard = joined(parts(&mut peer.machine, 3));
        server_is_unharmed(&mut peer);
        heard
    });
    same(heard)
}

/// A client refuses what is fed on stream 1, where it has sent this request.
#[track_caller]
pub(crate) fn client_refuses(request: &Request, wire: impl Wire, rule: MessageRule) {
    for chunk in [1, usize::MAX] {
        let mut peer = client(&[request.clone(), good()], chunk);
        peer.feed(wire.octets());
        is_reset(&mut peer, 1);
        is_finished(&mut peer.machine, 1, rule);
        client_is_unharmed(&mut peer);
    }
}

/// A client refuses a promise of this request, and takes another.
#[track_caller]
pub(crate) fn client_refuses_promise(request: &[Field]) {
    for chunk in [1, usize::MAX] {
        let config = Config::default().allow_push();
        let mut peer = client_by(config, &[good(), good()], chunk);
        peer.feed(push_promise(1, 2).block(&fields(request)));
        is_reset(&mut peer, 2);
        let heard = events(&mut peer.machine);
        assert!(heard.is_empty(), "{heard:?}");
        peer.feed((
            push_promise(1, 4).block(&fields(&GET)),
            headers(4).status(200).end(),
        ));
        let heard = parts(&mut peer.machine, 4);
        assert_eq!(heard, [Part::Head(Response::new(200)), Part::End]);
        client_is_unharmed(&mut peer);
    }
}

/// A client takes what is fed on stream 1, where it has sent this request; its application hears
/// this.
#[track_caller]
pub(crate) fn client_accepts(request: &Request, wire: impl Wire) -> Vec<Part<Client>> {
    let heard = [1, usize::MAX].map(|chunk| {
        let mut peer = client(&[request.clone(), good()], chunk);
        peer.feed(wire.octets());
        is_silent(&mut peer);
        let heard = joined(parts(&mut peer.machine, 1));
        client_is_unharmed(&mut peer);
        heard
    });
    same(heard)
}

/// A request that is as it should be.
pub(crate) fn good() -> Request {
    Request::get("https", "a", "/")
}

/// RFC 9113 §8.1.1: the stream ends with PROTOCOL_ERROR, and nothing else is said.
#[track_caller]
fn is_reset<R: Role>(peer: &mut Peer<Connection<R>>, stream: u32) {
    let sent = peer.sent();
    let [reset] = &sent[..] else {
        panic!("wanted one RST_STREAM, not {sent:?}");
    };
    assert_eq!((reset.kind, reset.stream), (kind::RST_STREAM, stream));
    assert_eq!(reset.code(), Some(code::PROTOCOL_ERROR));
}

#[track_caller]
fn is_silent<R: Role>(peer: &mut Peer<Connection<R>>) {
    let sent = peer.sent();
    assert!(sent.is_empty(), "{sent:?}");
}

/// The application hears which rule was broken, by the event and on the stream.
#[track_caller]
fn is_finished<R: Role>(connection: &mut Connection<R>, stream: u32, rule: MessageRule) {
    let error = StreamError::Violation(Violation::Message(rule));
    let id = StreamId::new(stream).unwrap();
    let results: Vec<_> = events(connection)
        .iter()
        .filter_map(|event| match event {
            Event::Finished { stream_id, result } if *stream_id == id => Some(*result),
            _ => None,
        })
        .collect();
    assert_eq!(results, [Err(error)]);
    let heard = parts(connection, stream);
    let is_whole = heard.iter().any(|part| matches!(part, Part::End));
    assert!(!is_whole, "{heard:?}");
}

/// The request on stream 1 goes on, a new one opens, and the connection still answers.
#[track_caller]
fn server_is_unharmed(peer: &mut Peer<Connection<Server>>) {
    peer.feed(data(1, "hi").end());
    let [Part::Head(_), Part::Data(content), Part::End] = &parts(&mut peer.machine, 1)[..] else {
        panic!("the other stream is harmed");
    };
    assert_eq!(content, "hi");
    peer.feed(headers(5).get("/").end());
    let heard = parts(&mut peer.machine, 5);
    assert!(matches!(heard[..], [Part::Head(_), Part::End]), "{heard:?}");
    is_alive(peer);
}

/// The response on stream 3 comes through, and the connection still answers.
#[track_caller]
fn client_is_unharmed(peer: &mut Peer<Connection<Client>>) {
    peer.feed((headers(3).status(200), data(3, "hi").end()));
    let content = Part::Data(Bytes::from_static(b"hi"));
    assert_eq!(
        parts(&mut peer.machine, 3),
        [Part::Head(Response::new(200)), content, Part::End],
    );
    is_alive(peer);
}

#[track_caller]
fn is_alive<R: Role>(peer: &mut Peer<Connection<R>>) {
    peer.feed(ping(*b"unharmed"));
    let sent = peer.sent();
    assert!(
        sent.iter().any(|frame| frame.kind == kind::PING),
        "{sent:?}"
    );
    assert!(
        sent.iter().all(|frame| frame.kind != kind::GOAWAY),
        "{sent:?}"
    );
}

/// Content is one piece, however it came.
fn joined<R: Role>(parts: Vec<Part<R>>) -> Vec<Part<R>> {
    let mut joined: Vec<Part<R>> = Vec::new();
    for part in parts {
        match (joined.last_mut(), &part) {
            (Some(Part::Data(content)), Part::Data(more)) => {
                *content = [&content[..], more].concat().into();
            }
            _ => joined.push(part),
        }
    }
    joined
}

#[track_caller]
fn same<T: PartialEq + Debug>([by_octet, at_once]: [T; 2]) -> T {
    assert_eq!(by_octet, at_once);
    at_once
}
