//! What a connection says of what it did, and of what held it up.

use core::time::Duration;

use testkit::{Wire as _, data, headers, ping, rst_stream, settings, window_update};
use tress_proto::runtime::{ReadOperation, Runtime, WriteOperation};
use tress_proto::{Bytes, Client, Config, Response, Server, Slowdown, Stats};

use crate::support::{End, get};

const SECOND: Duration = Duration::from_secs(1);

/// Lets time pass, a second at a time.
fn pass(end: &mut End<Server>, from: u64, to: u64) -> Stats {
    for second in from..=to {
        end.machine().tick(Duration::from_secs(second));
        end.sent();
    }
    end.machine().stats()
}

/// RFC 9113 §6.9: which window, how often, and for how long.
#[test]
fn content_that_waits_for_a_window_is_a_stall_of_that_window() {
    let mut end = End::<Server>::new();
    pass(&mut end, 1, 1);
    let first = end.open();
    let much = Bytes::from(vec![0; 100_000]);
    end.stream(first).send_data(much.clone()).unwrap();
    // 65,535 octets leave, of the stream and of the connection.
    let stats = pass(&mut end, 2, 5);
    assert_eq!(stats.stalls.stream_window.count, 1);
    assert_eq!(stats.stalls.stream_window.time, 3 * SECOND);
    end.feed(window_update(first, 1_000_000));
    let stats = pass(&mut end, 6, 7);
    assert_eq!(stats.stalls.stream_window.time, 3 * SECOND);
    assert_eq!(stats.stalls.connection_window.count, 1);
    assert_eq!(stats.stalls.connection_window.time, 2 * SECOND);
    end.feed(window_update(0, 1_000_000));
    end.stream(first).end().unwrap();
    let before = pass(&mut end, 8, 8);
    let after = pass(&mut end, 9, 12);
    assert_eq!(before.stalls.stream_window, after.stalls.stream_window);
    assert_eq!(
        before.stalls.connection_window,
        after.stalls.connection_window
    );
    // The first stream of all is open all the time, and nobody says anything on it.
    let application = after.stalls.application - before.stalls.application;
    assert_eq!(application, 4 * SECOND);
    assert_eq!(after.time, 12 * SECOND);
}

/// RFC 9113 §5.1: a stream that ends while it waits waits no more.
#[test]
fn a_stream_that_is_reset_while_it_waits_is_no_stall_any_more() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.stream(id).send_data(vec![0; 100_000].into()).unwrap();
    pass(&mut end, 1, 2);
    end.feed(rst_stream(id, testkit::code::CANCEL));
    let before = pass(&mut end, 3, 3);
    let after = pass(&mut end, 4, 9);
    assert_eq!(before.stalls.stream_window, after.stalls.stream_window);
}

#[test]
fn output_that_the_transport_does_not_take_is_a_stall_of_the_transport() {
    let mut end = End::<Server>::new();
    pass(&mut end, 1, 1);
    end.stream(1)
        .send_data(Bytes::from_static(b"hello"))
        .unwrap();
    let machine = end.machine();
    assert!(matches!(
        machine.next_write_operation(),
        WriteOperation::Write(_)
    ));
    for second in 2..=4 {
        machine.tick(Duration::from_secs(second));
    }
    let stall = machine.stats().stalls.transport;
    assert_eq!((stall.count, stall.time), (1, 3 * SECOND));
    let stats = pass(&mut end, 5, 7);
    assert_eq!(stats.stalls.transport.count, 1);
    assert_eq!(stats.stalls.transport.time, 4 * SECOND);
}

/// RFC 9113 §5.1.2: what the peer lets nobody open yet.
#[test]
fn requests_above_the_peers_limit_are_a_stall_of_its_concurrency() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(3, 1));
    end.machine().request(get()).unwrap();
    end.sent();
    for second in 1..=3 {
        end.machine().tick(Duration::from_secs(second));
    }
    let stats = end.machine().stats();
    assert_eq!(stats.stalls.peer_concurrency.count, 1);
    assert_eq!(stats.stalls.peer_concurrency.time, 3 * SECOND);
    assert_eq!(
        (stats.streams_opened_local, stats.streams_active_local),
        (1, 1)
    );
}

#[test]
fn streams_frames_and_octets_are_counted_both_ways() {
    let mut end = End::<Server>::new();
    let before = end.machine().stats();
    let head = headers(3).get("/");
    let octets = testkit::Wire::octets(&head).len() + 14 + 17;
    end.feed((head, data(3, "hello").end(), ping(*b"12345678")));
    end.stream(3)
        .answer(Response::new(200), Bytes::from_static(b"hi"))
        .unwrap();
    end.sent();
    let after = end.machine().stats();
    assert_eq!(after.frames_received - before.frames_received, 3);
    assert_eq!(
        after.octets_received - before.octets_received,
        octets as u64
    );
    // HEADERS, DATA, the answer to the PING.
    assert_eq!(after.frames_sent - before.frames_sent, 3);
    assert!(after.octets_sent > before.octets_sent + 9 + 11 + 17);
    assert_eq!(after.streams_opened_peer - before.streams_opened_peer, 1);
    assert_eq!(after.streams_active_peer, before.streams_active_peer);
}

/// RFC 9113 §6.7.
#[test]
fn the_round_trip_is_that_of_the_latest_ping() {
    let mut end = End::<Server>::new();
    pass(&mut end, 1, 1);
    end.machine().ping(*b"12345678").unwrap();
    let stats = pass(&mut end, 2, 3);
    assert_eq!(stats.round_trip, None);
    end.feed(ping(*b"12345678").ack());
    assert_eq!(end.machine().stats().round_trip, Some(2 * SECOND));
}

/// RFC 9113 §10.5.
#[test]
fn limits_that_were_passed_are_counted_by_their_names() {
    let limits = tress_proto::Limits::server().concurrent_streams(1);
    let config = Config::default().limits(limits).unwrap();
    let mut end = End::<Server>::with(config);
    end.feed((headers(3).get("/").end(), headers(5).get("/").end()));
    let limits = end.machine().stats().limits;
    assert_eq!(limits, [(tress_proto::Limit::ConcurrentStreams, 2)]);
}

/// RFC 9113 §10.5: requests wait for those that the application works for, and for the budget of resets.
#[test]
fn what_slows_a_client_is_counted_by_its_cause_and_ends_nothing() {
    let limits = tress_proto::Limits::server().concurrent_streams(1);
    let config = Config::default().limits(limits).unwrap();
    let mut end = End::<Server>::with(config);
    // Its settings are acknowledged, so that the next stream is one that may be opened.
    end.feed((headers(1).get("/").end(), rst_stream(1, 8)));
    assert_eq!(end.machine().stats().slowdowns, []);
    end.feed(headers(3).get("/").end());
    let stats = end.machine().stats();
    assert_eq!(stats.slowdowns, [(Slowdown::Working, 1)]);
    assert_eq!(stats.limits, []);
}

/// RFC 9113 §10.5: what a client does not read is not answered for ever.
#[test]
fn a_pause_in_reading_is_counted_once_until_reading_goes_on() {
    let mut end = End::<Server>::new();
    let pings: Vec<u8> = (0..100_u64)
        .flat_map(|number| ping(number.to_be_bytes()).octets())
        .collect();
    for times in 1..=2 {
        let mut left = &pings[..];
        while end.machine().next_read_operation() == ReadOperation::Read && !left.is_empty() {
            let count = end.machine().read(left);
            left = &left[count..];
        }
        while end.machine().next_read_operation() == ReadOperation::Read {
            end.machine().read(&pings[..17]);
        }
        let stats = end.machine().stats();
        assert_eq!(stats.slowdowns, [(Slowdown::Replies, times)]);
        assert_eq!(stats.limits, []);
        end.sent();
    }
}

/// RFC 9113 §10.5: a request waits where the client has reset too many of late, and no other is worked for.
#[test]
fn a_request_that_waits_for_the_budget_of_resets_is_counted_as_slowed_by_them() {
    let mut end = End::<Server>::new();
    pass(&mut end, 1, 1);
    let mut count = 0;
    loop {
        let id = end.next_id();
        end.opened();
        end.feed(headers(id).get("/").end());
        if !end.machine().stats().slowdowns.is_empty() || count == 1000 {
            break;
        }
        // The application hears of it before it is reset.
        end.quiet();
        end.feed(rst_stream(id, 8));
        end.quiet();
        end.stream(id).release();
        count += 1;
    }
    let stats = end.machine().stats();
    assert_eq!(stats.slowdowns, [(Slowdown::Resets, 1)], "after {count}");
    assert_eq!(stats.limits, []);
}

/// RFC 9113 §10.5: content of an octet a frame is read no faster than its budget refills.
#[test]
fn a_pause_for_content_in_tiny_pieces_is_counted_as_such() {
    let mut end = End::<Server>::new();
    pass(&mut end, 1, 1);
    let piece = data(1, "x").octets();
    let mut pieces = 0;
    while end.machine().next_read_operation() == ReadOperation::Read && pieces < 100_000 {
        end.machine().read(&piece);
        pieces += 1;
    }
    let stats = end.machine().stats();
    assert_eq!(
        stats.slowdowns,
        [(Slowdown::SmallData, 1)],
        "after {pieces}"
    );
    assert_eq!(stats.limits, []);
}
