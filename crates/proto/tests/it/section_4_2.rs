//! The size of frames (RFC 9113 §4.2).

use testkit::{
    PREFACE, Peer, Wire, code, continuation, data, flag, goaway, headers, kind, ping, settings,
    settings_ack, unknown,
};
use tress_proto::{Bytes, Config, Connection, Role, Server, Side};

use crate::support::{End, Ends, both};

#[test]
fn frames_of_16384_octets_are_taken() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(data(id, vec![0; 16_384]));
        assert_eq!(end.take(id), [format!("{id}: 16384 octets")]);
        end.tolerates(unknown(0xee, 0, 0, vec![0; 16_384]));
        let padded = R::head(end.next_id()).field("x", vec![b'y'; 16_000]).padded(255);
        if R::SIDE == Side::Server {
            end.feed(padded);
            assert!(end.event_lines().contains(&format!("opened {}", end.next_id())));
        }
        end.is_unharmed();
    });
}

#[test]
fn a_frame_above_our_maximum_is_a_connection_error_of_its_size() {
    both!(R => {
        let long = vec![0; 16_385];
        let frames: [Vec<u8>; 5] = [
            data(1, &long).octets(),
            headers(1).raw_block(&long).octets(),
            goaway(0, 0).debug(&long).octets(),
            settings().length(16_386).octets(),
            unknown(0xee, 0, 0, &long).octets(),
        ];
        for frame in frames {
            End::<R>::new().dies(frame, code::FRAME_SIZE_ERROR);
        }
    });
}

#[test]
fn a_frame_that_is_too_large_is_judged_by_its_head() {
    both!(R => {
        let frame = data(1, vec![0; 16_385]).octets();
        End::<R>::new().dies(&frame[..9], code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn a_continuation_above_our_maximum_is_an_error_of_its_size() {
    let end = End::<Server>::new();
    let id = end.next_id();
    let begun = headers(id).get("/").no_end_headers();
    let next = continuation(id).raw_block(&[0; 16_385]);
    end.dies_after((begun, next), code::FRAME_SIZE_ERROR, 1);
}

#[test]
fn a_frame_too_small_for_its_mandatory_fields_is_a_connection_error() {
    both!(R => {
        let frames = [
            // A length of padding that is not there, and a priority.
            unknown(kind::DATA, flag::PADDED, 1, ""),
            unknown(kind::HEADERS, flag::PADDED | flag::END_HEADERS, 1, ""),
            unknown(kind::HEADERS, flag::PRIORITY | flag::END_HEADERS, 1, [0; 4]),
            unknown(kind::RST_STREAM, 0, 1, [0; 3]),
            unknown(kind::SETTINGS, 0, 0, [0; 5]),
            unknown(kind::PUSH_PROMISE, flag::END_HEADERS, 1, [0; 3]),
            unknown(kind::PING, 0, 0, [0; 7]),
            unknown(kind::GOAWAY, 0, 0, [0; 7]),
            unknown(kind::WINDOW_UPDATE, 0, 0, [0; 3]),
        ];
        for frame in frames {
            End::<R>::new().dies(frame, code::FRAME_SIZE_ERROR);
        }
    });
}

#[test]
fn a_larger_maximum_of_ours_counts_once_it_is_acknowledged() {
    both!(R => {
        let config = Config::default().max_frame_size(20_000).unwrap();
        let end = || {
            let mut peer = Peer::new(Connection::<R>::new(config.clone()));
            peer.feed(R::hello());
            peer.sent();
            peer
        };
        let long = unknown(0xee, 0, 0, vec![0; 20_000]);
        let mut peer = end();
        peer.feed(&long);
        assert_eq!(peer.sent().pop().unwrap().code(), Some(code::FRAME_SIZE_ERROR));
        let mut peer = end();
        peer.feed((settings_ack(), &long));
        assert!(peer.sent().is_empty());
        peer.feed(unknown(0xee, 0, 0, vec![0; 20_001]));
        assert_eq!(peer.sent().pop().unwrap().code(), Some(code::FRAME_SIZE_ERROR));
    });
}

#[test]
fn a_large_maximum_of_the_peer_does_not_raise_ours() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(settings().set(5, 1 << 20));
        end.quiet();
        end.dies(unknown(0xee, 0, 0, vec![0; 16_385]), code::FRAME_SIZE_ERROR);
    });
}

/// Flaw 14 of the reference: short frames wedged its parser.
#[test]
fn a_frame_that_is_wrong_in_itself_does_not_hold_up_the_next() {
    both!(R => for octets in [1, 9, 100] {
        let mut end = End::<R>::new();
        let id = end.open();
        let wrong = testkit::window_update(id, 0);
        for piece in (wrong, ping(*b"question")).octets().chunks(octets) {
            end.feed(piece.to_vec());
        }
        let mut said = end.said();
        said.sort();
        let reset = format!("RST_STREAM stream {id} PROTOCOL_ERROR");
        assert_eq!(said, ["PING stream 0 ACK \"question\"", &reset]);
    });
}

/// Flaw 14 of the reference: octets behind an oversized frame hit an assertion.
#[test]
fn octets_behind_a_frame_that_is_too_large_are_dropped() {
    let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
    let wrong = unknown(0xee, 0, 0, vec![0; 70_000]);
    peer.feed((PREFACE, settings(), wrong, headers(1).get("/").end()));
    let sent = peer.sent();
    assert_eq!(sent.last().unwrap().code(), Some(code::FRAME_SIZE_ERROR));
    assert_eq!(sent.last().unwrap().last_stream(), Some(0));
}

/// Pins: one SETTINGS_MAX_FRAME_SIZE used for both directions.
#[test]
fn frames_are_as_long_as_the_peer_allows_and_taken_as_long_as_we_do() {
    let config = || Config::default().max_frame_size(1 << 20).unwrap();
    let mut end = End::<Server>::with(config());
    let id = end.open();
    end.stream(id)
        .send_data(Bytes::from(vec![0; 40_000]))
        .unwrap();
    let longest = |sent: &[testkit::Seen]| sent.iter().map(|seen| seen.payload.len()).max();
    assert_eq!(longest(&end.sent()), Some(16_384));
    // What the peer allows makes what we take no larger.
    let mut end = End::<Server>::new();
    end.feed(settings().set(0x5, 1 << 20));
    let id = end.open();
    end.dies(data(id, vec![0; 16_385]), code::FRAME_SIZE_ERROR);
}

/// Pins: a parser that waits for octets which no frame will bring.
#[test]
fn a_frame_that_is_too_short_is_an_error_at_once() {
    both!(R => {
        let short = [
            (kind::HEADERS, flag::PRIORITY | flag::END_HEADERS, 4),
            (kind::HEADERS, flag::PADDED | flag::END_HEADERS, 0),
            (kind::DATA, flag::PADDED, 0),
            (kind::PUSH_PROMISE, flag::END_HEADERS, 3),
        ];
        for (frame_type, flags, length) in short {
            let mut end = End::<R>::new();
            end.feed((unknown(frame_type, flags, 1, vec![0; length]), ping(*b"so what?")));
            let sent = end.sent();
            let last = sent.last().expect("it is not stuck");
            assert_eq!(last.kind, kind::GOAWAY, "{frame_type} {flags}: {sent:?}");
            assert!(end.peer.is_closed());
        }
        let end = End::<R>::new();
        end.dies(unknown(kind::GOAWAY, 0, 0, [0; 7]), code::FRAME_SIZE_ERROR);
    });
}

/// Pins: what follows a frame that was refused, read as frames.
#[test]
fn octets_behind_a_frame_that_is_too_long_do_no_harm() {
    both!(R => {
        let end = End::<R>::new();
        let long = unknown(kind::HEADERS, 0, 1, vec![0; 20_000]);
        end.dies((long, ping(*b"and now?"), settings()), code::FRAME_SIZE_ERROR);
    });
}
