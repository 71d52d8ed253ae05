//! What went wrong in another implementation over the years, and must not go wrong here.
//!
//! Four of the list are the drivers': a write of nothing is the end of the transport
//! (`a_write_of_nothing_means_that_the_transport_is_closed` in `tress-blocking` and `tress-async`),
//! a wake-up that is missed behind trailers (`a_body_goes_there_and_back_with_trailers` in both),
//! the race of a shutdown (`a_shutdown_lets_running_exchanges_finish_and_opens_no_more` in both), and
//! a transport that is closed without a farewell, which is an end of input like any other
//! (`an_end_of_input_between_exchanges_is_an_end_in_good_order`, here).

use runtime::{ReadOperation, Runtime};
use testkit::{
    block, code, continuation, data, goaway, headers, kind, ping, push_promise, rst_stream,
    settings, window_update,
};
use tress_proto::{
    Bytes, Client, Config, ErrorCode, Event, Limits, Part, Response, Server, StreamError, StreamId,
};

use crate::support::{End, Ends, both, get, narrow, post};

/// What has been granted for the connection.
fn granted<R: Ends>(end: &mut End<R>) -> u32 {
    let sent = end.sent();
    let grants = sent.iter().filter(|seen| seen.stream == 0);
    grants.filter_map(testkit::Seen::increment).sum()
}

/// The octets of content that were sent on a stream.
fn content<R: Ends>(end: &mut End<R>, id: u32) -> usize {
    let sent = end.sent();
    let frames = sent
        .iter()
        .filter(|seen| seen.stream == id && seen.kind == kind::DATA);
    frames.map(|seen| seen.content().len()).sum()
}

#[test]
fn padded_data_on_a_reset_stream_gives_the_connection_window_back() {
    both!(R => {
        let mut end = End::<R>::with(narrow(2));
        let id = end.reset_by_us();
        for _ in 0..100 {
            end.feed(data(id, vec![0; 16_000]).padded(255));
        }
        // All but what half a window may hold back.
        assert!(granted(&mut end) >= 100 * 16_256 - 65_536);
        end.is_unharmed();
    });
}

#[test]
fn what_a_canceled_stream_held_of_the_window_is_for_others() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.stream(id)
        .send_data(Bytes::from(vec![0; 100_000]))
        .unwrap();
    // It may send, and is canceled before it does.
    end.stream(id).reset(ErrorCode::CANCEL).unwrap();
    end.quiet();
    let next = end.open();
    end.feed(window_update(next, 100_000));
    end.stream(next)
        .send_data(Bytes::from(vec![0; 65_535]))
        .unwrap();
    assert_eq!(content(&mut end, next), 65_535);
}

#[test]
fn content_behind_our_goaway_is_counted_and_credited() {
    let mut end = End::<Server>::with(narrow(2));
    end.machine().go_away();
    let sent = end.sent();
    let question = sent.iter().find(|seen| seen.kind == kind::PING).unwrap();
    let payload = question.payload[..].try_into().unwrap();
    end.feed(ping(payload).ack());
    assert_eq!(
        end.sent().last().unwrap().last_stream(),
        Some(1),
        "the last word"
    );
    let id = end.next_id();
    end.feed(headers(id).post("/"));
    for _ in 0..100 {
        end.feed(data(id, vec![0; 16_000]));
    }
    assert!(granted(&mut end) >= 100 * 16_000 - 65_536);
}

#[test]
fn padding_is_credited_without_the_application() {
    both!(R => {
        let mut end = End::<R>::with(narrow(2));
        let id = end.open();
        for _ in 0..3000 {
            end.feed(data(id, [0; 200]).padded(255));
            // Only the content is taken.
            end.take(id);
        }
        let granted = granted(&mut end);
        assert!(granted >= 3000 * 456 - 65_536, "{granted}");
        end.is_unharmed();
    });
}

#[test]
fn a_stream_that_is_not_open_yet_takes_nothing_of_the_window() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(0x3, 1));
    let waiting = end.machine().request(post()).unwrap().value();
    end.stream(waiting)
        .send_data(Bytes::from(vec![0; 65_535]))
        .unwrap();
    assert_eq!(content(&mut end, waiting), 0);
    end.send(1, &[0; 65_535]);
    assert_eq!(
        content(&mut end, 1),
        65_535,
        "the whole window is for the one that is open"
    );
}

#[test]
fn writable_is_never_said_without_capacity() {
    both!(R => {
        let config = Config::default().send_buffer(1000).unwrap();
        let mut end = End::<R>::with(config);
        let id = end.open();
        end.stream(id).send_data(Bytes::from(vec![0; 70_000])).unwrap();
        for _ in 0..100 {
            end.feed((window_update(0, 100), window_update(id, 100)));
            for event in end.events() {
                if let Event::Writable { stream_id } = event {
                    assert!(end.stream(stream_id.value()).capacity() > 0);
                }
            }
        }
        assert!(end.stream(id).capacity() > 0, "all has left");
    });
}

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

#[test]
fn frames_on_streams_whose_headers_were_never_sent_are_errors() {
    for wire in [
        testkit::Wire::octets(&data(5, "x")),
        testkit::Wire::octets(&headers(5).status(200)),
        testkit::Wire::octets(&rst_stream(5, code::CANCEL)),
        testkit::Wire::octets(&window_update(5, 1)),
    ] {
        let mut end = End::<Client>::new();
        end.feed(settings().set(0x3, 1));
        // They wait at the peer's limit, or are taken back.
        end.machine().request(get()).unwrap();
        let id = end.machine().request(get()).unwrap();
        assert_eq!(id.value(), 5);
        end.quiet();
        end.dies(wire, code::PROTOCOL_ERROR);
    }
}

#[test]
fn a_padding_of_255_octets_is_taken() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(data(id, "").padded(255));
        end.feed(data(id, "x").padded(255).end());
        assert_eq!(end.take(id), [format!("{id}: \"x\""), format!("{id}: end")]);
    });
}

#[test]
fn an_absurd_number_of_fields_does_not_panic() {
    for count in [990, 1001, 60_000] {
        let mut end = End::<Server>::new();
        let fields = block().request("GET", "/").indexing("a", "");
        let fields = (0..count).fold(fields, |fields, _| fields.indexed(62));
        let id = end.next_id();
        let mut pieces = fields.fragments(16_000).into_iter();
        let first = pieces.next().unwrap();
        let raw = |block: &testkit::Block| testkit::Wire::octets(block);
        end.feed(headers(id).raw_block(&raw(&first)).no_end_headers());
        for piece in pieces {
            end.feed(continuation(id).raw_block(&raw(&piece)).no_end_headers());
        }
        end.feed(continuation(id));
        let sent = end.sent();
        let is_over = sent
            .iter()
            .any(|seen| seen.code() == Some(code::ENHANCE_YOUR_CALM));
        assert_eq!(is_over, count > 990, "{sent:?}");
    }
}

#[test]
fn a_field_block_that_is_far_too_large_ends_the_connection() {
    let end = End::<Server>::new();
    let id = end.next_id();
    let part = vec![0; 16_384];
    let more = testkit::Wire::octets(&continuation(id).raw_block(&part).no_end_headers());
    let begun = headers(id).get("/").no_end_headers();
    end.dies_after((begun, more.repeat(8)), code::ENHANCE_YOUR_CALM, 1);
}

#[test]
fn lengths_that_contradict_each_other_are_refused() {
    let contradicts = |head: testkit::Frame<testkit::Headers>| {
        head.field("content-length", "3")
            .field("content-length", "4")
    };
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.resets(id, contradicts(headers(id).post("/")), code::PROTOCOL_ERROR);
    let mut end = End::<Client>::new();
    let id = end.machine().request(post()).unwrap().value();
    end.quiet();
    end.resets(
        id,
        contradicts(headers(id).status(200)),
        code::PROTOCOL_ERROR,
    );
}

#[test]
fn a_response_without_a_status_is_refused() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(post()).unwrap().value();
    end.quiet();
    end.resets(id, headers(id).field("server", "x"), code::PROTOCOL_ERROR);
}

#[test]
fn goaway_on_a_stream_is_refused() {
    both!(R => End::<R>::new().dies(goaway(0, 0).stream(1), code::PROTOCOL_ERROR));
}

/// Here they are charged, as they cost as much; but exchanges that go well make up for them.
#[test]
fn refused_streams_are_made_up_for_by_exchanges() {
    let limits = Limits::server().concurrent_streams(2);
    let mut end = End::<Server>::with(Config::default().limits(limits).unwrap());
    for _ in 0..1000 {
        let running = end.open();
        let refused = end.next_id();
        end.opened();
        end.resets(
            refused,
            headers(refused).get("/").end(),
            code::REFUSED_STREAM,
        );
        end.stream(running).end().unwrap();
        end.feed(data(running, "").end());
        end.take(running);
        end.quiet();
    }
    end.is_unharmed();
}

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
    // One that has ended makes room.
    end.feed((data(2, "").end(), promise(8), headers(8).status(200).end()));
    assert!(end.said().is_empty());
    assert_eq!(end.take(8).last().map(String::as_str), Some("8: end"));
}

#[test]
fn streams_that_the_peer_opened_survive_its_goaway() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.feed(goaway(0, code::NO_ERROR));
    end.feed(data(id, "more").end());
    assert_eq!(
        end.take(id),
        [format!("{id}: \"more\""), format!("{id}: end")]
    );
    end.stream(id)
        .send_data(Bytes::from_static(b"answer"))
        .unwrap();
    end.stream(id).end().unwrap();
    assert_eq!(
        end.said(),
        [format!("DATA stream {id} END_STREAM \"answer\"")]
    );
}

#[test]
fn what_arrived_before_a_reset_can_be_taken() {
    let mut end = End::<Client>::new();
    let id = end.open();
    end.feed((data(id, "all of it").end(), rst_stream(id, code::NO_ERROR)));
    assert_eq!(
        end.take(id),
        [format!("{id}: \"all of it\""), format!("{id}: end")]
    );
    let finished = |event: &Event| matches!(event, Event::Finished { stream_id, result: Ok(()) } if stream_id.value() == id);
    assert_eq!(
        end.events().iter().filter(|event| finished(event)).count(),
        1
    );
}

#[test]
fn the_encoder_keeps_no_more_than_it_wants_of_a_huge_table() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(0x1, u32::MAX));
    end.quiet();
    // The reader of the test has 4096 octets, and could not follow a larger table.
    for n in 0..200 {
        let request = get().field(format!("x-{n}"), "v".repeat(50));
        end.machine().request(request).unwrap();
        let heads: Vec<_> = end
            .sent()
            .into_iter()
            .filter_map(|seen| seen.fields)
            .collect();
        assert!(heads.iter().all(Result::is_ok), "{heads:?}");
    }
}

#[test]
fn fields_that_are_kept_do_not_keep_the_frame_they_came_in() {
    let mut end = End::<Server>::new();
    let wire = testkit::Wire::octets(
        &headers(3)
            .get("/")
            .field("x-long", "y".repeat(10_000))
            .end(),
    );
    let mut kept = None;
    let info = allocation_counter::measure(|| {
        end.machine().read(&wire);
        let id = StreamId::from_wire(3);
        let Ok(Some(Part::Head(request))) = end.machine().stream_mut(id).unwrap().recv() else {
            panic!("the request is whole");
        };
        kept = request.field_value("x-long").map(<[u8]>::len);
        drop(request);
    });
    assert_eq!(kept, Some(10_000));
    assert!(info.bytes_current < 4096, "{info:?}");
}

#[test]
fn an_end_of_input_between_exchanges_is_an_end_in_good_order() {
    let mut peer = testkit::Peer::new(tress_proto::Connection::<Client>::new(Config::default()));
    let id = peer.machine.request(get()).unwrap();
    peer.machine.stream_mut(id).unwrap().end().unwrap();
    peer.feed((settings(), headers(1).status(204).end())).eof();
    let events: Vec<_> = core::iter::from_fn(|| peer.machine.poll_event()).collect();
    assert!(
        matches!(events.last(), Some(Event::Closed(Ok(())))),
        "{events:?}"
    );
    assert_eq!(peer.machine.next_read_operation(), ReadOperation::Close);
    // In the middle of one it is not.
    let mut peer = testkit::Peer::new(tress_proto::Connection::<Client>::new(Config::default()));
    peer.machine.request(get()).unwrap();
    peer.feed(settings()).eof();
    let events: Vec<_> = core::iter::from_fn(|| peer.machine.poll_event()).collect();
    let is_lost = |event: &Event| {
        matches!(
            event,
            Event::Finished {
                result: Err(StreamError::ConnectionLost),
                ..
            }
        )
    };
    assert!(events.iter().any(is_lost), "{events:?}");
    assert!(
        matches!(events.last(), Some(Event::Closed(Err(_)))),
        "{events:?}"
    );
}
