//! Field blocks and content that need more than one frame (RFC 9113 §4.3, RFC 9113 §6.10).

use tress_frame::{Data, Dependency, Frame, Headers, PushPromise, fragments};

use crate::id;

fn lines<'a>(frames: impl Iterator<Item = impl Into<Frame<'a>>>) -> Vec<String> {
    frames.map(|frame| frame.into().to_string()).collect()
}

#[test]
fn a_block_that_fits_is_one_headers_frame() {
    let headers = Headers::new(id(1), &[0; 10]).end_stream();
    assert_eq!(
        lines(headers.split(10)),
        ["HEADERS stream=1 END_HEADERS END_STREAM fragment=10"]
    );
    assert_eq!(
        lines(Headers::new(id(1), b"").split(10)),
        ["HEADERS stream=1 END_HEADERS fragment=0"]
    );
}

#[test]
fn a_block_that_does_not_fit_is_continued_and_ends_once() {
    let headers = Headers::new(id(1), &[0; 25]).end_stream();
    assert_eq!(
        lines(headers.split(10)),
        [
            "HEADERS stream=1 END_STREAM fragment=10",
            "CONTINUATION stream=1 fragment=10",
            "CONTINUATION stream=1 END_HEADERS fragment=5",
        ]
    );
}

#[test]
fn padding_and_priority_take_space_in_the_first_frame_only() {
    let headers = Headers::new(id(3), &[0; 12])
        .padded(1)
        .priority(Dependency::new(id(1), 15));
    assert_eq!(
        lines(headers.split(10)),
        [
            "HEADERS stream=3 depends_on=1 weight=16 fragment=3 padding=1",
            "CONTINUATION stream=3 END_HEADERS fragment=9",
        ]
    );
    assert!(headers.split(10).all(|frame| frame.head().length <= 10));
}

#[test]
fn a_promise_is_continued_on_its_own_stream() {
    let promise = PushPromise::new(id(1), id(2), &[0; 12]);
    assert_eq!(
        lines(promise.split(10)),
        [
            "PUSH_PROMISE stream=1 promised=2 fragment=6",
            "CONTINUATION stream=1 END_HEADERS fragment=6",
        ]
    );
}

#[test]
fn a_block_to_be_continued_does_not_end_in_its_pieces() {
    let headers = Headers::new(id(1), &[0; 12]).to_be_continued();
    assert_eq!(
        lines(headers.split(10)),
        [
            "HEADERS stream=1 fragment=10",
            "CONTINUATION stream=1 fragment=2"
        ]
    );
}

#[test]
fn content_ends_the_stream_with_its_last_frame() {
    assert_eq!(
        lines(Data::new(id(1), &[0; 20]).end_stream().split(10)),
        [
            "DATA stream=1 length=10",
            "DATA stream=1 END_STREAM length=10"
        ]
    );
    assert_eq!(
        lines(Data::new(id(1), b"").end_stream().split(10)),
        ["DATA stream=1 END_STREAM length=0"]
    );
    assert_eq!(
        lines(Data::new(id(1), &[0; 11]).padded(2).split(10)),
        [
            "DATA stream=1 length=7 padding=2",
            "DATA stream=1 length=4 padding=2"
        ]
    );
}

#[test]
fn no_space_at_all_still_makes_progress() {
    assert_eq!(fragments(b"abc", 0).count(), 3);
    assert_eq!(Headers::new(id(1), b"abc").padded(9).split(2).count(), 2);
    assert_eq!(Data::new(id(1), b"abc").padded(9).split(2).count(), 3);
}

#[test]
fn fragments_say_where_the_block_begins_and_ends() {
    let pieces: Vec<_> = fragments(b"abcde", 2)
        .map(|piece| (piece.octets, piece.is_first, piece.end_headers))
        .collect();
    let expected: [(&[u8], bool, bool); 3] = [
        (b"ab", true, false),
        (b"cd", false, false),
        (b"e", false, true),
    ];
    assert_eq!(pieces, expected);
    let empty: Vec<_> = fragments(b"", 2)
        .map(|piece| (piece.octets.len(), piece.is_first, piece.end_headers))
        .collect();
    assert_eq!(empty, [(0, true, true)]);
}

#[test]
fn pieces_say_how_many_they_are_before_and_while_they_are_taken() {
    let block = [7; 40];
    for len in 0..block.len() {
        for space in 0..=41 {
            let mut pieces = fragments(&block[..len], space);
            let all = pieces.clone().count();
            for taken in 0..all {
                assert_eq!(pieces.len(), all - taken, "{len} {space}");
                pieces.next();
            }
            assert_eq!((pieces.len(), pieces.next()), (0, None));
        }
    }
}
