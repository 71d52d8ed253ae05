//! When streams leave, and that the peer cannot tell whether they have (RFC 9113 §5.1).

use testkit::{Pair, Peer, code, headers, kind, settings};
use tress_proto::{Client, Config, Connection, ErrorCode, Part, Request, Response, StreamId};

/// A client whose request on stream 1 was answered, which it may not have taken.
fn answered() -> (Peer<Connection<Client>>, StreamId) {
    let mut peer = Peer::new(Connection::new(Config::default()));
    let connection = &mut peer.machine;
    let request = Request::get("http", "example.org", "/");
    let id = connection.request(request).unwrap();
    connection.stream_mut(id).unwrap().end().unwrap();
    peer.feed((settings(), headers(1).status(204).end()));
    while peer.machine.poll_event().is_some() {}
    (peer, id)
}

fn goaway(peer: &mut Peer<Connection<Client>>) -> Option<u32> {
    let frames = peer.sent();
    let last = frames.iter().find(|frame| frame.kind == kind::GOAWAY)?;
    last.code()
}

#[test]
fn headers_that_begin_a_block_on_a_closed_stream_end_the_connection_at_once() {
    for is_taken in [false, true] {
        let (mut peer, id) = answered();
        if is_taken {
            let mut stream = peer.machine.stream_mut(id).unwrap();
            let parts: Vec<_> = core::iter::from_fn(|| stream.recv().unwrap()).collect();
            assert_eq!(parts, [Part::Head(Response::new(204)), Part::End]);
        }
        assert_eq!(peer.machine.stream(id).is_none(), is_taken);
        peer.feed(headers(1).status(200).no_end_headers());
        assert_eq!(goaway(&mut peer), Some(code::STREAM_CLOSED));
    }
}

#[test]
fn a_stream_that_was_stopped_leaves_when_it_has_finished() {
    let (client, server) = (Config::default(), Config::default());
    let mut pair = Pair::new(
        Connection::<Client>::new(client),
        Connection::<tress_proto::Server>::new(server),
    );
    let request = Request::post("http", "example.org", "/");
    let id = pair.a.request(request).unwrap();
    pair.run();
    while pair.b.poll_event().is_some() {}
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.stop(ErrorCode::NO_ERROR).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.end().unwrap();
    pair.run();
    while pair.b.poll_event().is_some() {}
    assert!(pair.b.stream(id).is_none(), "nothing of it can be taken");
}
