//! PUSH_PROMISE (RFC 9113 §6.6).

use testkit::{
    block, code, continuation, data, flag, headers, kind, push_promise, rst_stream, settings_ack,
    unknown,
};
use tress_proto::{Client, Config, ErrorCode, Request, Server, StreamId};

use crate::support::{End, both};

/// A client that takes pushes.
fn pushable() -> End<Client> {
    End::with(Config::default().allow_push())
}

#[test]
fn a_server_takes_no_promises() {
    let promise = push_promise(1, 2).get("/");
    End::<Server>::new().dies(promise, code::PROTOCOL_ERROR);
}

#[test]
fn a_client_that_disabled_push_takes_no_promises() {
    let promise = || push_promise(1, 2).get("/");
    End::<Client>::new().dies(promise(), code::PROTOCOL_ERROR);
    // Its SETTINGS were sent before its request, which the promise follows.
    let mut end = End::<Client>::unacknowledged(Config::default());
    end.quiet();
    end.dies((promise(), settings_ack()), code::PROTOCOL_ERROR);
}

#[test]
fn a_promise_on_stream_0_is_a_connection_error() {
    both!(R => End::<R>::new().dies(push_promise(0, 2).get("/"), code::PROTOCOL_ERROR));
    pushable().dies(push_promise(0, 2).get("/"), code::PROTOCOL_ERROR);
}

#[test]
fn a_promise_on_a_stream_that_is_neither_open_nor_half_closed_local_is_a_connection_error() {
    let makers: [fn(&mut End<Client>) -> u32; 4] = [
        End::half_closed_remote,
        End::closed,
        End::reset_by_peer,
        |end: &mut End<Client>| end.next_id(),
    ];
    for make in makers {
        let mut end = pushable();
        let id = make(&mut end);
        end.dies(push_promise(id, 2).get("/"), code::PROTOCOL_ERROR);
    }
    let makers: [fn(&mut End<Client>) -> u32; 2] = [End::open, End::half_closed_local];
    for make in makers {
        let mut end = pushable();
        let id = make(&mut end);
        end.feed(push_promise(id, 2).get("/"));
        assert!(end.machine().stream(StreamId::from_wire(2)).is_some());
        end.is_unharmed();
    }
}

/// Found by holding the machine against nghttp2.
#[test]
fn a_promise_on_a_stream_that_was_pushed_is_a_connection_error() {
    let mut answered = pushable();
    answered.feed((push_promise(1, 2).get("/"), headers(2).status(200)));
    // Not even one that may have been under way when the client refused the stream.
    let mut refused = pushable();
    refused.feed(push_promise(1, 2).get("/"));
    refused.stream(2).reset(ErrorCode::CANCEL).unwrap();
    for mut end in [answered, refused] {
        end.sent();
        end.feed(push_promise(2, 4).get("/"));
        let goaway = end.sent().pop().unwrap();
        let wanted = (Some(code::PROTOCOL_ERROR), Some(2));
        assert_eq!((goaway.code(), goaway.last_stream()), wanted);
    }
}

#[test]
fn a_promise_that_was_under_way_when_we_reset_its_stream_is_processed_and_refused() {
    let mut end = pushable();
    let id = end.reset_by_us();
    let fields = block().request("GET", "/").indexing("trace", "left");
    end.resets(2, push_promise(id, 2).block(&fields), code::REFUSED_STREAM);
    end.feed(headers(1).block(&block().indexed(62)).end());
    assert_eq!(end.take(1), ["1: trailers trace=left", "1: end"]);
}

#[test]
fn a_promise_of_an_illegal_stream_is_a_connection_error() {
    for promised in [0, 1, 3, 0x7fff_ffff] {
        pushable().dies(push_promise(1, promised).get("/"), code::PROTOCOL_ERROR);
    }
    for promised in [2, 4] {
        let mut end = pushable();
        end.feed(push_promise(1, 4).get("/"));
        end.quiet();
        end.feed(push_promise(1, promised).get("/"));
        let goaway = end.sent().pop().unwrap();
        let wanted = (Some(code::PROTOCOL_ERROR), Some(4));
        assert_eq!((goaway.code(), goaway.last_stream()), wanted);
    }
}

#[test]
fn a_promise_is_followed_by_its_continuation_and_nothing_else() {
    let begun = || push_promise(1, 2).get("/").no_end_headers();
    for frame in [
        testkit::Wire::octets(&data(1, "x")),
        testkit::Wire::octets(&headers(1).field("x", "y").end()),
        // The continuation goes with the stream of the promise, not with what it promises.
        testkit::Wire::octets(&continuation(2)),
        testkit::Wire::octets(&unknown(0xee, 0, 0, "")),
    ] {
        let end = pushable();
        let mut end = end;
        end.feed((begun(), frame));
        let goaway = end.sent().pop().unwrap();
        assert_eq!(goaway.code(), Some(code::PROTOCOL_ERROR));
    }
}

/// Flaw 7 of the reference: PUSH_PROMISE with CONTINUATION killed the connection.
#[test]
fn a_promise_may_be_spread_over_continuations() {
    let mut end = pushable();
    end.feed((
        push_promise(1, 2).no_end_headers(),
        continuation(1).get("/").no_end_headers(),
        continuation(1).field("x", "y"),
    ));
    let promise = end.stream(2).take_promise().unwrap();
    assert_eq!(promise.path(), Some(&b"/"[..]));
    assert_eq!(promise.field_value("x"), Some(&b"y"[..]));
    end.is_unharmed();
}

#[test]
fn padding_as_long_as_the_payload_is_a_connection_error() {
    let flags = flag::END_HEADERS | flag::PADDED;
    for payload in [
        vec![5, 0, 0, 0, 2],
        vec![1, 0, 0, 0, 2],
        vec![255, 0, 0, 0, 2, 0x82],
    ] {
        let wrong = unknown(kind::PUSH_PROMISE, flags, 1, payload);
        pushable().dies(wrong, code::PROTOCOL_ERROR);
    }
    let mut end = pushable();
    end.feed(push_promise(1, 2).get("/").padded(200));
    assert_eq!(
        end.stream(2).take_promise().unwrap().path(),
        Some(&b"/"[..])
    );
}

/// Flaw 8 of the reference: a client's reset of a pushed stream killed the server's connection.
#[test]
fn a_reset_of_a_pushed_stream_ends_that_stream_only() {
    let mut end = End::<Server>::new();
    let pushed = Request::get("https", "a", "/pushed");
    let id = end.stream(1).push(pushed).unwrap().value();
    end.stream(id)
        .respond(tress_proto::Response::new(200))
        .unwrap();
    let kinds: Vec<_> = end
        .sent()
        .iter()
        .map(|seen| (seen.kind, seen.stream))
        .collect();
    assert_eq!(kinds, [(kind::PUSH_PROMISE, 1), (kind::HEADERS, 2)]);
    end.feed(rst_stream(id, code::CANCEL));
    let event_lines = end.event_lines();
    let reset = "finished 2: the peer reset the stream with CANCEL";
    assert!(event_lines.contains(&reset.to_owned()), "{event_lines:?}");
    end.is_unharmed();
}

/// Nobody has heard of a promise whose field block cannot be read.
#[test]
fn a_promise_is_there_once_its_field_block_is_whole() {
    let mut end = pushable();
    end.feed(push_promise(1, 2).get("/").no_end_headers());
    assert!(end.machine().stream(StreamId::from_wire(2)).is_none());
    end.peer.eof();
    let event_lines = end.event_lines();
    assert!(
        !event_lines.iter().any(|line| line.contains(" 2")),
        "{event_lines:?}"
    );
}
