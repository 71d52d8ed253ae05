//! What the laws have found wrong once, each pinned by hand (RFC 9113 §5.1, RFC 9113 §6.9).

use testkit::{Pair, Peer, block, code, data, headers, kind, push_promise, rst_stream, settings};
use tress_proto::{
    Client, Config, Connection, ErrorCode, Part, Request, Response, SettingsChange, StreamError,
    StreamId,
};

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

#[test]
fn what_was_queued_on_a_promise_that_cannot_be_made_is_not_sent() {
    let (client, server) = (Config::default().allow_push(), Config::default());
    let mut pair = Pair::new(
        Connection::<Client>::new(client),
        Connection::<tress_proto::Server>::new(server),
    );
    let request = Request::get("http", "example.org", "/");
    let id = pair.a.request(request.clone()).unwrap();
    pair.a.stream_mut(id).unwrap().end().unwrap();
    pair.run();
    let promised = pair.b.stream_mut(id).unwrap().push(request).unwrap();
    let mut pushed = pair.b.stream_mut(promised).unwrap();
    pushed.respond(Response::new(204)).unwrap();
    pushed.end().unwrap();
    let mut parent = pair.b.stream_mut(id).unwrap();
    parent.reset(ErrorCode::CANCEL).unwrap();
    pair.run();
    let sent = pair.frames(testkit::Way::BToA);
    let on_promised = sent.iter().filter(|frame| frame.stream == promised.value());
    assert_eq!(on_promised.count(), 0, "{sent:#?}");
    assert!(sent.iter().all(|frame| frame.kind != kind::PUSH_PROMISE));
}

#[test]
fn a_reset_that_waits_when_a_connection_ends_in_good_order_is_sent() {
    let mut pair = Pair::new(
        Connection::<Client>::new(Config::default()),
        Connection::<tress_proto::Server>::new(Config::default()),
    );
    let request = Request::post("http", "example.org", "/");
    let id = pair.a.request(request).unwrap();
    pair.a.go_away();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.reset(ErrorCode::CANCEL).unwrap();
    pair.run();
    let sent = pair.frames(testkit::Way::BToA);
    let kinds: Vec<u8> = sent.iter().map(|frame| frame.kind).collect();
    assert!(
        kinds.ends_with(&[kind::RST_STREAM, kind::GOAWAY]),
        "{sent:#?}"
    );
    let result = pair.a.stream(id).and_then(|stream| stream.result());
    assert_eq!(result, Some(Err(StreamError::Reset(ErrorCode::CANCEL))));
}

#[test]
fn what_the_peer_said_before_it_stopped_listening_is_heard() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    let request = Request::post("http", "example.org", "/");
    let id = peer.machine.request(request).unwrap();
    peer.run();
    peer.machine.ping(*b"too late").unwrap();
    peer.hang_up();
    assert!(peer.machine.stream(id).unwrap().result().is_none());
    peer.feed((settings(), headers(1).status(413).end())).eof();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    let head = Part::Head(Response::new(413));
    assert_eq!(stream.recv().unwrap(), Some(head));
    assert_eq!(stream.recv().unwrap(), Some(Part::End));
    let events = core::iter::from_fn(|| peer.machine.poll_event());
    let closed = events.last().map(|event| format!("{event:?}"));
    assert_eq!(closed.as_deref(), Some("Closed(Ok(()))"));
    assert!(peer.is_closed());
}

#[test]
fn credit_that_was_held_back_is_returned_when_the_window_shrinks() {
    let server = Config::default().initial_window(65_535).unwrap();
    let mut pair = Pair::new(
        Connection::<Client>::new(Config::default()),
        Connection::<tress_proto::Server>::new(server),
    );
    let request = Request::post("http", "example.org", "/");
    let id = pair.a.request(request).unwrap();
    let mut stream = pair.a.stream_mut(id).unwrap();
    stream.send_data(vec![0; 30_000].into()).unwrap();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    while stream.recv().unwrap().is_some() {}
    pair.run();
    assert_eq!(pair.b.stream(id).unwrap().recv_window(), 65_535 - 30_000);
    let change = SettingsChange::default().initial_window(10_000).unwrap();
    pair.b.update_settings(change).unwrap();
    pair.run();
    assert_eq!(pair.b.stream(id).unwrap().recv_window(), 10_000);
    assert_eq!(pair.a.stream(id).unwrap().send_window(), 10_000);
}

#[test]
fn a_reset_that_answers_a_late_frame_is_remembered_whether_or_not_the_stream_was_taken() {
    for is_taken in [false, true] {
        let config = Config::default().allow_push();
        let mut peer = Peer::new(Connection::<Client>::new(config));
        let request = Request::get("http", "example.org", "/");
        let id = peer.machine.request(request).unwrap();
        peer.feed((settings(), rst_stream(1, code::CANCEL)));
        while peer.machine.poll_event().is_some() {}
        if is_taken {
            let _ = peer.machine.stream_mut(id).unwrap().recv();
        }
        assert_eq!(peer.machine.stream(id).is_none(), is_taken);
        let promise = push_promise(1, 2).block(&block().request("GET", "/style.css"));
        peer.feed((data(1, "late"), promise));
        let sent = peer.sent();
        let resets = sent.iter().filter(|frame| frame.code().is_some());
        let answers: Vec<_> = resets.map(|frame| (frame.stream, frame.code())).collect();
        let refused = (2, Some(code::REFUSED_STREAM));
        assert_eq!(answers, [(1, Some(code::STREAM_CLOSED)), refused]);
    }
}

#[test]
fn closed_waits_for_a_flush_whose_octets_are_still_to_be_written() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default())).undrained();
    let request = Request::post("http", "example.org", "/");
    let id = peer.machine.request(request).unwrap();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    stream.send_data(vec![0; 10].into()).unwrap();
    stream.end().unwrap();
    stream.flush().unwrap();
    peer.run().feed((settings(), headers(1).status(204).end()));
    peer.eof();
    let names = |peer: &mut Peer<Connection<Client>>| {
        let events = core::iter::from_fn(|| peer.machine.poll_event());
        let events = events.map(|event| format!("{event:?}"));
        let names = events.map(|event| event.split([' ', '(']).next().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let before = names(&mut peer);
    assert!(
        before
            .iter()
            .all(|name| name != "Closed" && name != "Flushed")
    );
    peer.drain();
    assert_eq!(names(&mut peer), ["Flushed", "Closed"]);
}
