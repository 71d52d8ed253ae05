//! RST_STREAM (RFC 9113 §6.4).

use core::time::Duration;

use testkit::{
    Pair, Peer, block, code, data, headers, kind, push_promise, rst_stream, settings, unknown,
    window_update,
};
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Limits, Request, Response, Role, Server, Side,
    State, StreamError, StreamId, UserError,
};

use crate::support::{End, both, get, post};

#[test]
fn a_reset_of_stream_0_is_a_connection_error() {
    both!(R => End::<R>::new().dies(rst_stream(0, code::CANCEL), code::PROTOCOL_ERROR));
}

#[test]
fn a_reset_of_an_idle_stream_is_a_connection_error() {
    both!(R => {
        let end = End::<R>::new();
        let id = end.next_id();
        end.dies(rst_stream(id, code::CANCEL), code::PROTOCOL_ERROR);
        End::<R>::new().dies(rst_stream(2, code::CANCEL), code::PROTOCOL_ERROR);
    });
}

#[test]
fn a_reset_of_another_length_is_a_connection_error_of_its_size() {
    both!(R => for octets in [0, 3, 5] {
        let wrong = unknown(kind::RST_STREAM, 0, 1, vec![0; octets]);
        End::<R>::new().dies(wrong, code::FRAME_SIZE_ERROR);
    });
}

/// Flaw 17 of the reference: a peer's reset was invisible to server handlers.
#[test]
fn the_application_learns_of_a_reset_and_of_its_code() {
    both!(R => for (number, name) in [(8, "CANCEL"), (0, "NO_ERROR"), (2, "INTERNAL_ERROR")] {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed((data(id, "before"), rst_stream(id, number)));
        let reset = format!("the peer reset the stream with {name}");
        assert_eq!(end.event_lines(), [format!("readable {id}"), format!("finished {id}: {reset}")]);
        assert_eq!(end.take(id), [format!("{id}: \"before\""), format!("{id}: {reset}")]);
        end.is_unharmed();
    });
}

#[test]
fn nothing_more_is_sent_on_a_stream_that_the_peer_reset() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).send_data(Bytes::from(vec![0; 100_000])).unwrap();
        end.stream(id).end().unwrap();
        end.sent();
        end.feed(rst_stream(id, code::CANCEL));
        end.feed((window_update(0, 1 << 20), window_update(id, 1 << 20)));
        assert!(end.sent().is_empty());
        assert_eq!(end.stream(id).reset(ErrorCode::CANCEL), Err(UserError::StreamClosed));
        end.stream(id).release();
        assert!(end.sent().is_empty());
    });
}

#[test]
fn nothing_is_credited_to_a_stream_that_was_reset() {
    both!(R => for by_us in [true, false] {
        let config = Config::default().initial_window(1000).unwrap();
        let mut end = End::<R>::with(config);
        let id = end.open();
        end.feed(data(id, vec![0; 1000]));
        match by_us {
            true => end.stream(id).reset(ErrorCode::CANCEL).unwrap(),
            false => { end.feed(rst_stream(id, code::CANCEL)); }
        }
        end.take(id);
        let sent = end.sent();
        assert!(!sent.iter().any(|seen| seen.kind == kind::WINDOW_UPDATE), "{sent:?}");
    });
}

#[test]
fn what_was_under_way_when_we_reset_a_stream_is_processed_and_dropped() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).reset(ErrorCode::CANCEL).unwrap();
        assert_eq!(end.said(), [format!("RST_STREAM stream {id} CANCEL")]);
        let event_lines = format!("finished {id}: the stream was canceled");
        assert_eq!(end.event_lines(), [format!("readable {id}"), event_lines]);
        end.tolerates((data(id, "late"), headers(id).field("x", "y").trailers()));
        assert_eq!(end.take(id), [format!("{id}: the stream was canceled")]);
    });
}

#[test]
fn a_reset_of_ours_drops_what_was_queued_and_what_has_arrived() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(data(id, "untaken"));
        end.send(id, b"queued");
        end.stream(id).reset(ErrorCode::INTERNAL_ERROR).unwrap();
        assert_eq!(end.said(), [format!("RST_STREAM stream {id} INTERNAL_ERROR")]);
        assert_eq!(end.take(id), [format!("{id}: the stream was canceled")]);
    });
}

#[test]
fn no_reset_is_sent_on_a_stream_that_is_idle() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(get()).unwrap().value();
    end.stream(id).reset(ErrorCode::CANCEL).unwrap();
    assert!(end.sent().is_empty());
    assert_eq!(end.take(id), [format!("{id}: the stream was canceled")]);
    end.opened();
    end.quiet();
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
    assert_eq!(end.open(), id + 2);
}

#[test]
fn a_stream_that_was_reset_before_anyone_heard_of_it_is_withdrawn() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.feed((
        headers(id).post("/"),
        data(id, "x"),
        rst_stream(id, code::CANCEL),
    ));
    assert!(end.event_lines().is_empty());
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
    end.opened();
    end.is_unharmed();
}

/// A response that is whole stands, also where the server wants no more of the request.
#[test]
fn a_reset_without_error_after_a_full_response_is_its_good_end() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(post()).unwrap().value();
    end.stream(id)
        .send_data(Bytes::from(vec![0; 100_000]))
        .unwrap();
    end.sent();
    end.feed((
        headers(id).status(200),
        data(id, "early").end(),
        rst_stream(id, code::NO_ERROR),
    ));
    let event_lines = end.event_lines();
    assert_eq!(
        event_lines,
        [format!("readable {id}"), format!("finished {id}")]
    );
    let parts = [
        format!("{id}: 200"),
        format!("{id}: \"early\""),
        format!("{id}: end"),
    ];
    assert_eq!(end.take(id), parts);
    end.opened();
    end.feed((window_update(0, 1 << 20), window_update(id, 1 << 20)));
    assert!(end.sent().is_empty(), "the rest of the request is not sent");
}

#[test]
fn a_reset_with_an_error_after_a_full_response_leaves_what_arrived() {
    let mut end = End::<Client>::new();
    let id = end.half_closed_remote();
    end.feed(rst_stream(id, code::CANCEL));
    let reset = "the peer reset the stream with CANCEL";
    assert!(
        end.event_lines()
            .contains(&format!("finished {id}: {reset}"))
    );
    assert_eq!(end.take(id)[0], format!("{id}: end"));
}

/// Flaw 18 of the reference: RST_STREAM(NO_ERROR) before the response gave no callback.
#[test]
fn a_reset_without_error_before_the_response_is_an_error() {
    let mut end = End::<Client>::new();
    let id = end.open();
    end.feed(rst_stream(id, code::NO_ERROR));
    let result = end
        .machine()
        .stream(StreamId::from_wire(id))
        .unwrap()
        .result();
    assert_eq!(result, Some(Err(StreamError::Reset(ErrorCode::NO_ERROR))));
}

/// A client that resets without an error does not take the response, whatever it calls that.
#[test]
fn a_reset_without_error_from_a_client_cancels_the_response() {
    let mut end = End::<Server>::new();
    let id = end.half_closed_remote();
    end.stream(id)
        .send_data(Bytes::from(vec![0; 100_000]))
        .unwrap();
    end.sent();
    end.feed(rst_stream(id, code::NO_ERROR));
    let result = end
        .machine()
        .stream(StreamId::from_wire(id))
        .unwrap()
        .result();
    assert_eq!(result, Some(Err(StreamError::Reset(ErrorCode::NO_ERROR))));
}

#[test]
fn a_server_that_wants_no_more_of_a_request_resets_it_after_its_response() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.feed(data(id, "untaken"));
    end.stream(id).stop(ErrorCode::NO_ERROR).unwrap();
    assert!(end.sent().is_empty(), "not before the response is whole");
    end.tolerates(data(id, "dropped"));
    assert!(end.take(id).is_empty());
    end.send(id, b"response");
    end.stream(id).end().unwrap();
    let said = end.said();
    let response = format!("DATA stream {id} END_STREAM \"response\"");
    assert_eq!(said, [response, format!("RST_STREAM stream {id} NO_ERROR")]);
    assert_eq!(end.event_lines(), [format!("finished {id}")]);
    assert!(
        end.machine().stream(StreamId::from_wire(id)).is_none(),
        "nothing is left to take"
    );
    end.tolerates(data(id, "under way"));
}

#[test]
fn a_request_that_ends_after_it_was_stopped_needs_no_reset() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.stream(id).stop(ErrorCode::NO_ERROR).unwrap();
    end.feed(data(id, "dropped").end());
    end.stream(id).end().unwrap();
    assert_eq!(end.said(), [format!("DATA stream {id} END_STREAM \"\"")]);
}

#[test]
fn a_stream_that_is_released_is_canceled_unless_both_messages_are_whole() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).release();
        assert_eq!(end.said(), [format!("RST_STREAM stream {id} CANCEL")]);
        assert!(end.event_lines().is_empty(), "nobody asks any more");
        assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
        // Whole, but not sent yet.
        let id = end.half_closed_remote();
        end.send(id, b"last words");
        end.stream(id).end().unwrap();
        end.stream(id).release();
        // RFC 9113 §8.1: a client that has its answer needs to say no more.
        let last_words = match R::SIDE {
            Side::Server => format!("DATA stream {id} END_STREAM \"last words\""),
            Side::Client => format!("RST_STREAM stream {id} CANCEL"),
        };
        assert_eq!(end.said(), [last_words]);
        assert!(end.event_lines().is_empty());
        assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
        end.is_unharmed();
    });
}

#[test]
fn a_server_that_releases_a_stream_after_its_response_stops_the_request() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.send(id, b"response");
    end.stream(id).end().unwrap();
    end.stream(id).release();
    let said = end.said();
    let response = format!("DATA stream {id} END_STREAM \"response\"");
    assert_eq!(said, [response, format!("RST_STREAM stream {id} NO_ERROR")]);
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
}

#[test]
fn a_client_that_releases_a_stream_before_its_response_cancels_it() {
    let mut end = End::<Client>::new();
    let id = end.half_closed_local();
    end.stream(id).release();
    assert_eq!(end.said(), [format!("RST_STREAM stream {id} CANCEL")]);
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
}

/// Flaw 19 of the reference: resets without limit. What is known as rapid reset.
#[test]
fn a_flood_of_resets_ends_the_connection() {
    let limits = Limits::default().concurrent_streams(2);
    let mut end = End::<Server>::with(Config::default().limits(limits).unwrap());
    let mut wire = Vec::new();
    for _ in 0..=200 {
        let id = end.next_id();
        end.opened();
        let opened = headers(id).get("/").end();
        wire.extend(testkit::Wire::octets(&(
            opened,
            rst_stream(id, code::CANCEL),
        )));
    }
    end.closes(wire, code::ENHANCE_YOUR_CALM);
}

#[test]
fn resets_are_made_up_for_by_time() {
    let limits = Limits::default().started_resets(1, 1).resets(5, 2);
    let limits = limits.concurrent_streams(2);
    let mut end = End::<Server>::with(Config::default().limits(limits).unwrap());
    end.peer.tick(Duration::ZERO);
    let reset = |end: &mut End<Server>| {
        let id = end.next_id();
        end.opened();
        let wire = (headers(id).get("/").end(), rst_stream(id, code::CANCEL));
        end.feed(wire);
        end.quiet();
    };
    for _ in 0..10 {
        reset(&mut end);
    }
    for seconds in 1..4 {
        end.peer.tick(Duration::from_secs(seconds));
        for _ in 0..4 {
            reset(&mut end);
        }
    }
    end.is_unharmed();
    reset(&mut end);
    assert!(end.machine().is_going_away());
}

#[test]
fn a_state_tells_who_reset_a_stream() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(rst_stream(id, code::CANCEL));
        let state = end.machine().stream(StreamId::from_wire(id)).unwrap().state();
        assert_eq!(state, State::Closed(tress_proto::ClosedBy::ResetReceived));
    });
}

/// Pins: it stayed, for nobody would ever take its content.
#[test]
fn a_stream_that_was_stopped_leaves_when_it_has_finished() {
    let (client, server) = (Config::default(), Config::default());
    let mut pair = Pair::new(
        Connection::<Client>::new(client),
        Connection::<Server>::new(server),
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

/// Pins: what is known of a stream that has left differed from what a held one knows.
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

/// Pins: a response that was queued behind the reset.
#[test]
fn headers_never_follow_a_reset() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).post("/"));
    let mut stream = end.stream(id);
    stream.respond(Response::new(200)).unwrap();
    stream.reset(ErrorCode::CANCEL).unwrap();
    assert!(stream.respond(Response::new(200)).is_err());
    assert_eq!(end.said(), [format!("RST_STREAM stream {id} CANCEL")]);
}
