//! The laws hold on random input, and can be broken.

use core::time::Duration;

use testkit::Rng;
use tress_log::{Cause, HEADER, Trace};

use super::{any_octets_are_read, one_cause_at_a_time, what_was_written_reads_the_same};

/// How many inputs each law is tried on.
const ROUNDS: u64 = 300;

#[test]
fn any_octets_are_read_without_a_panic() {
    for seed in 0..ROUNDS {
        let mut rng = Rng::new(seed);
        let count = rng.range(0..300);
        any_octets_are_read(&rng.bytes(count));
    }
}

#[test]
fn lines_that_were_broken_are_read_without_a_panic() {
    let lines = include_bytes!("lines.txt");
    any_octets_are_read(lines);
    for seed in 0..ROUNDS {
        let mut rng = Rng::new(seed);
        let mut broken = lines.to_vec();
        for _ in 0..rng.range(1..20) {
            let place = rng.range(0..broken.len());
            match rng.range(0..4) {
                0 => broken[place] = rng.octet(),
                1 => broken[place] = *rng.pick(b"0123456789 %~=+!<>\n"),
                2 => _ = broken.remove(place),
                _ => broken.truncate(place.max(1000)),
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
fn the_lines_that_are_broken_are_all_good_and_of_every_kind() {
    let log = [HEADER.as_bytes(), include_bytes!("lines.txt")].concat();
    let trace = Trace::read(&log).unwrap();
    assert_eq!(trace.errors, []);
    let text = String::from_utf8(log).unwrap();
    let mut kinds: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(' ').nth(2))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let expected = [
        "<",
        ">",
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
    let log = [HEADER.as_bytes(), include_bytes!("lines.txt")].concat();
    let mut trace = Trace::read(&log).unwrap();
    let stream = &mut trace.conversations[0].streams[0];
    assert!(
        stream
            .totals()
            .iter()
            .any(|(cause, _)| *cause == Cause::Peer)
    );
    let last = stream.spans.pop().unwrap();
    stream.end = last.from;
    stream.begin -= Duration::from_nanos(1);
    one_cause_at_a_time(&trace);
}
