//! HEADERS (RFC 9113 §6.2).

use testkit::{
    Wire, code, continuation, data, flag, goaway, headers, kind, ping, priority, push_promise,
    rst_stream, settings, settings_ack, unknown, window_update,
};
use tress_proto::{Client, Server};

use crate::support::{End, Ends, both};

#[test]
fn headers_on_stream_0_are_a_connection_error() {
    both!(R => End::<R>::new().dies(R::head(0).end(), code::PROTOCOL_ERROR));
}

#[test]
fn whatever_comes_before_the_continuation_is_a_connection_error() {
    both!(R => for frame in [
        data(1, "x").octets(),
        headers(1).field("x", "y").end().octets(),
        R::head(3).end().octets(),
        priority(1, 0, 15).octets(),
        rst_stream(1, code::CANCEL).octets(),
        settings().octets(),
        settings_ack().octets(),
        push_promise(1, 2).get("/").octets(),
        ping(*b"question").octets(),
        goaway(0, 0).octets(),
        window_update(0, 1).octets(),
        window_update(1, 1).octets(),
        continuation(3).octets(),
        unknown(0xee, 0, 0, "").octets(),
        // What is wrong in itself as well.
        ping(*b"question").stream(1).octets(),
        data(0, "x").octets(),
    ] {
        let begun = headers(1).field("x", "y").trailers().no_end_headers();
        End::<R>::new().dies((begun, frame), code::PROTOCOL_ERROR);
    });
}

/// The fault of the frame itself would be one of its stream, or have another code.
#[test]
fn a_malformed_frame_before_the_continuation_is_a_connection_error_of_the_block() {
    both!(R => for frame in amid::<R>() {
        // It is about the stream of the block and about others.
        let begun = headers(1).field("x", "y").trailers().no_end_headers();
        End::<R>::new().dies((begun, frame), code::PROTOCOL_ERROR);
    });
}

/// Frames that are wrong in themselves, on the stream of a block, on others and on none.
pub(crate) fn amid<R: Ends>() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for id in [1, 3] {
        for octets in [0, 4, 6] {
            // RFC 9113 §6.3: FRAME_SIZE_ERROR of the stream; of the connection with RFC 9113 §6.4
            // and RFC 9113 §6.9.
            frames.push(unknown(kind::PRIORITY, 0, id, vec![0; octets]).octets());
            frames.push(unknown(kind::RST_STREAM, 0, id, vec![0; octets + 1]).octets());
            frames.push(unknown(kind::WINDOW_UPDATE, 0, id, vec![0; octets + 1]).octets());
        }
        // RFC 9113 §6.9: PROTOCOL_ERROR of the stream, or FLOW_CONTROL_ERROR.
        frames.push(window_update(id, 0).octets());
        frames.push(window_update(id, 0x7fff_ffff).octets());
    }
    // RFC 9113 §6.5, RFC 9113 §6.7, RFC 9113 §6.8: FRAME_SIZE_ERROR of the connection.
    frames.push(unknown(kind::SETTINGS, 0, 0, [0; 5]).octets());
    frames.push(unknown(kind::PING, 0, 0, [0; 7]).octets());
    frames.push(unknown(kind::GOAWAY, 0, 0, [0; 7]).octets());
    frames.push(unknown(kind::DATA, flag::PADDED, 1, "").octets());
    frames.push(R::head(0).end().octets());
    frames
}

#[test]
fn padding_and_priority_fields_are_skipped() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").priority(0, 255, true).padded(33).end());
    assert_eq!(end.take(id), [format!("{id}: GET /"), format!("{id}: end")]);
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(headers(1).field("x", "y").priority(1, 0, false).padded(1).trailers());
        assert_eq!(end.take(1), ["1: trailers x=y", "1: end"]);
    });
}

/// RFC 9113 §5.3.2: priorities of RFC 7540 are not looked at, not even one that names itself.
#[test]
fn a_stream_that_depends_on_itself_is_no_error() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    end.feed(headers(id).get("/").priority(id, 15, false).end());
    assert_eq!(end.take(id)[0], format!("{id}: GET /"));
    end.is_unharmed();
}

#[test]
fn padding_as_long_as_the_payload_is_a_connection_error() {
    both!(R => {
        let flags = flag::END_HEADERS | flag::PADDED;
        for payload in [vec![1], vec![2, 0], vec![255; 255]] {
            End::<R>::new().dies(unknown(kind::HEADERS, flags, 1, payload), code::PROTOCOL_ERROR);
        }
        // The priority fields are a part of the payload that padding may not cover.
        let flags = flags | flag::PRIORITY;
        let payload = [1, 0, 0, 0, 0, 15];
        End::<R>::new().dies(unknown(kind::HEADERS, flags, 1, payload), code::PROTOCOL_ERROR);
    });
}

#[test]
fn padding_may_leave_an_empty_fragment() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    let padded = unknown(
        kind::HEADERS,
        flag::PADDED | flag::END_STREAM,
        id,
        [2, 0, 0],
    );
    end.feed((padded, continuation(id).get("/")));
    assert_eq!(end.take(id)[0], format!("{id}: GET /"));
}

/// Flaw 14 of the reference: short HEADERS wedged its parser.
#[test]
fn headers_that_are_too_short_are_a_connection_error_of_their_size() {
    both!(R => for (flags, octets) in [
        (flag::PADDED, 0),
        (flag::PRIORITY, 0),
        (flag::PRIORITY, 4),
        (flag::PADDED | flag::PRIORITY, 5),
    ] {
        let short = unknown(kind::HEADERS, flags | flag::END_HEADERS, 1, vec![0; octets]);
        End::<R>::new().dies(short, code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn a_stream_error_in_headers_harms_no_other_stream() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    end.resets(id, headers(id).field("x", "y").end(), code::PROTOCOL_ERROR);
    let mut end = End::<Client>::new();
    let id = end.open();
    end.resets(id, headers(id).status(200).end(), code::PROTOCOL_ERROR);
}
