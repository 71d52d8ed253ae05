//! The laws hold on random input, and can be broken.

use core::time::Duration;

use testkit::Rng;
use tress_log::{HEADER, Reader, Trace};

use super::every_kind::{every_kind, log};
use super::{any_octets_are_read, one_cause_at_a_time, what_was_written_reads_the_same};

/// How many inputs each law is tried on.
const ROUNDS: u64 = 300;

#[test]
fn any_octets_are_read_without_a_panic() {
    for seed in 0..ROUNDS {
        let mut rng = Rng::new(seed);
        let count = rng.range(0..300);
        any_octets_are_read(&rng.bytes(count));
        // Kinds and numbers that mean something.
        let small: Vec<u8> = (0..count).map(|_| rng.octet() % 24).collect();
        any_octets_are_read(&small);
    }
}

#[test]
fn a_log_that_was_broken_is_read_without_a_panic() {
    let whole = log();
    let events = whole.strip_prefix(HEADER.as_bytes()).unwrap();
    any_octets_are_read(events);
    for seed in 0..ROUNDS {
        let mut rng = Rng::new(seed);
        let mut broken = events.to_vec();
        for _ in 0..rng.range(1..20) {
            let place = rng.range(0..broken.len());
            match rng.range(0..4) {
                0 => broken[place] = rng.octet(),
                1 => broken[place] = rng.octet() % 32,
                2 => _ = broken.remove(place),
                _ => broken.truncate(place.max(300)),
            }
        }
        any_octets_are_read(&broken);
    }
}

#[test]
fn events_of_all_kinds_read_as_they_were_written_and_have_one_cause_at_a_time() {
    for seed in 0..ROUNDS {
        let mut rng = Rng::new(seed);
        let count = rng.range(0..400);
        what_was_written_reads_the_same(&rng.bytes(count));
    }
}

#[test]
fn the_log_that_is_broken_is_of_every_kind() {
    let log = log();
    let read: Result<Vec<_>, _> = Reader::new(&log).unwrap().collect();
    assert_eq!(read, Ok(every_kind()));
    let mut kinds: Vec<String> = every_kind()
        .iter()
        .map(|entry| entry.event.to_string())
        .map(|text| text.split(' ').next().unwrap().to_owned())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let expected = [
        "0xfa",
        "CONTINUATION",
        "DATA",
        "GOAWAY",
        "HEADERS",
        "PING",
        "PREFACE",
        "PRIORITY_UPDATE",
        "PUSH_PROMISE",
        "RST_STREAM",
        "SETTINGS",
        "WINDOW_UPDATE",
        "begin",
        "created",
        "end",
        "fields",
        "full",
        "limit",
        "part",
        "queued",
        "stall",
        "stalled",
        "state",
        "taken",
        "timed",
        "violation",
        "written",
    ];
    assert_eq!(kinds, expected);
}

#[test]
#[should_panic(expected = "a span begins where the one before it ends")]
fn an_instant_without_a_cause_is_found() {
    let mut trace = Trace::read(&log()).unwrap();
    let stream = &mut trace.conversations[0].streams[0];
    let last = stream.spans.pop().unwrap();
    stream.end = last.from;
    stream.begin -= Duration::from_nanos(1);
    one_cause_at_a_time(&trace);
}
