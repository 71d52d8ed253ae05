//! How many streams at once (RFC 9113 §5.1.2).

use testkit::{
    Task, Wire, code, data, frames, goaway, headers, kind, push_promise, rst_stream, settings,
    settings_ack, window_update, written,
};
use tress_proto::runtime::Runtime;
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Event, Limits, Response, Server, SettingsChange,
    State, StreamError, StreamId,
};

use crate::support::{End, content_of, get, post};

/// A server that takes so many streams, of which the first is running.
fn server(streams: u32) -> End<Server> {
    let limits = Limits::default().concurrent_streams(streams);
    End::with(Config::default().limits(limits).unwrap())
}

/// A client that may have so many streams, of which the first is running.
fn client(streams: u32) -> End<Client> {
    let mut end = End::new();
    end.feed(settings().set(3, streams));
    end.quiet();
    end
}

/// The streams that were opened since the last call.
fn opened(end: &mut End<Client>) -> Vec<u32> {
    let sent = end.sent();
    let heads = sent.iter().filter(|seen| seen.kind == kind::HEADERS);
    heads.map(|seen| seen.stream).collect()
}

/// Flaw 21 of the reference: its client ignored the limit.
#[test]
fn a_client_keeps_to_the_limit_of_the_server() {
    let mut end = client(3);
    assert_eq!(end.machine().available(), 2);
    for _ in 0..5 {
        end.machine().request(get()).unwrap();
    }
    assert_eq!(end.machine().available(), 0);
    assert_eq!(opened(&mut end), [3, 5]);
    // A stream that is half closed still counts.
    end.stream(1).end().unwrap();
    end.stream(3).end().unwrap();
    assert!(opened(&mut end).is_empty());
    end.feed(data(1, "").end());
    assert_eq!(opened(&mut end), [7]);
    end.feed(rst_stream(3, code::CANCEL));
    assert_eq!(opened(&mut end), [9]);
    end.stream(5).reset(ErrorCode::CANCEL).unwrap();
    assert_eq!(opened(&mut end), [11]);
}

#[test]
fn a_limit_of_zero_is_a_limit_like_any_other() {
    let mut end = client(0);
    end.machine().request(get()).unwrap();
    assert!(opened(&mut end).is_empty());
    end.is_unharmed();
    end.feed(settings().set(3, 1));
    assert!(opened(&mut end).is_empty(), "the first stream is running");
    end.feed(settings().set(3, 2));
    assert_eq!(opened(&mut end), [3]);
}

#[test]
fn a_limit_that_sinks_harms_no_stream_that_is_open() {
    let mut end = client(100);
    let id = end.open();
    end.feed(settings().set(3, 0));
    end.is_unharmed();
    end.feed(data(id, "still"));
    assert_eq!(end.take(id), [format!("{id}: \"still\"")]);
}

#[test]
fn a_client_opens_at_most_100_streams_before_it_knows_the_limit() {
    let mut peer = testkit::Peer::new(Connection::<Client>::new(Config::default()));
    for _ in 0..150 {
        peer.machine.request(get()).unwrap();
    }
    peer.run();
    let heads = |sent: Vec<testkit::Seen>| {
        let heads = sent.iter().filter(|seen| seen.kind == kind::HEADERS);
        heads.count()
    };
    assert_eq!(heads(peer.sent()), 100);
    peer.feed(settings());
    assert_eq!(heads(peer.sent()), 50, "there is none");
}

#[test]
fn an_application_that_found_no_stream_is_notified_of_one() {
    let event_lines = |end: &mut End<Client>| {
        let events = end.events();
        events
            .iter()
            .filter(|event| matches!(event, Event::Available))
            .count()
    };
    let mut end = client(2);
    end.machine().request(get()).unwrap();
    assert_eq!(end.machine().available(), 0);
    assert_eq!(event_lines(&mut end), 0);
    // By a higher limit.
    end.feed(settings().set(3, 3));
    assert_eq!(event_lines(&mut end), 1);
    end.machine().request(get()).unwrap();
    end.sent();
    assert_eq!(event_lines(&mut end), 0);
    // By a stream that ends.
    end.feed(rst_stream(3, code::CANCEL));
    assert_eq!(end.machine().available(), 1);
    assert_eq!(event_lines(&mut end), 1, "and once");
    end.feed(rst_stream(5, code::CANCEL));
    assert_eq!(event_lines(&mut end), 0, "it knows");
}

/// Nobody has to ask again: what waits is opened, and whoever writes is woken for it.
#[test]
fn a_request_that_waits_is_opened_without_another_word_of_the_application() {
    let frees = [
        rst_stream(1, code::CANCEL).octets(),
        headers(1).status(204).end().octets(),
        settings().set(3, 2).octets(),
    ];
    for wire in frees {
        let mut client = Connection::<Client>::new(Config::default());
        client.read(&(settings().set(3, 1), settings_ack()).octets());
        let [first, second] = [(); 2].map(|()| {
            let id = client.request(get()).unwrap();
            client.stream_mut(id).unwrap().end().unwrap();
            id
        });
        written(&mut client);
        assert_ne!(client.stream(first).unwrap().state(), State::Idle);
        assert_eq!(client.stream(second).unwrap().state(), State::Idle);
        let task = Task::new();
        client.yield_writer(task.waker());
        assert!(!task.is_woken());
        client.read(&wire);
        assert!(task.is_woken());
        written(&mut client);
        assert_ne!(client.stream(second).unwrap().state(), State::Idle);
    }
}

#[test]
fn an_application_that_takes_back_a_request_is_told_that_there_is_space() {
    let mut end = client(1);
    let id = end.machine().request(get()).unwrap().value();
    end.stream(1).reset(ErrorCode::CANCEL).unwrap();
    end.stream(id).release();
    assert_eq!(end.machine().available(), 1);
    let events = end.events();
    assert!(
        events.iter().any(|event| matches!(event, Event::Available)),
        "{events:?}"
    );
}

#[test]
fn a_server_announces_its_limit() {
    let mut peer = testkit::Peer::new(Connection::<Server>::new(Config::default()));
    peer.run();
    let seen = frames(&peer.sent_octets());
    assert!(seen[0].settings().contains(&(3, 100)), "{seen:?}");
}

#[test]
fn a_stream_above_our_limit_is_refused() {
    let mut end = server(2);
    end.open();
    let id = end.next_id();
    end.resets(id, headers(id).get("/").end(), code::REFUSED_STREAM);
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
    // With its content, which was under way.
    let id = id + 2;
    let request = (headers(id).post("/"), data(id, "content").end());
    end.resets(id, request, code::REFUSED_STREAM);
}

/// Flaw 11 of the reference: a refused stream freed the slot of another.
#[test]
fn a_stream_that_is_refused_frees_no_slot() {
    let mut end = server(2);
    end.open();
    for id in [5, 7, 9] {
        end.resets(id, headers(id).get("/").end(), code::REFUSED_STREAM);
        end.tolerates((rst_stream(id, code::CANCEL), window_update(id, 1)));
    }
    end.feed((data(3, "").end(), rst_stream(3, code::CANCEL)));
    end.stream(3).release();
    end.quiet();
    end.feed(headers(11).get("/").end());
    assert_eq!(end.event_lines()[0], "opened 11");
    end.resets(13, headers(13).get("/").end(), code::REFUSED_STREAM);
}

#[test]
fn a_malformed_request_takes_no_slot() {
    let mut end = server(2);
    for id in [3, 5, 7] {
        end.resets(id, headers(id).field("x", "y").end(), code::PROTOCOL_ERROR);
    }
    end.feed(headers(9).get("/").end());
    assert_eq!(end.event_lines()[0], "opened 9");
}

#[test]
fn every_way_to_end_a_stream_frees_its_slot_once() {
    let mut end = server(2);
    for way in 0..4 {
        for _ in 0..3 {
            let id = end.open();
            match way {
                0 => {
                    end.stream(id).end().unwrap();
                    end.feed(data(id, "").end());
                }
                1 => {
                    end.feed(rst_stream(id, code::CANCEL));
                }
                2 => end.stream(id).reset(ErrorCode::CANCEL).unwrap(),
                _ => {
                    end.feed(data(id, "").end());
                    end.feed(data(id, "too late"));
                }
            }
            end.sent();
            end.take(id);
            end.quiet();
        }
        // The bystander and one more, and no third.
        let id = end.open();
        let next = end.next_id();
        end.opened();
        end.resets(next, headers(next).get("/").end(), code::REFUSED_STREAM);
        end.stream(id).reset(ErrorCode::CANCEL).unwrap();
        end.sent();
    }
}

/// Flaw 4 of the reference: an empty response leaked its stream and the slot.
#[test]
fn an_empty_response_frees_its_slot() {
    let mut end = server(2);
    for _ in 0..10 {
        let id = end.next_id();
        end.opened();
        end.feed(headers(id).get("/").end());
        end.take(id);
        end.stream(id).respond(Response::new(204)).unwrap();
        end.stream(id).end().unwrap();
        assert_eq!(
            end.said(),
            [format!(
                "HEADERS stream {id} END_STREAM END_HEADERS [:status: 204]"
            )]
        );
        end.quiet();
        assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
    }
    assert_eq!(end.machine().streams().count(), 1);
}

/// Flaw 4 of the reference: so did a response that ended before its request.
#[test]
fn a_response_that_ends_before_its_request_frees_the_slot_once_both_have() {
    let mut end = client(2);
    let id = end.half_closed_remote();
    assert_eq!(end.machine().available(), 0);
    end.take(id);
    end.stream(id).end().unwrap();
    end.sent();
    assert!(end.event_lines().contains(&"Available".to_owned()));
    assert_eq!(end.machine().available(), 1);
    assert!(end.machine().stream(StreamId::from_wire(id)).is_none());
}

#[test]
fn a_refused_stream_is_safe_to_try_again() {
    let mut end = client(10);
    let id = end.open();
    end.feed(rst_stream(id, code::REFUSED_STREAM));
    let error = end
        .machine()
        .stream(StreamId::from_wire(id))
        .unwrap()
        .result();
    let error = error.unwrap().unwrap_err();
    assert_eq!(error, StreamError::Reset(ErrorCode::REFUSED_STREAM));
    assert!(error.is_retryable());
}

#[test]
fn streams_that_wait_may_be_filled_taken_back_and_lost() {
    let mut end = client(1);
    let a = end.machine().request(post()).unwrap().value();
    end.stream(a)
        .send_data(Bytes::from_static(b"content"))
        .unwrap();
    let b = end.machine().request(get()).unwrap().value();
    let c = end.machine().request(get()).unwrap().value();
    end.stream(b).reset(ErrorCode::CANCEL).unwrap();
    assert!(end.sent().is_empty());
    assert_eq!(end.take(b), [format!("{b}: the stream was canceled")]);
    end.feed(rst_stream(1, code::CANCEL));
    let said = end.said();
    assert!(
        said[0].starts_with(&format!("HEADERS stream {a} END_HEADERS")),
        "{said:?}"
    );
    assert_eq!(said[1], format!("DATA stream {a} \"content\""));
    end.feed(goaway(a, 0));
    end.quiet();
    let (request, content) = end.stream(c).take_unsent().unwrap();
    assert_eq!((request, content.len()), (get(), 0));
}

#[test]
fn a_limit_of_ours_can_change() {
    let mut end = server(1);
    let change = SettingsChange::default().concurrent_streams(2);
    end.machine().update_settings(change).unwrap();
    assert_eq!(end.sent()[0].settings(), [(3, 2)]);
    end.feed(settings_ack());
    end.open();
    let id = end.next_id();
    end.resets(id, headers(id).get("/").end(), code::REFUSED_STREAM);
    end.opened();
    // A lower one harms no stream that is open.
    let change = SettingsChange::default().concurrent_streams(1);
    end.machine().update_settings(change).unwrap();
    end.sent();
    end.feed((settings_ack(), data(3, "more")));
    assert_eq!(end.take(3), ["3: \"more\""]);
    end.is_unharmed();
}

/// RFC 9113 §6.5.3: the peer may not have heard of what it has not acknowledged.
#[test]
fn a_lowered_limit_binds_from_its_acknowledgment_on() {
    let mut end = server(4);
    let lower = SettingsChange::default().concurrent_streams(2);
    end.machine().update_settings(lower).unwrap();
    end.sent();
    for id in [3, 5, 7] {
        end.feed(headers(id).get("/").end());
        assert_eq!(end.event_lines()[0], format!("opened {id}"));
    }
    end.opened();
    end.resets(9, headers(9).get("/").end(), code::REFUSED_STREAM);
    end.feed((
        settings_ack(),
        rst_stream(3, code::CANCEL),
        rst_stream(5, code::CANCEL),
    ));
    end.stream(3).release();
    end.stream(5).release();
    end.quiet();
    // Two are running, and there may be two.
    end.resets(11, headers(11).get("/").end(), code::REFUSED_STREAM);
    end.feed(rst_stream(7, code::CANCEL));
    end.stream(7).release();
    end.quiet();
    end.feed(headers(13).get("/").end());
    assert_eq!(end.event_lines()[0], "opened 13");
}

#[test]
fn of_limits_that_are_under_way_the_highest_counts() {
    let mut end = server(1);
    for streams in [3, 2] {
        let change = SettingsChange::default().concurrent_streams(streams);
        end.machine().update_settings(change).unwrap();
    }
    end.sent();
    for id in [3, 5] {
        end.feed(headers(id).get("/").end());
        assert_eq!(end.event_lines()[0], format!("opened {id}"));
    }
    end.resets(7, headers(7).get("/").end(), code::REFUSED_STREAM);
    end.feed((settings_ack(), rst_stream(3, code::CANCEL)));
    end.stream(3).release();
    end.quiet();
    // Two are running: the first acknowledgment was that of three.
    end.feed(headers(9).get("/").end());
    assert_eq!(end.event_lines()[0], "opened 9");
    end.feed((settings_ack(), rst_stream(5, code::CANCEL)));
    end.quiet();
    end.resets(11, headers(11).get("/").end(), code::REFUSED_STREAM);
}

#[test]
fn our_limit_binds_from_the_first_octet_on() {
    let limits = Limits::default().concurrent_streams(2);
    let mut end = End::<Server>::unacknowledged(Config::default().limits(limits).unwrap());
    end.open();
    let id = end.next_id();
    end.resets(id, headers(id).get("/").end(), code::REFUSED_STREAM);
}

#[test]
fn no_stream_is_available_once_the_connection_goes_away() {
    let mut end = client(1);
    assert_eq!(end.machine().available(), 0);
    end.machine().request(get()).unwrap();
    end.feed(goaway(1, 0));
    assert_eq!(end.machine().available(), 0);
    end.feed(data(1, "").end());
    assert_eq!(end.machine().available(), 0);
    assert!(!end.event_lines().contains(&"Available".to_owned()));
}

/// Flaw 11 of the reference: pushes were counted twice.
#[test]
fn a_pushed_stream_counts_once() {
    let limits = Limits::default().concurrent_streams(2);
    let config = Config::default().allow_push().limits(limits).unwrap();
    let mut end = End::<Client>::with(config);
    for round in 0..10 {
        let (a, b, c) = (6 * round + 2, 6 * round + 4, 6 * round + 6);
        end.feed((push_promise(1, a).get("/a"), push_promise(1, b).get("/b")));
        assert!(end.sent().is_empty(), "both are taken");
        end.resets(c, push_promise(1, c).get("/c"), code::REFUSED_STREAM);
        for id in [a, b] {
            end.feed((headers(id).status(200), data(id, "").end()));
            end.take(id);
        }
        end.quiet();
    }
}

/// Pins: a stream that waits to be opened kept the window from those that are.
#[test]
fn a_stream_that_is_not_open_yet_takes_nothing_of_the_window() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(0x3, 1));
    let waiting = end.machine().request(post()).unwrap().value();
    end.stream(waiting)
        .send_data(Bytes::from(vec![0; 65_535]))
        .unwrap();
    assert_eq!(content_of(&mut end, waiting), 0);
    end.send(1, &[0; 65_535]);
    assert_eq!(
        content_of(&mut end, 1),
        65_535,
        "the whole window is for the one that is open"
    );
}

/// Pins: a busy server that refuses much must not end with its client.
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
