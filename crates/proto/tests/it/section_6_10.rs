//! CONTINUATION (RFC 9113 §6.10).

use testkit::{Wire, block, code, continuation, data, flag, headers, kind, unknown};
use tress_proto::{Bytes, Client, Config, Limits, Server, Trailers};

use crate::section_6_2::amid;
use crate::support::{End, both, get};

#[test]
fn a_continuation_on_stream_0_is_a_connection_error() {
    both!(R => End::<R>::new().dies(continuation(0), code::PROTOCOL_ERROR));
    let end = End::<Server>::new();
    let id = end.next_id();
    let begun = headers(id).get("/").no_end_headers();
    end.dies_after((begun, continuation(0)), code::PROTOCOL_ERROR, 1);
}

#[test]
fn a_continuation_of_nothing_is_a_connection_error() {
    both!(R => {
        End::<R>::new().dies(continuation(1), code::PROTOCOL_ERROR);
        let makers: [fn(&mut End<R>) -> u32; 4] = [
            End::<R>::half_closed_remote,
            End::<R>::closed,
            End::<R>::reset_by_us,
            |end| end.next_id(),
        ];
        for make in makers {
            let mut end = End::<R>::new();
            let id = make(&mut end);
            end.dies(continuation(id), code::PROTOCOL_ERROR);
        }
    });
}

#[test]
fn a_continuation_after_end_headers_is_a_connection_error() {
    both!(R => {
        let ended = headers(1).field("x", "y").trailers();
        End::<R>::new().dies((ended, continuation(1)), code::PROTOCOL_ERROR);
        let begun = headers(1).field("x", "y").trailers().no_end_headers();
        let twice = (begun, continuation(1), continuation(1));
        End::<R>::new().dies(twice, code::PROTOCOL_ERROR);
    });
}

#[test]
fn a_continuation_after_a_frame_that_begins_no_block_is_a_connection_error() {
    both!(R => End::<R>::new().dies((data(1, "x"), continuation(1)), code::PROTOCOL_ERROR));
}

#[test]
fn a_continuation_of_another_stream_is_a_connection_error() {
    both!(R => for id in [2, 3, 5] {
        let begun = headers(1).field("x", "y").trailers().no_end_headers();
        End::<R>::new().dies((begun, continuation(id)), code::PROTOCOL_ERROR);
    });
}

#[test]
fn a_continuation_without_end_headers_is_followed_by_another() {
    both!(R => for frame in [
        data(1, "x").octets(),
        headers(1).field("x", "y").end().octets(),
        unknown(0xee, 0, 0, "").octets(),
    ] {
        let begun = headers(1).field("x", "y").trailers().no_end_headers();
        let more = continuation(1).no_end_headers();
        End::<R>::new().dies((begun, more, frame), code::PROTOCOL_ERROR);
    });
}

/// The fault of the frame itself would be one of its stream, or have another code.
#[test]
fn a_malformed_frame_before_the_next_continuation_is_a_connection_error_of_the_block() {
    both!(R => for frame in amid::<R>() {
        let begun = headers(1).field("x", "y").trailers().no_end_headers();
        let more = continuation(1).no_end_headers();
        End::<R>::new().dies((begun, more, frame), code::PROTOCOL_ERROR);
    });
}

#[test]
fn end_stream_counts_where_the_block_began() {
    both!(R => {
        let mut end = End::<R>::new();
        // The flag of the same value means nothing on CONTINUATION.
        end.feed((
            headers(1).field("x", "y").no_end_headers().end(),
            continuation(1).flags(flag::END_HEADERS),
        ));
        assert_eq!(end.take(1), ["1: trailers x=y", "1: end"]);
        let id = end.open();
        let begun = headers(id).field("x", "y").no_end_headers();
        let more = continuation(id).flags(flag::END_HEADERS | flag::END_STREAM);
        end.feed((begun, more));
        assert_eq!(end.said(), [format!("RST_STREAM stream {id} PROTOCOL_ERROR")]);
    });
}

/// Flaw 7 of the reference: trailers split over CONTINUATION killed the connection.
#[test]
fn trailers_may_be_spread_over_continuations() {
    both!(R => for octets in [1, 2, 7] {
        let mut end = End::<R>::new();
        let id = end.open();
        let trailers = block().literal("a", "bc");
        let mut fragments = trailers.fragments(octets);
        let last = fragments.pop().unwrap();
        let mut wire = (data(id, "content"), headers(id).trailers().no_end_headers()).octets();
        for fragment in fragments {
            wire.extend(continuation(id).block(&fragment).no_end_headers().octets());
        }
        wire.extend(continuation(id).block(&last).octets());
        end.feed(wire);
        let heard = end.take(id);
        let wanted = ["\"content\"", "trailers a=bc", "end"].map(|part| format!("{id}: {part}"));
        assert_eq!(heard, wanted);
        end.is_unharmed();
    });
}

#[test]
fn trailers_of_ours_are_spread_where_they_are_long() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).send_data(Bytes::from_static(b"content")).unwrap();
        let long = Trailers::new().field("long", "~".repeat(20_000));
        end.stream(id).send_trailers(long).unwrap();
        let sent = end.sent();
        let kinds: Vec<_> = sent.iter().map(|seen| seen.kind).collect();
        assert_eq!(kinds[..3], [kind::DATA, kind::HEADERS, kind::CONTINUATION]);
        assert!(sent[1].is_end() && !sent[1].has(flag::END_HEADERS));
        let last = sent.last().unwrap();
        assert!(last.has(flag::END_HEADERS));
        assert_eq!(last.field("long"), Some("~".repeat(20_000)));
    });
}

#[test]
fn informational_responses_and_the_final_one_may_be_spread() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(get()).unwrap().value();
    end.sent();
    end.feed((
        headers(id).no_end_headers(),
        continuation(id).status(103).field("link", "</style>"),
        headers(id).status(200).no_end_headers(),
        continuation(id).no_end_headers(),
        continuation(id).field("x", "y"),
    ));
    let heard = end.take(id);
    assert_eq!(
        heard,
        [format!("{id}: 103 link=</style>"), format!("{id}: 200 x=y")]
    );
}

/// Flaw 19 of the reference: CONTINUATION without limit.
#[test]
fn a_flood_of_continuations_ends_the_connection() {
    let end = End::<Server>::new();
    let id = end.next_id();
    let mut wire = headers(id).get("/").no_end_headers().octets();
    for _ in 0..9 {
        wire.extend(continuation(id).no_end_headers().octets());
    }
    end.dies_after(wire, code::ENHANCE_YOUR_CALM, 1);
}

#[test]
fn a_field_block_without_end_is_bounded_in_octets() {
    let limits = Limits::default().field_section_octets(4000);
    let end = End::<Server>::with(Config::default().limits(limits).unwrap());
    let id = end.next_id();
    let fields = block().request("GET", "/").literal("x", "y".repeat(5000));
    let begun = headers(id).block(&fields).no_end_headers();
    let more = || {
        let more = continuation(id).field("x", "y".repeat(5000));
        more.no_end_headers()
    };
    end.dies_after(
        (begun, (more(), more(), more())),
        code::ENHANCE_YOUR_CALM,
        1,
    );
}
