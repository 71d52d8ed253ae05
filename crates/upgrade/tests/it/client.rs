//! A client asks, and takes what it is answered (RFC 7540 §3.2).

use core::error::Error;

use testkit::{Peer, Wire, code, data, goaway, headers, kind, settings};
use tress_upgrade::proto::runtime::Runtime;
use tress_upgrade::proto::{
    Bytes, Client as Role, Config, Connection, ConnectionError, ErrorCode, Event, Part, Request,
    StreamError, UserError,
};
use tress_upgrade::{Client, Limits, Refusal, RequestError, UpgradeError};

use crate::support::{PIECES, SWITCHING, one, split};

fn get() -> Request {
    Request::get("http", "a.example:81", "/p?q").field("accept", "*/*")
}

fn client(request: &Request) -> Client {
    Client::cleartext(Config::default(), request, b"").unwrap()
}

/// What a server says, and what the client makes of it, in pieces of every kind.
#[track_caller]
fn told(request: &Request, limits: Limits, wire: &[u8], is_ended: bool) -> Option<UpgradeError> {
    let mut all = PIECES.map(|octets| {
        let mut peer = Peer::new(client(request).limits(limits)).chunks(octets);
        peer.feed(wire);
        if is_ended {
            peer.eof();
        }
        assert_eq!(peer.is_closed(), peer.machine.error().is_some());
        let source = source(peer.machine.connection());
        assert_eq!(source.as_ref(), peer.machine.error());
        peer.machine.error().cloned()
    });
    let last = all.last_mut().unwrap().take();
    for other in &all[..PIECES.len() - 1] {
        assert_eq!(*other, last);
    }
    last
}

/// What the connection says that it ended by.
fn source(connection: &mut Connection<Role>) -> Option<UpgradeError> {
    let events = core::iter::from_fn(|| connection.poll_event());
    let ends = events.filter_map(|event| match event {
        Event::Closed(Err(error @ ConnectionError::Exn(_))) => Some(error),
        _ => None,
    });
    let end = ends.last()?;
    end.source()?.downcast_ref::<UpgradeError>().cloned()
}

#[track_caller]
fn refusal(request: &Request, wire: &str, is_ended: bool) -> Refusal {
    match told(
        request,
        Limits::default().content(20).head(200),
        wire.as_bytes(),
        is_ended,
    ) {
        Some(UpgradeError::Refused(refusal)) => refusal,
        other => panic!("{wire:?}: {other:?}"),
    }
}

#[track_caller]
fn error(wire: &str, is_ended: bool) -> Option<UpgradeError> {
    told(
        &get(),
        Limits::default().head(200),
        wire.as_bytes(),
        is_ended,
    )
}

#[test]
fn the_request_asks_for_http_2_and_nothing_follows_it() {
    let mut peer = Peer::new(client(&get()));
    peer.run();
    let asked = String::from_utf8(peer.sent_octets()).unwrap();
    let (first, rest) = asked.split_once("http2-settings: ").unwrap();
    assert_eq!(
        first,
        "GET /p?q HTTP/1.1\r\nhost: a.example:81\r\nconnection: upgrade, http2-settings\r\n\
         upgrade: h2c\r\n"
    );
    let (settings, rest) = rest.split_once("\r\n").unwrap();
    assert_eq!(rest, "accept: */*\r\n\r\n");
    assert!(
        !settings.is_empty() && settings.len() % 8 == 0,
        "whole settings: {settings}"
    );
    let token = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
    assert!(settings.chars().all(token));
    // Another request waits for the answer.
    peer.machine.connection().request(get()).unwrap();
    peer.run();
    assert!(peer.sent_octets().is_empty());
}

#[test]
fn content_goes_with_the_request() {
    let request = Request::post("http", "a", "/");
    let client = Client::cleartext(Config::default(), &request, b"hello").unwrap();
    let mut peer = Peer::new(client);
    peer.run();
    let asked = String::from_utf8(peer.sent_octets()).unwrap();
    assert!(asked.ends_with("content-length: 5\r\n\r\nhello"), "{asked}");
    let mut peer = Peer::new(self::client(&request));
    peer.run();
    assert!(peer.sent_octets().ends_with(b"content-length: 0\r\n\r\n"));
}

#[test]
fn requests_that_cannot_ask_are_refused() {
    let ask = |request: &Request, content: &[u8]| {
        Client::cleartext(Config::default(), request, content)
            .map(drop)
            .unwrap_err()
    };
    for request in [
        Request::get("https", "a", "/"),
        Request::get("http", "", "/"),
        Request::connect("a:80"),
        Request::extended_connect("websocket", "http", "a", "/"),
    ] {
        assert_eq!(ask(&request, b""), RequestError::Target, "{request:?}");
    }
    let short = Request::post("http", "a", "/").field("content-length", "4");
    assert_eq!(ask(&short, b"hello"), RequestError::Length);
    for request in [
        get().field("upgrade", "x"),
        get().field("x", "1\r\ny: 2"),
        get().field("transfer-encoding", "chunked"),
        Request::get("http", "a", "/ HTTP/1.1"),
        Request::new("G T", "http", "a", "/"),
        Request::get("http", "a\r\nb", "/"),
    ] {
        let error = ask(&request, b"");
        assert!(
            matches!(error, RequestError::Message(UserError::Malformed(_))),
            "{error:?}"
        );
    }
}

#[test]
fn an_agreement_makes_the_request_stream_1() {
    let answer = (headers(1).status(200), data(1, b"hello").end());
    let wire = (SWITCHING.as_bytes(), settings(), answer).octets();
    for octets in PIECES {
        let mut peer = Peer::new(client(&get())).chunks(octets);
        peer.run();
        peer.sent_octets();
        let next = peer.machine.connection().request(get()).unwrap();
        assert_eq!(next.value(), 3);
        peer.feed(wire.as_slice());
        assert!(peer.machine.is_http2() && peer.machine.error().is_none());
        let mut stream = peer.machine.connection().stream_mut(one()).unwrap();
        let parts: Vec<_> = core::iter::from_fn(|| stream.recv().unwrap()).collect();
        assert!(matches!(&parts[0], Part::Head(head) if head.status() == 200));
        let content = parts.iter().filter_map(|part| match part {
            Part::Data(octets) => Some(octets.clone()),
            _ => None,
        });
        assert_eq!(content.collect::<Vec<Bytes>>().concat(), b"hello");
        assert_eq!(parts.last(), Some(&Part::End));
        let said = peer.sent_octets();
        let rest = said.strip_prefix(testkit::PREFACE).unwrap();
        let frames = split(rest).1;
        assert_eq!(frames[0].kind, kind::SETTINGS);
        assert!(
            frames
                .iter()
                .any(|frame| frame.kind == kind::HEADERS && frame.stream == 3)
        );
        assert!(frames.iter().all(|frame| frame.stream != 1));
    }
}

#[test]
fn other_answers_may_come_first() {
    let wire = [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 \r\nlink: x\r\n\r\n",
        SWITCHING,
    ]
    .concat();
    assert_eq!(error(&wire, false), None);
    let endless = "HTTP/1.1 102 \r\nx: yyyyyyyyyyyyyyyyyyyyy\r\n\r\n".repeat(10);
    assert_eq!(error(&endless, false), Some(UpgradeError::TooLong));
}

#[test]
fn an_answer_in_http_1_is_handed_over_whole() {
    for (wire, content) in [
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nConnection: x-hop\r\nX-Hop: 1\r\nX: y\r\n\r\nhello",
            "hello",
        ),
        (
            "HTTP/1.1 200\r\ntransfer-encoding: chunked\r\nx: y\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
            "hello",
        ),
        ("HTTP/1.0 200 \r\ncontent-length: 0\r\nx: y\r\n\r\n", ""),
    ] {
        let refusal = refusal(&get(), wire, false);
        assert_eq!(refusal.head().status(), 200);
        assert_eq!(refusal.head().field_value("x"), Some(&b"y"[..]));
        assert_eq!(refusal.head().field_value("x-hop"), None);
        assert_eq!(refusal.content(), content);
        assert!(refusal.is_whole());
    }
    let until_eof = refusal(&get(), "HTTP/1.1 404 No\r\n\r\nhello", true);
    assert_eq!(
        (until_eof.content(), until_eof.is_whole()),
        (&Bytes::from("hello"), true)
    );
    let head = Request::new("HEAD", "http", "a", "/");
    let none = refusal(&head, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", false);
    assert!(none.content().is_empty() && none.is_whole());
    assert!(refusal(&get(), "HTTP/1.1 304 \r\ncontent-length: 5\r\n\r\n", false).is_whole());
}

#[test]
fn content_is_cut_at_the_limit_and_at_the_end() {
    let long = refusal(
        &get(),
        "HTTP/1.1 200 OK\r\n\r\n0123456789012345678901234567890",
        false,
    );
    assert_eq!((long.content().len(), long.is_whole()), (20, false));
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n012345678901234567890123456789";
    let long = refusal(&get(), announced, false);
    assert_eq!((long.content().len(), long.is_whole()), (20, false));
    let cut = refusal(
        &get(),
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello",
        true,
    );
    assert_eq!((cut.content().len(), cut.is_whole()), (5, false));
}

#[test]
fn answers_that_are_none_are_told_apart() {
    for wire in [
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n",
        "\x00\x00\x00\x03\x00\x00\x00\x00\x00",
        "\x00\x00\x05\x04\x00\x00\x00\x00\x00",
        "\x00\x00\x06\x04\x00\x00\x00\x00\x01",
        "\x00\x00\x06\x06\x00\x00\x00\x00\x00",
        "SSH-2.0\r\n\r\n",
        "HTTP/1.1 099 \r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
    ] {
        assert_eq!(
            error(wire, false),
            Some(UpgradeError::Malformed),
            "{wire:?}"
        );
    }
    for wire in [
        "HTTP/1.1 101 \r\n\r\n",
        "HTTP/1.1 101 \r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        "HTTP/1.1 101 \r\nupgrade: h2c\r\n\r\n",
    ] {
        assert_eq!(error(wire, false), Some(UpgradeError::Protocol), "{wire:?}");
    }
    assert_eq!(error("\x00\x00", true), Some(UpgradeError::Malformed));
    assert_eq!(error("", true), Some(UpgradeError::Closed));
    assert_eq!(error("HTTP/1.1 101", true), Some(UpgradeError::Closed));
    assert_eq!(
        error(&"HTTP/1.1 200 ".repeat(30), false),
        Some(UpgradeError::TooLong)
    );
}

/// RFC 9113 §3.4: SETTINGS are the first frame of a server; GOAWAY says what it makes of ours.
#[test]
fn a_server_that_speaks_http_2_only_is_told_apart() {
    for said in [
        settings().octets(),
        settings().set(3, 100).set(4, 65_536).octets(),
        (settings().set(3, 100), goaway(0, code::PROTOCOL_ERROR)).octets(),
    ] {
        for is_ended in [false, true] {
            let error = told(&get(), Limits::default(), &said, is_ended);
            assert_eq!(error, Some(UpgradeError::Http2Only), "{said:?}");
        }
    }
    let mut peer = Peer::new(client(&get()));
    let next = peer.machine.connection().request(get()).unwrap();
    peer.feed(settings());
    assert!(peer.is_closed());
    let events = core::iter::from_fn(|| peer.machine.connection().poll_event());
    let ends: Vec<_> = events
        .filter_map(|event| match event {
            Event::Finished { stream_id, result } if stream_id == next => Some(result),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [Err(StreamError::Unsent)]);
}

#[test]
fn an_early_answer_is_heard_although_the_content_was_not_taken() {
    let request = Request::post("http", "a", "/");
    let client = Client::cleartext(Config::default(), &request, &[7; 100_000]).unwrap();
    let mut peer = Peer::new(client).undrained();
    peer.hang_up();
    peer.feed(*b"HTTP/1.1 413 \r\ncontent-length: 0\r\n\r\n");
    assert!(matches!(
        peer.machine.error(),
        Some(UpgradeError::Refused(_))
    ));
    assert!(peer.is_closed());
}

#[test]
fn an_answer_that_breaks_off_is_still_an_answer() {
    let mut peer = Peer::new(client(&get()));
    peer.feed(*b"HTTP/1.1 403 \r\n\r\nbecau");
    peer.machine.report_exn("reset".into());
    let Some(UpgradeError::Refused(refusal)) = peer.machine.error() else {
        panic!("{:?}", peer.machine)
    };
    assert_eq!((refusal.head().status(), refusal.is_whole()), (403, false));
}

#[test]
fn a_connection_that_is_aborted_asks_no_more() {
    let mut peer = Peer::new(client(&get()));
    peer.run();
    peer.machine.connection().abort(ErrorCode::NO_ERROR);
    assert!(peer.machine.connection().poll_event().is_some());
    peer.run();
    assert!(peer.is_closed() && peer.machine.error().is_none());
}
