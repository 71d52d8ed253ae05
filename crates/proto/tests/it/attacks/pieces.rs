//! Content in tiny pieces, or in none (RFC 9113 §10.5).
//!
//! Nobody is ended for it. While the time is told, more than the budget are read at its pace.

use core::time::Duration;

use runtime::{ReadOperation, Runtime};
use testkit::{Peer, Wire, code, data, headers, rst_stream, settings_ack};
use tress_proto::{Config, Connection, Response, Server, StreamId};

use super::rig::{Attack, End, Expects};
use crate::support::way::each_way;
use crate::support::{self, Ends, both};

/// How many of these frames are read before reading stops, of as many as a connection takes at the
/// beginning; and when it goes on.
fn read_at_once<R: Ends>(end: &mut support::End<R>, frame: &[u8]) -> usize {
    let mut count = 0;
    while end.machine().next_read_operation() == ReadOperation::Read && count < 10_000 {
        end.feed(frame);
        count += 1;
    }
    count
}

/// Tells the time when the end wants to be told, from then on; returns what it is.
fn goes_on<R: Ends>(end: &mut support::End<R>, now: Duration) -> Duration {
    let next = end.peer.tick(now).unwrap();
    end.peer.tick(next);
    next
}

/// An end that is told the time.
fn timed<R: Ends>() -> support::End<R> {
    let mut end = support::End::<R>::new();
    end.peer.tick(Duration::ZERO);
    end
}

#[test]
fn frames_of_nothing_of_padding_and_of_an_octet_are_paced_alike() {
    both!(R => {
        // 512,000 by 256, and by 255.
        for (frame, count) in [
            (data(1, "").octets(), 1999..2001),
            (data(1, "").padded(255).octets(), 1999..2001),
            (data(1, "x").octets(), 2006..2008),
            (data(1, "x").padded(9).octets(), 2006..2008),
        ] {
            let mut end = timed::<R>();
            let read = read_at_once(&mut end, &frame);
            assert!(count.contains(&read), "{read} of {frame:?}");
            assert!(end.machine().is_paused());
            // Two hundred a second.
            let (mut now, mut read) = (Duration::ZERO, 0);
            while now < Duration::from_secs(1) {
                now = goes_on(&mut end, now);
                read += read_at_once(&mut end, &frame);
            }
            assert!((190..230).contains(&read), "{read} within a second");
        }
    });
}

#[test]
fn tiny_frames_are_paced_alike_however_they_come() {
    each_way(|| {
        let mut end = timed::<Server>();
        let frame = data(1, "x").padded(9).octets();
        let read = read_at_once(&mut end, &frame);
        assert!((2006..2008).contains(&read), "{read}");
        let now = goes_on(&mut end, Duration::ZERO);
        // Two hundred a second.
        let due = now.as_secs_f64() * 200.0;
        let read = f64::from(u32::try_from(read_at_once(&mut end, &frame)).unwrap());
        assert!((read - due).abs() <= 3.0, "{read} in {now:?}");
    });
}

#[test]
fn pacing_alone_never_ends_a_connection() {
    both!(R => {
        let mut end = timed::<R>();
        let frame = data(1, "").octets();
        let mut now = Duration::ZERO;
        for _ in 0..200 {
            read_at_once(&mut end, &frame);
            now = goes_on(&mut end, now);
        }
        end.peer.tick(now + Duration::from_secs(1));
        end.is_unharmed();
    });
}

#[test]
fn without_the_time_tiny_pieces_are_read_at_once_and_bounded_in_memory() {
    both!(R => {
        for (frame, octets) in [
            (data(1, "").octets(), 0),
            (data(1, "").padded(0).octets(), 0),
            (data(1, "x").octets(), 20_000),
        ] {
            let wire = (R::head(1), frame.repeat(20_000));
            let run = Attack::<R>::with(wire)
                .setup(R::expect)
                .memory(16 * 1024 + 3 * octets)
                .comes_to(End::Stands);
            assert!(run.resets.is_empty());
        }
    });
}

#[test]
fn content_of_a_stream_that_is_over_is_paced_too() {
    each_way(|| {
        both!(R => {
            let mut end = timed::<R>();
            let id = end.reset_by_us();
            let read = read_at_once(&mut end, &data(id, "").octets());
            assert!((1999..2001).contains(&read), "{read}");
        });
    });
}

#[test]
fn pieces_that_are_taken_one_by_one_are_read_at_once() {
    both!(R => {
        let mut end = timed::<R>();
        for millis in 1..5000 {
            end.peer.tick(Duration::from_micros(500 * millis));
            end.feed(data(1, "x"));
            assert_eq!(end.take(1), ["1: \"x\""]);
            assert_eq!(end.machine().next_read_operation(), ReadOperation::Read);
        }
    });
}

#[test]
fn a_piece_that_is_taken_lets_reading_go_on() {
    let mut end = timed::<Server>();
    let ids: Vec<u32> = (0..50).map(|_| end.open()).collect();
    for id in &ids {
        end.feed(data(*id, "x"));
    }
    read_at_once(&mut end, &data(1, "").octets());
    assert_eq!(end.machine().next_read_operation(), ReadOperation::Yield);
    for id in ids {
        end.take(id);
    }
    assert_eq!(end.machine().next_read_operation(), ReadOperation::Read);
}

#[test]
fn the_last_piece_one_that_fills_a_window_and_a_tunnel_are_free() {
    // The last.
    let mut end = timed::<Server>();
    for _ in 0..5000 {
        let id = end.open();
        end.feed(data(id, "").end());
        end.stream(id).end().unwrap();
        end.sent();
        end.take(id);
    }
    assert_eq!(end.machine().next_read_operation(), ReadOperation::Read);
    // One that fills a window.
    let narrow = Config::default().initial_window(100).unwrap();
    let mut end = support::End::<Server>::with(narrow.window_growth(0).unwrap());
    end.peer.tick(Duration::ZERO);
    for _ in 0..5000 {
        end.feed(data(1, "x"));
        end.take(1);
        end.feed(data(1, "y"));
        end.feed(data(1, "z"));
        end.take(1);
        end.sent();
    }
    assert_eq!(end.machine().next_read_operation(), ReadOperation::Read);
    // A tunnel.
    let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
    peer.feed((Server::hello(), settings_ack()));
    peer.tick(Duration::ZERO);
    let connect = testkit::block()
        .literal_at(2, "CONNECT")
        .literal_at(1, "a:443");
    peer.feed(headers(1).block(&connect));
    let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
    stream.respond(Response::new(200)).unwrap();
    for _ in 0..5000 {
        peer.feed(data(1, "x"));
    }
    assert_eq!(peer.machine.next_read_operation(), ReadOperation::Read);
}

/// An empty frame fills no window.
#[test]
fn a_window_that_is_full_makes_empty_frames_no_cheaper() {
    let narrow = Config::default().initial_window(100).unwrap();
    let mut end = support::End::<Server>::with(narrow.window_growth(0).unwrap());
    end.peer.tick(Duration::ZERO);
    end.feed(data(1, [0; 100]));
    let read = read_at_once(&mut end, &data(1, "").octets());
    assert!((1999..2001).contains(&read), "{read}");
}

#[test]
fn what_waits_merges_and_gives_nothing_back() {
    let mut end = timed::<Server>();
    for _ in 0..1000 {
        end.feed(data(1, "ab"));
    }
    assert_eq!(end.take(1), ["1: 2000 octets"]);
    // 254,000 are spent: a thousand more of these, and eight.
    let read = read_at_once(&mut end, &data(1, "ab").octets());
    assert!((1014..1017).contains(&read), "{read}");
}

#[test]
fn a_peer_that_is_paced_can_still_be_reset_by() {
    let mut end = timed::<Server>();
    read_at_once(&mut end, &data(1, "").octets());
    let at = end.peer.tick(Duration::ZERO).unwrap();
    end.peer.tick(at);
    end.feed(rst_stream(1, code::CANCEL));
    assert!(
        end.event_lines()
            .iter()
            .any(|event_lines| event_lines.starts_with("finished 1"))
    );
}
