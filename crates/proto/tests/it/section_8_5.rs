//! Tunnels: CONNECT (RFC 9113 §8.5) and extended CONNECT (RFC 8441).

use testkit::{data, headers, settings, settings_ack};
use tress_proto::MessageRule as Rule;
use tress_proto::{
    Bytes, Config, Connection, Part, Request, Response, StreamId, Trailers, UserError,
};

use crate::section_8_1_1::malformed::{
    Field, GET, client, client_accepts, client_refuses, fields, good, server, server_accepts,
    server_accepts_by, server_answers_400, server_ends, server_refuses, server_refuses_by,
};

const CONNECT: [Field; 2] = [(":method", "CONNECT"), (":authority", "a:443")];
const WEBSOCKET: [Field; 5] = [
    (":method", "CONNECT"),
    (":protocol", "websocket"),
    GET[1],
    GET[2],
    GET[3],
];

fn extended() -> Config {
    Config::default().allow_extended_connect()
}

#[test]
fn connect_says_a_host_and_a_port_and_nothing_else() {
    let heard = server_accepts(headers(3).block(&fields(&CONNECT)));
    assert_eq!(heard, [Part::Head(Request::connect("a:443"))]);
    for extra in [(":scheme", "https"), (":path", "/")] {
        server_refuses(headers(3).block(&fields(&[CONNECT[0], CONNECT[1], extra])));
    }
    // RFC 9110 §9.3.6: typically with the status 400.
    server_answers_400(headers(3).block(&fields(&[CONNECT[0]])));
    server_answers_400(headers(3).block(&fields(&[CONNECT[0], ("host", "a:443")])));
    for authority in ["", "a", "a:", ":443", "u@a:443"] {
        server_answers_400(headers(3).block(&fields(&[CONNECT[0], (":authority", authority)])));
    }
}

#[test]
fn a_client_sends_connect_without_scheme_and_path() {
    let mut peer = client(&[], usize::MAX);
    peer.machine.request(Request::connect("a:443")).unwrap();
    let sent = peer.run().sent();
    let names: Vec<_> = sent[0].fields.clone().unwrap().unwrap();
    let names: Vec<_> = names.iter().map(|field| &field.name[..]).collect();
    assert_eq!(names, [&b":method"[..], b":authority"]);
    assert!(!sent[0].is_end());
    let refused = peer.machine.request(Request::connect("a"));
    assert_eq!(refused, Err(UserError::Malformed(Rule::ConnectAuthority)));
    let refused = peer
        .machine
        .request(Request::new("CONNECT", "https", "a:443", "/"));
    assert_eq!(refused, Err(UserError::Malformed(Rule::ConnectTarget)));
}

#[test]
fn content_flows_both_ways_through_a_tunnel_without_a_length() {
    let request = headers(3)
        .block(&fields(&CONNECT))
        .field("content-length", "1");
    let heard = server_accepts((request, data(3, "more"), data(3, "").end()));
    assert_eq!(
        heard[1..],
        [Part::Data(Bytes::from_static(b"more")), Part::End]
    );

    let mut peer = server(Config::default(), usize::MAX);
    peer.feed(headers(3).block(&fields(&CONNECT)));
    let mut stream = peer.machine.stream_mut(StreamId::new(3).unwrap()).unwrap();
    stream
        .respond(Response::new(200).field("content-length", "1"))
        .unwrap();
    stream.send_data(Bytes::from_static(b"more")).unwrap();
    stream.end().unwrap();
    let sent = peer.run().sent();
    assert_eq!(sent[1].content(), b"more");
    assert!(sent[1].is_end());

    let ok = headers(1).status(200).field("content-length", "1");
    let heard = client_accepts(&Request::connect("a:443"), (ok, data(1, "more").end()));
    assert_eq!(
        heard[1..],
        [Part::Data(Bytes::from_static(b"more")), Part::End]
    );
}

/// RFC 9110 §9.3.6. Found by holding the machine against nghttp2.
#[test]
fn a_client_ignores_whatever_a_tunnel_says_of_its_length() {
    let connect = Request::connect("a:443");
    for lengths in [&["5, 5"][..], &["many"], &["1", "2"], &[""]] {
        let fields: Vec<_> = lengths.iter().map(|it| ("content-length", *it)).collect();
        let ok = || headers(1).status(200).block(&self::fields(&fields));
        let heard = client_accepts(&connect, (ok(), data(1, "more").end()));
        assert_eq!(
            heard[1..],
            [Part::Data(Bytes::from_static(b"more")), Part::End]
        );
    }
    let no = headers(1).status(407).field("content-length", "many");
    client_refuses(&connect, no, Rule::ContentLengthSyntax);
    let ok = headers(1).status(200).field("content-length", "many");
    client_refuses(&good(), ok, Rule::ContentLengthSyntax);
}

#[test]
fn a_refused_tunnel_is_answered_like_any_request() {
    let connect = Request::connect("a:443");
    let no = || headers(1).status(407).field("content-length", "2");
    let heard = client_accepts(&connect, (no(), data(1, "no").end()));
    assert_eq!(
        heard[1..],
        [Part::Data(Bytes::from_static(b"no")), Part::End]
    );
    client_refuses(&connect, (no(), data(1, "not")), Rule::ContentTooLong);
}

#[test]
fn extended_connect_is_announced_before_it_is_used() {
    let websocket = || headers(3).block(&fields(&WEBSOCKET));
    server_refuses(websocket());
    let request = Request::extended_connect("websocket", "https", "a", "/");
    let heard = server_accepts_by(&extended(), (websocket(), data(3, "frame")));
    let content = Part::Data(Bytes::from_static(b"frame"));
    assert_eq!(heard, [Part::Head(request), content]);

    for (config, expected) in [(Config::default(), None), (extended(), Some(1))] {
        let mut peer = testkit::Peer::new(Connection::<tress_proto::Server>::new(config));
        let announced = peer.run().sent()[0].settings();
        let enabled = announced
            .iter()
            .find(|(id, _)| *id == 0x8)
            .map(|(_, value)| *value);
        assert_eq!(enabled, expected);
    }
}

/// RFC 8441 §3: it is used once the server has announced that it knows it.
#[test]
fn extended_connect_that_is_asked_for_early_waits_for_settings_where_that_is_set() {
    let request = || Request::extended_connect("websocket", "https", "a", "/");
    let config = Config::default().extended_connect_waits();
    for knows in [true, false] {
        let mut peer = testkit::Peer::new(Connection::<tress_proto::Client>::new(config.clone()));
        let early = peer.machine.request(request()).unwrap();
        let mut stream = peer.machine.stream_mut(early).unwrap();
        stream.send_data(Bytes::from_static(b"frame")).unwrap();
        let late = peer
            .machine
            .request(Request::get("https", "a", "/"))
            .unwrap();
        let opened = |peer: &mut testkit::Peer<_>| -> Vec<u32> {
            let sent = peer.run().sent();
            let heads = sent
                .iter()
                .filter(|seen| seen.kind == testkit::kind::HEADERS);
            heads.map(|seen| seen.stream).collect()
        };
        assert_eq!(opened(&mut peer), [], "identifiers leave in order");
        peer.feed(settings().set(8, u32::from(knows)));
        let (all, but_the_first) = ([1, 3], [3]);
        match knows {
            true => assert_eq!(opened(&mut peer), all),
            false => assert_eq!(opened(&mut peer), but_the_first),
        }
        let result = peer
            .machine
            .stream(early)
            .and_then(|stream| stream.result());
        let unsent = Err(tress_proto::StreamError::Unsent);
        assert_eq!(result, (!knows).then_some(unsent));
        assert!(peer.machine.stream(late).unwrap().result().is_none());
        let again = peer.machine.request(request());
        let refused = Err(UserError::ExtendedConnectNotAllowed);
        assert_eq!(again.is_ok(), knows);
        assert!(knows || again == refused);
    }
}

#[test]
fn extended_connect_says_scheme_and_path() {
    for left_out in [":scheme", ":path"] {
        let part: Vec<Field> = WEBSOCKET
            .into_iter()
            .filter(|field| field.0 != left_out)
            .collect();
        server_refuses_by(&extended(), headers(3).block(&fields(&part)));
    }
    server_refuses_by(
        &extended(),
        headers(3).get("/").field(":protocol", "websocket"),
    );
    for protocol in ["", "web socket", "a/b/c"] {
        let mut fields = WEBSOCKET;
        fields[1] = (":protocol", protocol);
        server_refuses_by(&extended(), headers(3).block(&self::fields(&fields)));
    }
    let twice = headers(3)
        .block(&fields(&WEBSOCKET))
        .field(":protocol", "websocket");
    server_refuses_by(&extended(), twice);
}

#[test]
fn a_client_uses_extended_connect_once_the_server_allows_it() {
    let request = || Request::extended_connect("websocket", "https", "a", "/");
    let mut peer = testkit::Peer::new(Connection::<tress_proto::Client>::new(Config::default()));
    peer.feed((settings(), settings_ack()));
    assert_eq!(
        peer.machine.request(request()),
        Err(UserError::ExtendedConnectNotAllowed)
    );
    peer.feed(settings().set(0x8, 1));
    peer.sent();
    peer.machine.request(request()).unwrap();
    let sent = peer.run().sent();
    let said: Vec<_> = WEBSOCKET
        .iter()
        .map(|(name, _)| sent[0].field(name).unwrap())
        .collect();
    assert_eq!(said, WEBSOCKET.map(|(_, value)| value));

    let ok = headers(1).status(200);
    let heard = client_accepts(&request(), (ok, data(1, "frame")));
    assert_eq!(heard[1], Part::Data(Bytes::from_static(b"frame")));
}

#[test]
fn a_method_other_than_connect_opens_no_tunnel() {
    let ok = headers(1).status(200).field("content-length", "1");
    client_refuses(&good(), (ok, data(1, "more")), Rule::ContentTooLong);
}

#[test]
fn a_tunnel_carries_nothing_but_data() {
    let trailers = |stream| headers(stream).field("x", "y").end();
    let connect = headers(3).block(&fields(&CONNECT));
    server_ends((connect.clone(), trailers(3)), Rule::TunnelFields);
    server_ends((connect, data(3, "more"), trailers(3)), Rule::TunnelFields);
    let ok = headers(1).status(200);
    client_refuses(
        &Request::connect("a:443"),
        (ok, data(1, "more"), trailers(1)),
        Rule::TunnelFields,
    );
    let no = headers(1).status(407);
    let heard = client_accepts(&Request::connect("a:443"), (no, trailers(1)));
    assert!(
        matches!(heard[..], [_, Part::Trailers(_), Part::End]),
        "{heard:?}"
    );
}

#[test]
fn the_application_sends_no_trailers_through_a_tunnel() {
    let malformed = Err(UserError::Malformed(Rule::TunnelFields));
    let mut peer = client(&[], usize::MAX);
    let id = peer.machine.request(Request::connect("a:443")).unwrap();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    assert_eq!(stream.send_trailers(Trailers::new()), malformed);
    for (status, expected) in [(200, malformed), (407, Ok(()))] {
        let mut peer = server(Config::default(), usize::MAX);
        peer.feed(headers(3).block(&fields(&CONNECT)));
        let mut stream = peer.machine.stream_mut(StreamId::new(3).unwrap()).unwrap();
        stream.respond(Response::new(status)).unwrap();
        assert_eq!(
            stream.send_trailers(Trailers::new().field("x", "y")),
            expected
        );
    }
}
