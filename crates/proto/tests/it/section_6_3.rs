//! PRIORITY (RFC 9113 §6.3).

use testkit::{code, headers, kind, priority, unknown, window_update};
use tress_proto::{Bytes, Config, Limits, Response, Server, StreamId};

use crate::support::{End, both};

#[test]
fn priority_on_stream_0_is_a_connection_error() {
    both!(R => End::<R>::new().dies(priority(0, 1, 15), code::PROTOCOL_ERROR));
}

/// Stricter than a stream error (RFC 9113 §5.4.1): nothing is sent on a stream that is closed.
#[test]
fn priority_of_another_length_is_a_connection_error_of_its_size_in_every_state() {
    both!(R => for octets in [0, 4, 6, 100] {
        type Reach<R> = fn(&mut End<R>) -> u32;
        let states: [(&str, Reach<R>); 7] = [
            ("idle", |end| end.next_id()),
            ("open", End::open),
            ("half-closed (local)", End::half_closed_local),
            ("half-closed (remote)", End::half_closed_remote),
            ("ended", End::closed),
            ("reset by us", End::reset_by_us),
            ("reset by the peer", End::reset_by_peer),
        ];
        for (state, reach) in states {
            let mut end = End::<R>::new();
            let id = reach(&mut end);
            println!("{state}, {octets}");
            end.dies(unknown(kind::PRIORITY, 0, id, vec![0; octets]), code::FRAME_SIZE_ERROR);
        }
    });
}

#[test]
fn priority_that_names_its_own_stream_is_ignored() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.tolerates((priority(id, id, 15), priority(1, 1, 0)));
    });
}

/// Flaw 5 of the reference: PRIORITY, a write, then HEADERS: the response was never sent.
#[test]
fn priority_ahead_of_headers_changes_nothing() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.tolerates(priority(id, 0, 15));
    assert!(
        end.machine().stream(StreamId::from_wire(id)).is_none(),
        "it costs no memory"
    );
    end.opened();
    end.feed(headers(id).get("/").end());
    let mut stream = end.stream(id);
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(Bytes::from_static(b"content")).unwrap();
    stream.end().unwrap();
    let said = end.said();
    assert_eq!(said[1], format!("DATA stream {id} END_STREAM \"content\""));
}

/// Flaw 19 of the reference: idle PRIORITY without limit.
#[test]
fn a_flood_of_priority_ends_the_connection() {
    both!(R => {
        let limits = Limits::default().suspicious_frames(50, 0);
        let mut end = End::<R>::with(Config::default().limits(limits).unwrap());
        for id in 0..50 {
            end.tolerates(priority(101 + 2 * id, 0, 15));
        }
        end.tolerates(window_update(1, 1));
        end.dies(priority(1, 0, 15), code::ENHANCE_YOUR_CALM);
    });
}
