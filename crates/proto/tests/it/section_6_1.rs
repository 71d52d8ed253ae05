//! DATA (RFC 9113 §6.1).

use testkit::{code, data, flag, headers, kind, rst_stream, unknown};
use tress_proto::{Client, Server, StreamId};

use crate::support::{End, both};

#[test]
fn data_on_stream_0_is_a_connection_error() {
    both!(R => {
        End::<R>::new().dies(data(0, "x"), code::PROTOCOL_ERROR);
        End::<R>::new().dies(data(0, "").end(), code::PROTOCOL_ERROR);
    });
}

#[test]
fn data_on_a_stream_that_is_neither_open_nor_half_closed_local_is_a_stream_error() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.half_closed_remote();
        end.resets(id, data(id, "x"), code::STREAM_CLOSED);
        let id = end.reset_by_peer();
        end.resets(id, data(id, "x"), code::STREAM_CLOSED);
    });
}

#[test]
fn padding_is_no_content() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        for octets in [0, 1, 100, 255] {
            end.feed(data(id, "x").padded(octets));
            assert_eq!(end.take(id), [format!("{id}: \"x\"")]);
        }
        end.feed((data(id, "").padded(7), data(id, "").padded(9).end()));
        assert_eq!(end.take(id), [format!("{id}: end")]);
    });
}

#[test]
fn padding_may_fill_the_frame() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        // One octet for its length, and the rest is padding.
        end.feed(unknown(kind::DATA, flag::PADDED, id, [2, 0, 0]));
        assert!(end.take(id).is_empty());
        end.is_unharmed();
    });
}

#[test]
fn padding_as_long_as_the_payload_is_a_connection_error() {
    both!(R => for said in [1, 2, 3, 255] {
        // The payload has one octet for the length of the padding, and said - 1 more.
        let payload = [vec![said], vec![0; usize::from(said) - 1]].concat();
        End::<R>::new().dies(unknown(kind::DATA, flag::PADDED, 1, payload), code::PROTOCOL_ERROR);
    });
}

#[test]
fn padding_other_than_zeros_is_not_looked_at() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(unknown(kind::DATA, flag::PADDED, id, b"\x03x\xff\x01\x80"));
        assert_eq!(end.take(id), [format!("{id}: \"x\"")]);
    });
}

/// Flaw 14 of the reference: short padded frames wedged its parser.
#[test]
fn a_padded_frame_without_a_length_of_padding_is_a_connection_error_of_its_size() {
    both!(R => {
        let short = unknown(kind::DATA, flag::PADDED, 1, "");
        End::<R>::new().dies(short, code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn content_comes_as_it_was_sent_however_it_was_cut() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed((data(id, "one"), data(id, ""), data(id, "two").padded(3)));
        end.feed(data(id, "three").end());
        assert_eq!(end.take(id), [format!("{id}: \"onetwothree\""), format!("{id}: end")]);
    });
}

#[test]
fn data_before_the_response_is_a_stream_error() {
    let mut end = End::<Client>::new();
    let id = end.next_id();
    end.opened();
    end.machine().request(crate::support::get()).unwrap();
    end.sent();
    end.resets(id, data(id, "x"), code::PROTOCOL_ERROR);
}

#[test]
fn data_after_an_informational_response_is_a_stream_error() {
    let mut end = End::<Client>::new();
    let id = end.next_id();
    end.opened();
    end.machine().request(crate::support::get()).unwrap();
    end.sent();
    end.feed(headers(id).status(103));
    end.resets(id, data(id, "x"), code::PROTOCOL_ERROR);
}

#[test]
fn frames_of_content_without_content_are_taken() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        for _ in 0..300 {
            end.tolerates((data(id, ""), data(id, "").padded(1)));
        }
        end.brings(id, data(id, "x"));
        end.feed(data(id, "").end());
        assert_eq!(end.take(id), [format!("{id}: \"x\""), format!("{id}: end")]);
    });
}

#[test]
fn data_is_not_sent_after_a_reset_of_either_side() {
    both!(R => for by_us in [true, false] {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).send_data(tress_proto::Bytes::from(vec![0; 200_000])).unwrap();
        end.sent();
        match by_us {
            true => end.stream(id).reset(tress_proto::ErrorCode::CANCEL).unwrap(),
            false => { end.feed(rst_stream(id, code::CANCEL)); }
        }
        end.feed(testkit::window_update(0, 1 << 20));
        end.feed(testkit::window_update(id, 1 << 20));
        let sent = end.sent();
        assert!(!sent.iter().any(|seen| seen.kind == kind::DATA), "{sent:?}");
        let queued = end.machine().stream(StreamId::from_wire(id)).unwrap().queued();
        assert_eq!(queued, 0);
    });
}

#[test]
fn end_stream_on_the_last_content_is_no_frame_of_its_own() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.send(id, b"last");
    end.stream(id).end().unwrap();
    assert_eq!(
        end.said(),
        [format!("DATA stream {id} END_STREAM \"last\"")]
    );
}

/// Pins: the length of the padding in too small a type.
#[test]
fn a_padding_of_255_octets_is_taken() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(data(id, "").padded(255));
        end.feed(data(id, "x").padded(255).end());
        assert_eq!(end.take(id), [format!("{id}: \"x\""), format!("{id}: end")]);
    });
}
