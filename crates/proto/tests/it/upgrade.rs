//! A connection that began as HTTP/1.1 (RFC 7540 §3.2).

use testkit::{PREFACE, Pair, Peer, headers, kind, settings};
use tress_proto::{
    Bytes, Client, Config, Connection, Event, Part, Request, Response, Role, Server, SettingId,
    StreamId, UserError,
};

fn one() -> StreamId {
    StreamId::from_wire(1)
}

fn post() -> Request {
    Request::post("http", "a", "/").field("content-length", "5")
}

fn parts<R: Role>(connection: &mut Connection<R>) -> Vec<Part<R>> {
    let mut stream = connection.stream_mut(one()).unwrap();
    core::iter::from_fn(|| stream.recv().unwrap()).collect()
}

fn server(settings: &[u8]) -> Result<Connection<Server>, UserError> {
    Connection::<Server>::upgraded(
        Config::default(),
        settings,
        post(),
        Bytes::from_static(b"hello"),
    )
}

#[test]
fn the_request_of_the_upgrade_is_stream_1_on_both_ends() {
    let config = Config::default().initial_window(70_000).unwrap();
    let settings = config.http2_settings();
    let (client, id) = Connection::<Client>::upgraded(config, &post()).unwrap();
    assert_eq!(id, one());
    let mut pair = Pair::new(client, server(&settings).unwrap());
    assert_eq!(
        pair.b.peer_setting(SettingId::INITIAL_WINDOW_SIZE),
        Some(70_000),
        "the settings of the upgrade are in force before the client's preface"
    );
    assert!(matches!(pair.b.poll_event(), Some(Event::Opened { stream_id }) if stream_id == id));
    let content = Part::Data(Bytes::from_static(b"hello"));
    assert_eq!(parts(&mut pair.b), [Part::Head(post()), content, Part::End]);
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(Bytes::from_static(b"world")).unwrap();
    stream.end().unwrap();
    pair.run();
    let content = Part::Data(Bytes::from_static(b"world"));
    assert_eq!(
        parts(&mut pair.a),
        [Part::Head(Response::new(200)), content, Part::End]
    );
    let next = pair.a.request(Request::get("http", "a", "/")).unwrap();
    assert_eq!(next.value(), 3);
}

#[test]
fn content_that_came_as_http_1_gives_no_credit() {
    let mut peer = Peer::new(server(&[]).unwrap());
    peer.feed((PREFACE, settings()));
    peer.sent();
    parts(&mut peer.machine);
    peer.run();
    assert!(
        peer.sent()
            .iter()
            .all(|seen| seen.kind != kind::WINDOW_UPDATE)
    );
}

#[test]
fn stream_1_is_taken() {
    let mut peer = Peer::new(server(&[]).unwrap());
    peer.feed((PREFACE, settings(), headers(1).get("/").end()));
    assert!(
        peer.sent()
            .iter()
            .any(|seen| seen.kind == kind::RST_STREAM && seen.stream == 1)
    );
}

#[test]
fn settings_that_are_none_are_refused() {
    for wrong in [&[0][..], &[0, 2, 0, 0, 0, 9], &[0, 5, 0, 0, 0, 1]] {
        assert_eq!(server(wrong).unwrap_err(), UserError::Settings);
    }
}

#[test]
fn a_request_whose_content_has_another_length_is_refused() {
    let content = Bytes::from_static(b"hell");
    let upgraded = Connection::<Server>::upgraded(Config::default(), &[], post(), content);
    assert!(matches!(upgraded, Err(UserError::Malformed(_))));
}

#[test]
fn a_connection_that_has_heard_something_is_upgraded_no_more() {
    let upgrade = |machine: &mut Connection<Server>| {
        machine.upgrade(&[], post(), Bytes::from_static(b"hello"))
    };
    let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
    assert_eq!(upgrade(&mut peer.machine), Ok(()));
    assert_eq!(upgrade(&mut peer.machine), Err(UserError::State), "twice");
    let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
    peer.feed(&PREFACE[..1]);
    assert_eq!(upgrade(&mut peer.machine), Err(UserError::State));
    assert!(!peer.machine.is_going_away());
    peer.machine.go_away();
    assert!(peer.machine.is_going_away());
}
