//! Replies and control frames.

use core::time::Duration;

use runtime::{ReadOperation, Runtime};
use testkit::{
    PREFACE, Peer, Wire, code, continuation, goaway, headers, kind, ping, priority,
    priority_update, rst_stream, settings, settings_ack, unknown,
};
use tress_proto::{Bytes, Client, Config, Connection, Event, Response, Server};

use super::rig::{Attack, CALM, End, read_all};
use crate::support::way::{current, each_piece};
use crate::support::{self, Ends, both, post};

/// Several times the same.
fn times(count: usize, wire: impl Wire) -> Vec<u8> {
    wire.octets().repeat(count)
}

#[test]
fn ping_flood_is_answered_if_the_peer_reads_and_not_read_on_if_it_does_not() {
    both!(R => {
        let pings = times(1200, ping(*b"12345678"));
        let run = Attack::<R>::with(&pings).undrained(End::Waits).comes_to(End::Stands);
        assert_eq!(run.sent, 1200 * 17, "each is answered");
        // A driver that reads on all the same ends the connection.
        let mut machine = Connection::<R>::new(Config::default());
        read_all(&mut machine, &R::hello());
        for question in pings.chunks(17) {
            machine.read(question);
        }
        assert_eq!(machine.next_read_operation(), ReadOperation::Close);
    });
}

#[test]
fn settings_flood_is_acknowledged_once_for_each_and_not_read_on_if_that_is_not_read() {
    both!(R => {
        let run = Attack::<R>::with(times(1200, settings()))
            .undrained(End::Waits)
            .comes_to(End::Stands);
        assert_eq!(run.sent, 1200 * 9);
    });
}

#[test]
fn settings_with_more_than_32_entries_end_the_connection() {
    both!(R => {
        let entries = |count: u32| {
            (0..count).fold(settings(), |frame, value| frame.set(0x99, value))
        };
        Attack::<R>::with(entries(32)).comes_to(End::Stands);
        Attack::<R>::with(entries(33)).comes_to(End::Dies(CALM));
    });
}

#[test]
fn initial_window_churn_is_bounded_by_the_budget_of_suspicious_frames() {
    fn respond(machine: &mut Connection<Server>, event: &Event) {
        if let Event::Opened { stream_id } = event {
            let mut stream = machine.stream_mut(*stream_id).unwrap();
            stream.respond(Response::new(200)).unwrap();
            stream.send_data(Bytes::from_static(&[0; 1000])).unwrap();
        }
    }
    let posts: Vec<u8> = (0..100)
        .flat_map(|n| headers(2 * n + 1).post("/").octets())
        .collect();
    let churn = (settings().set(4, 1), settings().set(4, 0)).octets();
    let input = (settings().set(4, 0), posts, churn.repeat(400));
    Attack::with(input)
        .app(respond)
        .memory(256 * 1024)
        .undrained(End::Waits)
        .comes_to(End::Dies(CALM));
}

#[test]
fn a_largest_frame_out_of_range_ends_the_connection() {
    both!(R => {
        for octets in [0, 16_383, 16_777_216] {
            let run = Attack::<R>::with(settings().set(5, octets))
                .comes_to(End::Dies(code::PROTOCOL_ERROR));
            assert!(run.sent < 200, "nothing is said besides");
        }
    });
}

#[test]
fn settings_that_are_never_acknowledged_end_the_connection_once_a_ping_behind_them_is() {
    each_piece(|| {
        both!(R => {
            let mut peer = Peer::new(Connection::<R>::new(Config::default())).chunks(current().piece);
            peer.tick(Duration::ZERO);
            peer.feed(R::hello());
            peer.tick(Duration::ZERO);
            peer.tick(Duration::from_secs(5));
            peer.feed(ping(*b"settings").ack());
            peer.tick(Duration::from_secs(5));
            peer.tick(Duration::from_secs(14));
            assert!(!peer.is_closed());
            peer.tick(Duration::from_secs(15));
            assert_eq!(peer.sent().pop().unwrap().code(), Some(code::SETTINGS_TIMEOUT));
        });
    });
}

#[test]
fn answers_that_nothing_asked_for_end_the_connection() {
    both!(R => {
        Attack::<R>::with(settings_ack()).comes_to(End::Dies(code::PROTOCOL_ERROR));
        Attack::<R>::with(times(1000, ping(*b"12345678").ack())).comes_to(End::Stands);
        Attack::<R>::with(times(1001, ping(*b"12345678").ack())).comes_to(End::Dies(CALM));
    });
}

/// A stream that keeps the connection.
fn ask(machine: &mut Connection<Client>) {
    machine.request(post()).unwrap();
}

#[test]
fn goaway_flood_ends_a_connection_without_streams_in_good_order() {
    both!(R => {
        let flood = times(500, goaway(0, code::NO_ERROR));
        Attack::<R>::with(flood).comes_to(End::Dies(code::NO_ERROR));
    });
}

#[test]
fn goaway_again_and_again_costs_and_may_not_grow() {
    let again = |count| {
        (
            headers(1).status(200),
            times(count, goaway(1, code::NO_ERROR)),
        )
    };
    Attack::with(again(101)).setup(ask).comes_to(End::Stands);
    Attack::with(again(102))
        .setup(ask)
        .comes_to(End::Dies(CALM));
    let grown = (goaway(5, code::NO_ERROR), goaway(7, code::NO_ERROR));
    Attack::with(grown)
        .setup(ask)
        .comes_to(End::Dies(code::PROTOCOL_ERROR));
}

#[test]
fn of_large_debug_data_256_octets_are_kept() {
    each_piece(|| {
        let mut peer =
            Peer::new(Connection::<Client>::new(Config::default())).chunks(current().piece);
        peer.feed(settings());
        ask(&mut peer.machine);
        peer.run();
        let mut large = goaway(1, code::NO_ERROR).octets();
        large[..3].copy_from_slice(&[0, 0x40, 0]);
        large.resize(9 + 0x4000, b'x');
        peer.feed(&large);
        assert_eq!(peer.machine.peer_debug_data().len(), 256);
    });
}

#[test]
fn unknown_frame_flood_ends_the_connection() {
    both!(R => {
        for kind in [0x7e, kind::ALTSVC, kind::ORIGIN] {
            let frame = unknown(kind, 0, 0, "");
            // A client is notified of those that it knows.
            let memory = 128 * 1024;
            Attack::<R>::with(times(1000, &frame)).memory(memory).comes_to(End::Stands);
            Attack::<R>::with(times(1001, &frame)).memory(memory).comes_to(End::Dies(CALM));
        }
    });
}

/// Every type, with every short length, on three streams.
#[test]
fn no_short_frame_of_any_type_panics() {
    both!(R => {
        let hello = (R::hello(), settings_ack()).octets();
        for kind in 0..=u8::MAX {
            for length in (0..10).chain([20]) {
                for (stream, flags) in [(0, 0), (1, 0), (2, 0), (0, 0xff), (1, 0xff), (2, 0xff)] {
                    let mut machine = Connection::<R>::new(Config::default());
                    read_all(&mut machine, &hello);
                    let frame = unknown(kind, flags, stream, vec![0xff; length]).octets();
                    assert_eq!(machine.read(&frame), frame.len());
                    while machine.poll_event().is_some() {}
                }
            }
        }
    });
}

#[test]
fn priority_flood_ends_the_connection_and_builds_no_tree() {
    both!(R => {
        let shuffle = |count: u32| -> Vec<u8> {
            (0..count).flat_map(|n| priority(2 * n + 1, 2 * n + 3, 16).octets()).collect()
        };
        Attack::<R>::with(shuffle(1000)).memory(2048).comes_to(End::Stands);
        Attack::<R>::with(shuffle(1001)).memory(2048).comes_to(End::Dies(CALM));
        // A cycle is nothing.
        Attack::<R>::with((priority(1, 3, 16), priority(3, 1, 16))).comes_to(End::Stands);
    });
}

#[test]
fn priority_update_flood_ends_the_connection_at_the_limit_of_streams() {
    let updates = |count: u32| -> Vec<u8> {
        (0..count)
            .flat_map(|n| priority_update(2 * n + 1, "u=1").octets())
            .collect()
    };
    Attack::<Server>::with(updates(100)).comes_to(End::Stands);
    let dies = End::Dies(code::PROTOCOL_ERROR);
    Attack::<Server>::with(updates(101)).comes_to(dies);
    Attack::<Server>::with(priority_update(0, "u=1")).comes_to(dies);
    Attack::<Client>::with(priority_update(1, "u=1")).comes_to(dies);
}

#[test]
fn a_peer_that_sends_pings_is_answered_for_hours() {
    each_piece(|| {
        let mut peer =
            Peer::new(Connection::<Server>::new(Config::default())).chunks(current().piece);
        peer.feed((PREFACE, settings(), settings_ack()));
        for second in 0..3600 {
            peer.tick(Duration::from_secs(second));
            peer.feed(ping(*b"alive?!?"));
        }
        let answers = peer
            .sent()
            .iter()
            .filter(|seen| seen.kind == kind::PING)
            .count();
        assert_eq!(answers, 3600);
        assert!(!peer.is_closed());
    });
}

/// Pins: every kind of frame that costs something, repeated.
#[test]
fn nothing_a_peer_repeats_is_without_a_limit() {
    let repeated = |wire: Vec<u8>| wire.repeat(100_000);
    let calm = code::ENHANCE_YOUR_CALM;
    let octets = |wire: &dyn Wire| wire.octets();
    let end = support::End::<Server>::new;
    // Field blocks, in pieces and in fields.
    let id = end().next_id();
    let begun = octets(&headers(id).get("/").no_end_headers());
    let more = octets(&continuation(id).no_end_headers());
    end().dies_after((begun.clone(), repeated(more)), calm, 1);
    let full = octets(&continuation(id).raw_block(&[0; 16_384]).no_end_headers());
    end().dies_after((begun, full.repeat(100)), calm, 1);
    // Priorities of streams that nobody opens.
    let mut idle = Vec::new();
    for n in 0..10_000 {
        idle.extend(octets(&priority(2 * n + 1001, 0, 16)));
    }
    end().dies(idle, calm);
    // Questions whose answers nobody reads, and resets.
    for question in [octets(&ping(*b"question")), octets(&settings())] {
        let mut peer = Peer::new(Connection::<Server>::new(Config::default())).undrained();
        peer.feed((Server::hello(), settings_ack(), repeated(question)));
        assert_eq!(
            peer.machine.next_read_operation(),
            ReadOperation::Yield,
            "it waits until the peer reads"
        );
    }
    let mut resets = Vec::new();
    for n in 1..20_000 {
        let id = 2 * n + 1;
        resets.extend(octets(&(
            headers(id).get("/").end(),
            rst_stream(id, code::CANCEL),
        )));
    }
    let mut end = end();
    end.feed(resets);
    assert_eq!(end.sent().last().unwrap().code(), Some(calm));
}
