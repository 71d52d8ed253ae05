//! RFC 9110 §14.1.2 by its own examples, and what is no range.

use super::{Ranges, parse};

fn ranges(value: &str, len: u64) -> Vec<(u64, u64)> {
    match parse(value.as_bytes(), len) {
        Ranges::Some(ranges) => ranges.iter().map(|it| (it.start, it.end)).collect(),
        other => panic!("{value}: {other:?}"),
    }
}

#[test]
fn the_examples_of_the_rfc_name_the_octets_that_it_says() {
    assert_eq!(ranges("bytes=0-499", 10_000), [(0, 500)]);
    assert_eq!(ranges("bytes=500-999", 10_000), [(500, 1000)]);
    assert_eq!(ranges("bytes=-500", 10_000), [(9500, 10_000)]);
    assert_eq!(ranges("bytes=9500-", 10_000), [(9500, 10_000)]);
    assert_eq!(ranges("bytes=0-0,-1", 10_000), [(0, 1), (9999, 10_000)]);
    assert_eq!(
        ranges("bytes= 0-999, 4500-5499, -1000", 10_000),
        [(0, 1000), (4500, 5500), (9000, 10_000)]
    );
}

#[test]
fn what_goes_beyond_the_end_is_cut_and_what_begins_there_left_out() {
    assert_eq!(ranges("bytes=5-100", 10), [(5, 10)]);
    assert_eq!(ranges("bytes=-100", 10), [(0, 10)]);
    assert_eq!(ranges("BYTES=0-1,10-,99-", 10), [(0, 2)]);
    assert_eq!(ranges("bytes=0-99999999999999999999999", 10), [(0, 10)]);
}

#[test]
fn nothing_that_the_file_has_is_unsatisfiable() {
    for value in ["bytes=10-", "bytes=10-20,30-", "bytes=-0"] {
        let parsed = parse(value.as_bytes(), 10);
        assert_eq!(parsed, Ranges::Unsatisfiable, "{value}");
    }
    assert_eq!(parse(b"bytes=0-", 0), Ranges::Ignored);
    assert_eq!(parse(b"bytes=-1", 0), Ranges::Ignored);
}

#[test]
fn what_is_no_range_is_ignored() {
    for value in [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=1",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-4",
        "bytes=0-1,x",
        "bytes=+1-2",
        "lines=1-2",
        "bytes=1-2-3",
        "bytes=\u{e9}-",
    ] {
        assert_eq!(parse(value.as_bytes(), 10), Ranges::Ignored, "{value}");
    }
    assert_eq!(parse(b"bytes=\xff-", 10), Ranges::Ignored);
}

#[test]
fn more_than_everything_is_everything() {
    assert_eq!(parse(b"bytes=0-9,0-0", 10), Ranges::Ignored);
    assert_eq!(parse(b"bytes=0-,-10", 10), Ranges::Ignored);
    let many = alloc::format!("bytes={}", "0-0,".repeat(65));
    assert_eq!(parse(many.as_bytes(), 1000), Ranges::Ignored);
    let some = alloc::format!("bytes={}", "0-0,".repeat(64));
    assert_eq!(ranges(&some, 1000).len(), 64);
}
