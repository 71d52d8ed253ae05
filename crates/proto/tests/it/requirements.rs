//! Rules that no section test names, each pinned by itself (RFC 9113 §2.2).

use runtime::Runtime;
use testkit::{
    Wire, code, data, goaway, headers, kind, origin, ping, push_promise, rst_stream, settings,
    settings_ack, window_update,
};
use tress_proto::frame::{Flags, FrameType};
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Event, ExtensionFrame, Limits, MessageRule,
    Priority, Request, Response, Server, SettingsChange, StreamError, StreamId, Trailers,
    UserError,
};

use crate::support::{End, both, get};

/// A client that takes pushes.
fn pushable() -> End<Client> {
    End::with(Config::default().allow_push())
}

/// The kinds and streams of frames, in order.
fn kinds<R: crate::support::Ends>(end: &mut End<R>) -> Vec<(u8, u32)> {
    let sent = end.sent();
    sent.iter().map(|seen| (seen.kind, seen.stream)).collect()
}

/// RFC 9113 §5.4: a connection error is reported, whatever else the same octets broke.
#[test]
fn a_connection_error_is_reported_beside_a_stream_error() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        let wrong = (window_update(id, 0), ping(*b"question").stream(1));
        end.dies(wrong, code::PROTOCOL_ERROR);
    });
}

/// RFC 9113 §5.1: a client sends RST_STREAM, WINDOW_UPDATE or PRIORITY on a promised stream only.
#[test]
fn a_client_says_nothing_on_a_stream_that_was_promised() {
    let mut end = pushable();
    end.feed(push_promise(1, 2).get("/"));
    end.quiet();
    let mut stream = end.stream(2);
    let late = Err(UserError::OutOfOrder);
    assert_eq!(stream.send_data(Bytes::from_static(b"x")), late);
    assert_eq!(stream.send_trailers(Trailers::new()), late);
    assert_eq!(stream.end(), late);
    assert!(end.sent().is_empty());
    end.stream(2).reset(ErrorCode::CANCEL).unwrap();
    assert_eq!(end.said(), ["RST_STREAM stream 2 CANCEL"]);
    end.is_unharmed();
}

/// RFC 9113 §5.1.1: streams of a server have even identifiers, in ascending order.
#[test]
fn promised_streams_have_even_identifiers_in_ascending_order() {
    let mut end = End::<Server>::new();
    let other = end.open();
    for parent in [1, other, 1] {
        end.stream(parent).push(get()).unwrap();
    }
    let sent = end.sent();
    let promised: Vec<_> = sent
        .iter()
        .map(|seen| (seen.stream, seen.promised()))
        .collect();
    assert_eq!(promised, [(1, Some(2)), (other, Some(4)), (1, Some(6))]);
}

/// RFC 9113 §5.1.2: responses that are pushed keep to the limit of the client.
#[test]
fn pushed_responses_wait_for_the_limit_of_the_client() {
    let mut end = End::<Server>::new();
    end.feed(settings().set(3, 1));
    end.quiet();
    let ids = [(); 2].map(|()| end.stream(1).push(get()).unwrap().value());
    for id in ids {
        end.stream(id).respond(Response::new(200)).unwrap();
    }
    let promises = [(kind::PUSH_PROMISE, 1), (kind::PUSH_PROMISE, 1)];
    let said = kinds(&mut end);
    assert_eq!(said[..2], promises);
    assert_eq!(said[2..], [(kind::HEADERS, 2)]);
    end.stream(2).end().unwrap();
    assert_eq!(kinds(&mut end), [(kind::DATA, 2), (kind::HEADERS, 4)]);
}

/// RFC 9113 §6.5.2, RFC 9113 §6.6: the setting is in force from the moment that it is read.
#[test]
fn a_promise_does_not_leave_after_the_client_disabled_push() {
    let mut end = End::<Server>::new();
    let id = end.stream(1).push(get()).unwrap();
    end.stream(id.value()).respond(Response::new(200)).unwrap();
    end.machine().read(&settings().set(2, 0).octets());
    assert_eq!(end.said(), ["SETTINGS stream 0 ACK"]);
    let result = end.machine().stream(id).unwrap().result();
    assert_eq!(result, Some(Err(StreamError::Unsent)));
    assert_eq!(end.stream(1).push(get()), Err(UserError::PushDisabled));
    end.is_unharmed();
}

/// RFC 9113 §6.6: a promise comes on a stream that we have not ended, and that is not reset.
#[test]
fn nothing_is_promised_on_a_stream_that_we_have_ended() {
    let mut end = End::<Server>::new();
    let id = end.half_closed_local();
    assert_eq!(end.stream(id).push(get()), Err(UserError::OutOfOrder));
    let id = end.open();
    end.feed(rst_stream(id, code::CANCEL));
    assert_eq!(end.stream(id).push(get()), Err(UserError::StreamClosed));
    assert!(end.sent().is_empty());
    // One that was promised before the end precedes it.
    let id = end.half_closed_remote();
    end.stream(id).push(get()).unwrap();
    end.stream(id).end().unwrap();
    assert_eq!(
        kinds(&mut end),
        [(kind::PUSH_PROMISE, id), (kind::DATA, id)]
    );
}

/// RFC 9113 §6.8: whoever has heard GOAWAY opens no streams, not even such as were asked for before.
#[test]
fn a_server_that_heard_goaway_promises_nothing() {
    let mut end = End::<Server>::new();
    let id = end.stream(1).push(get()).unwrap();
    end.machine().read(&goaway(0, code::NO_ERROR).octets());
    assert!(end.sent().is_empty());
    let result = end.machine().stream(id).unwrap().result();
    assert_eq!(result, Some(Err(StreamError::Unsent)));
    assert_eq!(end.stream(1).push(get()), Err(UserError::GoingAway));
}

/// RFC 9113 §8.4: a promised request is whole, safe, and names an authority.
#[test]
fn a_promise_that_no_client_would_take_is_not_sent() {
    let mut end = End::<Server>::new();
    for (request, rule) in [
        (
            Request::get("https", "", "/"),
            MessageRule::PromisedAuthority,
        ),
        (
            Request::post("https", "a", "/"),
            MessageRule::PromisedMethod,
        ),
        (
            get().field("content-length", "1"),
            MessageRule::PromisedContent,
        ),
        (Request::get("https", "a", ""), MessageRule::PathEmpty),
    ] {
        let refused = end.stream(1).push(request);
        assert_eq!(refused, Err(UserError::Malformed(rule)));
    }
    assert!(end.sent().is_empty());
}

/// RFC 9113 §8.5: a tunnel carries no promises.
#[test]
fn nothing_is_promised_in_a_tunnel() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    let connect = headers(id).field(":method", "CONNECT");
    end.feed(connect.field(":authority", "a:443"));
    end.stream(id).respond(Response::new(200)).unwrap();
    end.quiet();
    let refused = end.stream(id).push(get());
    assert_eq!(
        refused,
        Err(UserError::Malformed(MessageRule::TunnelFields))
    );
    assert!(end.sent().is_empty());

    let mut end = pushable();
    let id = end
        .machine()
        .request(Request::connect("a:443"))
        .unwrap()
        .value();
    end.opened();
    end.sent();
    end.feed(headers(id).status(200));
    end.resets(id, push_promise(id, 2).get("/"), code::PROTOCOL_ERROR);
    // What was promised is discarded, and another stream may promise the next.
    end.tolerates((headers(2).status(200), data(2, "x").end()));
    end.feed(push_promise(1, 4).get("/"));
    assert!(end.machine().stream(StreamId::from_wire(4)).is_some());
}

/// RFC 9113 §8.7: the application has heard nothing of a stream that was refused.
#[test]
fn a_stream_that_is_refused_was_never_heard_of() {
    let limits = Limits::default().concurrent_streams(1);
    let mut end = End::<Server>::with(Config::default().limits(limits).unwrap());
    let id = end.next_id();
    end.feed((headers(id).post("/"), data(id, "content").end()));
    assert_eq!(
        end.said(),
        [format!("RST_STREAM stream {id} REFUSED_STREAM")]
    );
    assert!(end.event_lines().is_empty());
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
}

/// RFC 9113 §8.3: the application makes no pseudo-header fields of its own.
#[test]
fn pseudo_header_fields_of_the_application_are_not_sent() {
    let malformed = |rule| UserError::Malformed(rule);
    let mut client = End::<Client>::new();
    for (name, value, rule) in [
        (":version", "2", MessageRule::PseudoUnknown),
        (":status", "200", MessageRule::PseudoMisplaced),
        (":path", "/", MessageRule::PseudoRepeated),
    ] {
        let refused = client.machine().request(get().field(name, value));
        assert_eq!(refused, Err(malformed(rule)), "{name}");
    }
    let trailers = || Trailers::new().field(":status", "200");
    let refused = client.stream(1).send_trailers(trailers());
    assert_eq!(refused, Err(malformed(MessageRule::PseudoInTrailers)));
    assert!(client.sent().is_empty());

    let mut server = End::<Server>::new();
    let refused = server.stream(1).send_trailers(trailers());
    assert_eq!(refused, Err(malformed(MessageRule::PseudoInTrailers)));
    let id = server.next_id();
    server.feed(headers(id).get("/").end());
    for (name, rule) in [
        (":version", MessageRule::PseudoUnknown),
        (":path", MessageRule::PseudoMisplaced),
    ] {
        let response = |status| Response::new(status).field(name, "/");
        assert_eq!(
            server.stream(id).respond(response(200)),
            Err(malformed(rule))
        );
        assert_eq!(
            server.stream(id).inform(response(103)),
            Err(malformed(rule))
        );
    }
    assert!(server.sent().is_empty());
}

/// RFC 9113 §8.4.1, RFC 9218 §7.1: neither a client's promise nor a server's PRIORITY_UPDATE can be
/// sent, also not as frames of an extension.
#[test]
fn no_frame_of_the_protocol_passes_as_an_extension() {
    both!(R => for kind in (0..=9).chain([kind::PRIORITY_UPDATE]) {
        let frame = ExtensionFrame::Unknown {
            frame_type: FrameType(kind),
            flags: Flags::NONE,
            stream_id: StreamId::from_wire(1),
            payload: Bytes::from_static(&[0; 8]),
        };
        let mut end = End::<R>::new();
        let refused = end.machine().send_extension(frame);
        assert_eq!(refused, Err(UserError::Extension), "{kind}");
        assert!(end.sent().is_empty());
    });
}

/// RFC 8441 §3: what was enabled is never disabled.
#[test]
fn no_later_settings_withdraw_extended_connect() {
    let mut end = End::<Server>::with(Config::default().allow_extended_connect());
    let change = SettingsChange::default().initial_window(1).unwrap();
    let change = change.concurrent_streams(2).header_table_size(3);
    end.machine().update_settings(change).unwrap();
    let mut said = end.sent()[0].settings();
    said.sort_unstable();
    assert_eq!(said, [(1, 3), (3, 2), (4, 1)], "and nothing of 8");
}

/// RFC 8336 §2.2: ORIGIN means nothing on a connection without TLS.
#[test]
fn origins_are_ignored_on_a_connection_that_began_as_http_1() {
    let (client, _) = Connection::<Client>::upgraded(Config::default(), &get()).unwrap();
    let mut peer = testkit::Peer::new(client);
    peer.feed((settings(), settings_ack(), origin(&["https://a"])));
    let mut events = core::iter::from_fn(|| peer.machine.poll_event());
    let is_origin = |event: &Event| match event {
        Event::Extension(frame) => matches!(**frame, ExtensionFrame::Origin { .. }),
        _ => false,
    };
    assert!(!events.any(|event| is_origin(&event)));
    assert!(!peer.is_closed());
}

/// RFC 9218 §7.1: PRIORITY_UPDATE names a pushed stream once that is promised, and not before.
#[test]
fn a_push_is_prioritized_once_it_is_promised() {
    let config = Config::default().allow_push();
    let mut peer = testkit::Peer::new(Connection::<Client>::new(config));
    peer.feed((settings().set(9, 1), settings_ack()));
    peer.machine.request(get()).unwrap();
    peer.run().sent();
    let pushed = StreamId::from_wire(2);
    let unknown = peer.machine.stream_mut(pushed).map(|_| ()).unwrap_err();
    assert_eq!(unknown, UserError::UnknownStream);
    peer.feed(push_promise(1, 2).get("/"));
    let mut stream = peer.machine.stream_mut(pushed).unwrap();
    stream.set_priority(Priority::new(6).unwrap()).unwrap();
    let sent = peer.run().sent();
    let said: Vec<_> = sent
        .iter()
        .map(|seen| (seen.kind, seen.stream, &seen.payload[..]))
        .collect();
    assert_eq!(said, [(kind::PRIORITY_UPDATE, 0, &b"\0\0\0\x02u=6"[..])]);
}
