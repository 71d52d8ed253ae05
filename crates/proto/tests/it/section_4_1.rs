//! The nine octets before a payload (RFC 9113 §4.1).

use testkit::{
    Pair, Wire, data, flag, goaway, headers, kind, ping, priority, rst_stream, settings,
    settings_ack, unknown, window_update,
};
use tress_proto::{Bytes, Client, Config, Connection, Request, Response, Server, Trailers};

use crate::support::{End, both, get};

#[test]
fn frames_of_unknown_types_are_ignored() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        for stream in [0, 1, id, id + 1, id + 2, 1000, 0x7fff_ffff] {
            end.tolerates(unknown(0xee, 0xff, stream, "whatever"));
        }
        end.tolerates(unknown(0x0b, 0, 1, vec![0; 16_384]));
    });
}

#[test]
fn flags_that_mean_nothing_are_ignored() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        let undefined = !(flag::END_STREAM | flag::PADDED);
        end.feed(data(id, "x").flags(undefined));
        assert_eq!(end.take(id), [format!("{id}: \"x\"")]);
        end.tolerates(window_update(0, 1).flags(0xff));
        end.tolerates(window_update(id, 1).flags(0xff));
        end.tolerates(priority(id, 0, 15).flags(0xff));
        end.feed(ping(*b"question").flags(!flag::ACK));
        assert_eq!(end.said(), ["PING stream 0 ACK \"question\""]);
        end.feed(settings().flags(!flag::ACK));
        assert_eq!(end.said(), ["SETTINGS stream 0 ACK"]);
        end.quiet();
        end.feed(headers(id).field("x", "y").flags(!(flag::PADDED | flag::PRIORITY)));
        assert_eq!(end.take(id), [format!("{id}: trailers x=y"), format!("{id}: end")]);
        end.quiet();
        end.feed(rst_stream(id, 8).flags(0xff));
        assert_eq!(end.event_lines()[1], format!("finished {id}: the peer reset the stream with CANCEL"));
        end.is_unharmed();
        end.feed(goaway(1, 0).flags(0xff));
        assert!(end.event_lines().contains(&"goaway 1 NO_ERROR".to_owned()));
    });
}

#[test]
fn the_reserved_bit_is_ignored() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(data(id, "x").reserved_bit());
        assert_eq!(end.take(id), [format!("{id}: \"x\"")]);
        end.feed(ping(*b"question").reserved_bit());
        end.feed(settings().reserved_bit());
        assert_eq!(end.said(), ["PING stream 0 ACK \"question\"", "SETTINGS stream 0 ACK"]);
        end.quiet();
        // The one in the payload of WINDOW_UPDATE is another.
        end.tolerates(window_update(id, 0x8000_0001).reserved_bit());
        end.feed(headers(id).field("x", "y").trailers().reserved_bit());
        assert_eq!(end.take(id), [format!("{id}: trailers x=y"), format!("{id}: end")]);
    });
}

/// Two of our ends that make use of all that they can say.
fn talk() -> Pair<Connection<Client>, Connection<Server>> {
    let mut pair = Pair::new(
        Connection::<Client>::new(Config::default()),
        Connection::<Server>::new(Config::default()),
    );
    let id = pair.a.request(Request::post("https", "a", "/")).unwrap();
    let mut stream = pair.a.stream_mut(id).unwrap();
    stream.send_data(Bytes::from(vec![7; 300_000])).unwrap();
    stream
        .send_trailers(Trailers::new().field("x", "y"))
        .unwrap();
    let other = pair.a.request(get()).unwrap();
    pair.run();
    pair.a.ping(*b"question").unwrap();
    pair.a.stream_mut(other).unwrap().release();
    while let Ok(Some(_)) = pair.b.stream_mut(id).unwrap().recv() {}
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.inform(Response::new(103)).unwrap();
    let long = "x".repeat(20_000);
    stream
        .respond(Response::new(200).field("long", long))
        .unwrap();
    stream.send_data(Bytes::from(vec![9; 100_000])).unwrap();
    stream.end().unwrap();
    pair.b.go_away();
    pair.run();
    pair
}

#[test]
fn undefined_flags_and_the_reserved_bit_are_left_unset() {
    let pair = talk();
    let mut seen = pair.frames(testkit::Way::AToB);
    seen.extend(pair.frames(testkit::Way::BToA));
    for wanted in [
        kind::DATA,
        kind::HEADERS,
        kind::RST_STREAM,
        kind::SETTINGS,
        kind::PING,
        kind::GOAWAY,
        kind::WINDOW_UPDATE,
        kind::CONTINUATION,
    ] {
        assert!(seen.iter().any(|seen| seen.kind == wanted), "{wanted}");
    }
    for seen in seen {
        let defined = match seen.kind {
            kind::DATA => flag::END_STREAM,
            kind::HEADERS => flag::END_STREAM | flag::END_HEADERS,
            kind::SETTINGS | kind::PING => flag::ACK,
            kind::CONTINUATION => flag::END_HEADERS,
            _ => 0,
        };
        assert_eq!(seen.flags & !defined, 0, "{seen:?}");
        assert!(seen.stream < 1 << 31, "{seen:?}");
    }
}

#[test]
fn payloads_above_16384_octets_are_not_sent_unless_the_peer_takes_them() {
    let pair = talk();
    for way in [testkit::Way::AToB, testkit::Way::BToA] {
        let longest = pair
            .frames(way)
            .iter()
            .map(|seen| seen.payload.len())
            .max()
            .unwrap();
        assert_eq!(longest, 16_384);
    }
}

#[test]
fn payloads_are_as_long_as_the_peer_takes_them_whatever_we_take_ourselves() {
    let config = || Config::default().max_frame_size(1 << 20).unwrap();
    let long = "x".repeat(40_000);
    let respond = |end: &mut End<Server>| {
        let id = end.next_id();
        end.feed(headers(id).get("/").end());
        end.quiet();
        let response = Response::new(200).field("long", &long);
        end.stream(id).respond(response).unwrap();
        let sizes: Vec<_> = end.sent().iter().map(|seen| seen.payload.len()).collect();
        sizes
    };
    // Ours is large, the peer's is not.
    let sizes = respond(&mut End::with(config()));
    assert_eq!(sizes.len(), 3);
    assert_eq!(sizes[..2], [16_384, 16_384]);
    // The peer's is large.
    let mut end = End::<Server>::new();
    end.feed(settings().set(5, 1 << 20));
    assert_eq!(end.sent()[0].octets(), settings_ack().octets());
    assert_eq!(respond(&mut end).len(), 1);
}
