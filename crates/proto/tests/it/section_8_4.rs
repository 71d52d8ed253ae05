//! Server push (RFC 9113 §8.4, RFC 9113 §6.6).

use crate::support::End;
use testkit::{Pair, Peer, block, code, data, headers, kind, push_promise, settings, settings_ack};
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Event, Limits, MessageRule, Part, Request,
    Response, Server, StreamId, UserError,
};

type Ends = Pair<Connection<Client>, Connection<Server>>;

fn get(path: &str) -> Request {
    Request::get("http", "example.org", path)
}

/// Two ends, and a request on stream 1 that the server has not answered.
fn asked(client: Config) -> (Ends, StreamId) {
    let server = Connection::new(Config::default());
    let mut pair = Pair::new(Connection::new(client), server);
    let id = pair.a.request(get("/")).unwrap();
    pair.a.stream_mut(id).unwrap().end().unwrap();
    pair.run();
    (pair, id)
}

fn pushing() -> (Ends, StreamId) {
    asked(Config::default().allow_push())
}

fn promised(pair: &mut Ends) -> Option<(StreamId, StreamId)> {
    core::iter::from_fn(|| pair.a.poll_event()).find_map(|event| match event {
        Event::Promised {
            stream_id,
            promised_id,
        } => Some((stream_id, promised_id)),
        _ => None,
    })
}

fn answer(pair: &mut Ends, id: StreamId, content: &'static [u8]) {
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(Bytes::from_static(content)).unwrap();
    stream.end().unwrap();
    stream.release();
}

fn content(pair: &mut Ends, id: StreamId) -> Vec<Part<Client>> {
    let mut stream = pair.a.stream_mut(id).unwrap();
    core::iter::from_fn(|| stream.recv().unwrap()).collect()
}

#[test]
fn a_pushed_response_arrives_with_the_request_that_it_answers() {
    let (mut pair, id) = pushing();
    let pushed = pair
        .b
        .stream_mut(id)
        .unwrap()
        .push(get("/style.css"))
        .unwrap();
    assert_eq!(pushed.value(), 2);
    answer(&mut pair, pushed, b"body {}");
    answer(&mut pair, id, b"<html>");
    pair.run();

    assert_eq!(promised(&mut pair), Some((id, pushed)));
    let promise = pair.a.stream_mut(pushed).unwrap().take_promise();
    assert_eq!(promise, Some(get("/style.css")));
    let parts = content(&mut pair, pushed);
    assert_eq!(parts[1], Part::Data(Bytes::from_static(b"body {}")));
    assert_eq!(parts[2], Part::End);
    assert_eq!(
        content(&mut pair, id).len(),
        3,
        "the stream that carried it is unharmed"
    );
}

#[test]
fn a_promise_with_continuation_arrives() {
    let (mut pair, id) = pushing();
    let long = "x".repeat(20_000);
    let request = get("/").field("x-long", &long);
    let pushed = pair.b.stream_mut(id).unwrap().push(request).unwrap();
    pair.run();
    assert_eq!(promised(&mut pair), Some((id, pushed)));
    let promise = pair.a.stream_mut(pushed).unwrap().take_promise().unwrap();
    assert_eq!(promise.field_value("x-long"), Some(long.as_bytes()));
}

#[test]
fn a_client_refuses_a_push_by_resetting_it_and_the_connection_goes_on() {
    let (mut pair, id) = pushing();
    let pushed = pair.b.stream_mut(id).unwrap().push(get("/a")).unwrap();
    pair.run();
    let mut stream = pair.a.stream_mut(pushed).unwrap();
    stream.reset(ErrorCode::CANCEL).unwrap();
    pair.run();
    let reset = core::iter::from_fn(|| pair.b.poll_event())
        .any(|event| format!("{event:?}").contains("Reset(CANCEL"));
    assert!(reset, "the server hears of it");
    answer(&mut pair, id, b"ok");
    pair.run();
    assert_eq!(content(&mut pair, id).len(), 3);
}

#[test]
fn a_client_that_takes_no_push_is_sent_none() {
    let (mut pair, id) = asked(Config::default());
    let pushed = pair.b.stream_mut(id).unwrap().push(get("/a"));
    assert_eq!(pushed, Err(UserError::PushDisabled));
}

#[test]
fn a_pushed_stream_promises_nothing() {
    let (mut pair, id) = pushing();
    let pushed = pair.b.stream_mut(id).unwrap().push(get("/a")).unwrap();
    let again = pair.b.stream_mut(pushed).unwrap().push(get("/b"));
    assert_eq!(again, Err(UserError::NotPushable));
}

#[test]
fn a_promise_that_is_not_safe_is_the_applications_error() {
    let (mut pair, id) = pushing();
    let request = Request::post("http", "example.org", "/");
    let pushed = pair.b.stream_mut(id).unwrap().push(request);
    assert_eq!(
        pushed,
        Err(UserError::Malformed(MessageRule::PromisedMethod))
    );
}

#[test]
fn more_pushes_than_the_client_takes_at_once_wait_for_each_other() {
    let (mut pair, id) = pushing();
    let change = tress_proto::SettingsChange::default().concurrent_streams(1);
    pair.a.update_settings(change).unwrap();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    let first = stream.push(get("/a")).unwrap();
    pair.run();
    let mut stream = pair.b.stream_mut(first).unwrap();
    stream.respond(Response::new(200)).unwrap();
    let second = pair.b.stream_mut(id).unwrap().push(get("/b"));
    pair.run();
    // The limit of the client counts promises too, so that the second is refused, and the first is not.
    assert!(pair.a.stream(first).is_some());
    assert!(pair.a.stream(second.unwrap()).is_none());
}

#[test]
fn a_promise_where_push_is_not_allowed_is_a_connection_error() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    let id = peer.machine.request(get("/")).unwrap();
    peer.machine.stream_mut(id).unwrap().end().unwrap();
    peer.run();
    peer.feed((settings(), settings_ack(), push_promise(1, 2).get("/")));
    let goaway = peer.sent().pop().unwrap();
    assert_eq!(
        (goaway.kind, goaway.code()),
        (kind::GOAWAY, Some(code::PROTOCOL_ERROR))
    );
}

#[test]
fn a_promise_on_an_idle_stream_is_a_connection_error() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default().allow_push()));
    peer.run();
    peer.feed((settings(), settings_ack(), push_promise(1, 2).get("/")));
    let goaway = peer.sent().pop().unwrap();
    assert_eq!(
        (goaway.kind, goaway.code()),
        (kind::GOAWAY, Some(code::PROTOCOL_ERROR))
    );
}

/// Not a promise that is not allowed: there is none.
#[test]
fn headers_on_a_stream_that_was_never_promised_are_called_so() {
    for config in [Config::default(), Config::default().allow_push()] {
        let mut end = End::<Client>::with(config);
        end.feed(headers(2).status(200));
        let goaway = end.sent().pop().unwrap();
        assert_eq!(goaway.code(), Some(code::PROTOCOL_ERROR));
        let text = "HEADERS on a stream that the server has not promised";
        assert_eq!(goaway.debug_data(), text.as_bytes());
    }
}

/// Pins: hEADERS on a stream whose PUSH_PROMISE had been taken back.
#[test]
fn what_was_queued_on_a_promise_that_cannot_be_made_is_not_sent() {
    let (client, server) = (Config::default().allow_push(), Config::default());
    let mut pair = Pair::new(
        Connection::<Client>::new(client),
        Connection::<Server>::new(server),
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

/// Pins: promised streams were not counted, or never released.
#[test]
fn promises_count_towards_our_limit_once_their_response_has_begun() {
    let limits = Limits::client().concurrent_streams(2);
    let config = Config::default().allow_push().limits(limits).unwrap();
    let mut end = End::<Client>::with(config);
    let promise = |id| push_promise(1, id).block(&block().request("GET", "/"));
    for id in [2, 4] {
        end.feed((promise(id), headers(id).status(200)));
    }
    end.quiet();
    end.feed(promise(6));
    assert_eq!(end.said(), ["RST_STREAM stream 6 REFUSED_STREAM"]);
    // One that has ended makes space.
    end.feed((data(2, "").end(), promise(8), headers(8).status(200).end()));
    assert!(end.said().is_empty());
    assert_eq!(end.take(8).last().map(String::as_str), Some("8: end"));
}
