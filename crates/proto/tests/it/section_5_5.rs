//! What this protocol does not know (RFC 9113 §5.5).

use testkit::{
    Wire, altsvc, code, continuation, data, goaway, headers, origin, priority_update, rst_stream,
    settings, unknown,
};
use tress_proto::{Client, Config, ErrorCode, Limits, Server, StreamError, StreamId};

use crate::support::{End, both};

#[test]
fn unknown_frames_are_discarded_in_every_state() {
    both!(R => {
        let makers: [fn(&mut End<R>) -> u32; 6] = [
            End::<R>::open,
            End::<R>::half_closed_local,
            End::<R>::half_closed_remote,
            End::<R>::closed,
            End::<R>::reset_by_us,
            End::<R>::reset_by_peer,
        ];
        for make in makers {
            let mut end = End::<R>::new();
            let id = make(&mut end);
            for kind in [0x0b, 0x0d, 0x0f, 0x11, 0x40, 0xff] {
                end.tolerates(unknown(kind, 0xff, id, "payload"));
            }
        }
    });
}

#[test]
fn extension_frames_change_nothing() {
    let mut end = End::<Client>::new();
    end.feed((altsvc(0, "https://a", "h2=\":1\""), altsvc(1, "", "clear")));
    end.feed(origin(&["https://a", "https://b"]));
    assert!(end.sent().is_empty());
    end.is_unharmed();
    let mut end = End::<Server>::new();
    end.tolerates((altsvc(0, "https://a", "clear"), origin(&["https://a"])));
    end.tolerates((priority_update(1, "u=1"), priority_update(99, "u=7, i")));
}

#[test]
fn unknown_frames_in_the_middle_of_a_field_block_are_a_connection_error() {
    both!(R => for frame in [
        unknown(0xee, 0, 0, "x").octets(),
        unknown(0xee, 0, 1, "x").octets(),
        altsvc(0, "https://a", "clear").octets(),
        origin(&["https://a"]).octets(),
        priority_update(1, "u=1").octets(),
    ] {
        let begun = headers(1).field("x", "y").trailers().no_end_headers();
        End::<R>::new().dies((begun, frame, continuation(1)), code::PROTOCOL_ERROR);
    });
}

#[test]
fn unknown_settings_are_ignored_and_acknowledged() {
    both!(R => {
        let mut end = End::<R>::new();
        let before = *end.machine().peer_settings();
        end.feed(settings().set(0x7, 1).set(0xf000, u32::MAX).set(0, 0).set(0x4, 70_000));
        assert_eq!(end.said(), ["SETTINGS stream 0 ACK"]);
        assert_eq!(end.machine().peer_settings().initial_window_size, 70_000);
        end.feed(settings().set(0x4, before.initial_window_size));
        assert_eq!(*end.machine().peer_settings(), before);
        end.is_unharmed();
    });
}

#[test]
fn unknown_error_codes_have_no_special_meaning() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(rst_stream(id, 0xdead_beef));
        let result = end.machine().stream(StreamId::from_wire(id)).unwrap().result();
        assert_eq!(result, Some(Err(StreamError::Reset(ErrorCode(0xdead_beef)))));
        end.is_unharmed();
        end.feed(goaway(u32::MAX >> 1, 0xdead_beef));
        assert_eq!(end.event_lines(), ["goaway 2147483647 0xdeadbeef"]);
        end.feed(data(1, "still"));
        assert_eq!(end.take(1), ["1: \"still\""]);
    });
}

#[test]
fn a_flood_of_unknown_frames_ends_the_connection() {
    both!(R => {
        let limits = Limits::default().suspicious_frames(50, 0);
        let mut end = End::<R>::with(Config::default().limits(limits).unwrap());
        for _ in 0..50 {
            end.tolerates(unknown(0xee, 0, 0, ""));
        }
        end.dies(unknown(0xee, 0, 0, ""), code::ENHANCE_YOUR_CALM);
    });
}
