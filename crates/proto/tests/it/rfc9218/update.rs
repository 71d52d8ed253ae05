//! PRIORITY_UPDATE arrives, and the setting (RFC 9218 §2.1, RFC 9218 §7.1).

use testkit::{Peer, Wire, code, headers, kind, priority_update, rst_stream, settings};
use tress_proto::runtime::Runtime;
use tress_proto::{Bytes, Client, Config, Connection, Request, Response, Server};

use super::{
    PROTOCOL_ERROR, asks, dies, is_unharmed, priority, priority_of, quiet, server, stream,
};
use crate::support::{End, both};

const NO_RFC7540_PRIORITIES: u16 = 9;

#[test]
fn the_first_settings_say_that_the_old_priorities_are_not_used_and_no_later_ones() {
    both!(R => {
        let mut peer = Peer::new(Connection::<R>::new(Config::default()));
        peer.run();
        let first = peer.sent_octets();
        let skipped = if first.starts_with(b"PRI") { testkit::PREFACE.len() } else { 0 };
        let first = testkit::frames(&first[skipped..]);
        assert!(first[0].settings().contains(&(NO_RFC7540_PRIORITIES, 1)));

        let mut end = End::<R>::new();
        let change = tress_proto::SettingsChange::default().header_table_size(1);
        end.machine().update_settings(change).unwrap();
        let later = end.sent();
        assert_eq!(later[0].settings(), [(1, 1)]);
    });
}

#[test]
fn a_value_of_the_setting_other_than_0_and_1_is_a_connection_error() {
    both!(R => for value in [2, u32::MAX] {
        let wire = settings().set(NO_RFC7540_PRIORITIES, value);
        End::<R>::new().dies(wire, PROTOCOL_ERROR);
    });
}

#[test]
fn a_change_of_the_setting_is_a_connection_error() {
    both!(R => {
        let wire = settings().set(NO_RFC7540_PRIORITIES, 1);
        End::<R>::new().dies(wire, PROTOCOL_ERROR);
    });
}

#[test]
fn the_field_of_a_request_sets_the_priority_of_its_stream() {
    let mut peer = server(Config::default());
    peer.feed((
        asks(1, ""),
        asks(3, "u=5, i"),
        asks(5, "i, u=nine"),
        asks(7, "u=1,"),
    ));
    let priorities = [1, 3, 5, 7].map(|id| priority_of(&peer, id));
    assert_eq!(priorities, ["u=3", "u=5, i", "u=3, i", "u=3"]);
}

#[test]
fn lines_of_the_field_are_one_dictionary() {
    let mut peer = server(Config::default());
    peer.feed(
        asks(1, "u=5")
            .field("priority", "i")
            .field("priority", "u=6"),
    );
    assert_eq!(priority_of(&peer, 1), "u=6, i");
}

#[test]
fn the_frame_is_on_stream_0() {
    both!(R => {
        let frame = priority_update(1, "u=1").stream(1);
        End::<R>::new().dies(frame, PROTOCOL_ERROR);
    });
}

#[test]
fn the_prioritized_stream_is_not_0() {
    both!(R => End::<R>::new().dies(priority_update(0, "u=1"), PROTOCOL_ERROR));
}

#[test]
fn a_frame_from_a_server_is_a_connection_error() {
    for id in [1, 2, 99] {
        End::<Client>::new().dies(priority_update(id, "u=1"), PROTOCOL_ERROR);
    }
}

#[test]
fn an_open_stream_gets_the_latest_priority() {
    let mut peer = server(Config::default());
    peer.feed((asks(1, "u=5, i"), priority_update(1, "u=1")));
    assert_eq!(
        priority_of(&peer, 1),
        "u=1",
        "what is left out is the default"
    );
    peer.feed((priority_update(1, "i"), priority_update(1, "u=0, i")));
    assert_eq!(priority_of(&peer, 1), "u=0, i");
    is_unharmed(&mut peer);
}

#[test]
fn a_value_that_is_no_priority_changes_nothing() {
    let mut peer = server(Config::default());
    let long = "u=1,".repeat(16) + "u=1";
    peer.feed((
        asks(1, "u=5, i"),
        priority_update(1, "u=1,"),
        priority_update(1, long),
    ));
    assert_eq!(priority_of(&peer, 1), "u=5, i");
    peer.feed((priority_update(3, "\u{1}"), asks(3, "u=2")));
    assert_eq!(priority_of(&peer, 3), "u=2");
    is_unharmed(&mut peer);
}

#[test]
fn an_idle_stream_gets_its_latest_priority_when_it_opens_whatever_the_field_says() {
    let mut peer = server(Config::default());
    peer.feed((priority_update(3, "u=1"), priority_update(3, "u=7, i")));
    peer.feed((asks(1, "u=2"), asks(3, "u=0"), asks(5, "u=4")));
    let priorities = [1, 3, 5].map(|id| priority_of(&peer, id));
    assert_eq!(priorities, ["u=2", "u=7, i", "u=4"]);
    is_unharmed(&mut peer);
}

#[test]
fn a_stream_that_is_closed_is_passed_over() {
    let mut end = End::<Server>::new();
    for id in [end.closed(), end.reset_by_us(), end.reset_by_peer()] {
        end.tolerates(priority_update(id, "u=1"));
    }
    let id = end.half_closed_remote();
    end.stream(id).end().unwrap();
    end.sent();
    end.tolerates(priority_update(id, "u=1"));
    let skipped = end.next_id();
    end.feed((
        headers(skipped + 2).post("/"),
        priority_update(skipped, "u=1"),
    ));
    end.is_unharmed();
}

#[test]
fn idle_streams_that_are_prioritized_count_like_open_ones() {
    let idle = |count: u32| -> Vec<Vec<u8>> {
        let ids = (0..count).map(|place| 2 * place + 1);
        ids.map(|id| priority_update(id, "u=1").octets()).collect()
    };
    let mut peer = server(Config::default());
    peer.feed(idle(100).concat());
    is_unharmed(&mut peer);
    dies(idle(101).concat(), PROTOCOL_ERROR);

    // One that opens leaves the one count for the other.
    peer.feed((
        asks(1, ""),
        priority_update(1, "u=2"),
        priority_update(3, "u=2"),
    ));
    is_unharmed(&mut peer);
    peer.feed(priority_update(201, "u=1"));
    let last = peer.sent().pop().unwrap();
    assert_eq!(
        (last.kind, last.code()),
        (kind::GOAWAY, Some(PROTOCOL_ERROR))
    );
}

#[test]
fn open_streams_leave_less_space_for_idle_ones() {
    let limits = tress_proto::Limits::default().concurrent_streams(2);
    let mut peer = server(Config::default().limits(limits).unwrap());
    peer.feed((asks(1, ""), priority_update(3, "u=1")));
    is_unharmed(&mut peer);
    peer.feed(priority_update(5, "u=1"));
    let last = peer.sent().pop().unwrap();
    assert_eq!(
        (last.kind, last.code()),
        (kind::GOAWAY, Some(PROTOCOL_ERROR))
    );
}

/// RFC 9113 §6.5.3: it cannot keep to a limit that it has not heard of.
#[test]
fn a_client_that_has_not_heard_of_the_limit_may_prioritize_more_streams() {
    let config = Config::default();
    let mut end = End::<Server>::unacknowledged(config);
    let ids = (0..150).map(|place| 2 * place + 3);
    let updates: Vec<Vec<u8>> = ids.map(|id| priority_update(id, "u=1").octets()).collect();
    end.feed(updates.concat());
    end.is_unharmed();
    end.feed((headers(3).get("/").end(), headers(301).get("/").end()));
    let priority = |end: &End<Server>, id| {
        let stream = end.peer.machine.stream(id).unwrap();
        stream.priority().urgency()
    };
    let id = tress_proto::StreamId::from_wire;
    assert_eq!(priority(&end, id(3)), 1);
    assert_eq!(priority(&end, id(301)), 3, "it was forgotten");
}

#[test]
fn streams_that_are_passed_over_or_refused_are_idle_no_more() {
    let limits = tress_proto::Limits::default().concurrent_streams(2);
    let mut peer = server(Config::default().limits(limits).unwrap());
    // 1 is passed over, 3 opens.
    peer.feed((
        priority_update(1, "u=1"),
        priority_update(3, "u=1"),
        asks(3, ""),
    ));
    peer.feed(priority_update(5, "u=1"));
    // 5 opens, 7 is one too many.
    peer.feed((asks(5, ""), asks(7, "")));
    let refused = peer.sent().pop().unwrap();
    assert_eq!(
        (refused.stream, refused.code()),
        (7, Some(code::REFUSED_STREAM))
    );
    peer.feed(rst_stream(5, code::CANCEL));
    peer.feed((priority_update(9, "u=6"), asks(9, "")));
    assert_eq!(priority_of(&peer, 9), "u=6");
    is_unharmed(&mut peer);
}

#[test]
fn a_push_that_was_not_promised_cannot_be_prioritized() {
    End::<Server>::new().dies(priority_update(2, "u=1"), PROTOCOL_ERROR);
    // One whose promise has not left is not promised.
    let mut peer = server(Config::default());
    peer.feed(asks(1, ""));
    stream(&mut peer, 1)
        .push(Request::get("https", "a", "/"))
        .unwrap();
    let wire = priority_update(2, "u=1").octets();
    read_only(&mut peer, &wire);
    let last = peer.run().sent().pop().unwrap();
    assert_eq!(
        (last.kind, last.code()),
        (kind::GOAWAY, Some(PROTOCOL_ERROR))
    );
}

#[test]
fn a_push_that_was_promised_can_be_prioritized() {
    let mut peer = server(Config::default());
    peer.feed(asks(1, ""));
    let request = Request::get("https", "a", "/").field("priority", "u=4, i");
    stream(&mut peer, 1).push(request).unwrap();
    quiet(&mut peer);
    assert_eq!(priority_of(&peer, 2), "u=4, i");
    peer.feed(priority_update(2, "u=6"));
    assert_eq!(priority_of(&peer, 2), "u=6");
    stream(&mut peer, 2).respond(Response::new(200)).unwrap();
    stream(&mut peer, 2).end().unwrap();
    quiet(&mut peer);
    peer.feed(priority_update(2, "u=5"));
    is_unharmed(&mut peer);
}

#[test]
fn the_first_frame_for_each_stream_is_free_and_a_flood_of_more_is_not() {
    let flood = |count: usize| priority_update(1, "u=1").octets().repeat(count);
    let mut peer = server(Config::default());
    peer.feed((asks(1, ""), flood(1001)));
    is_unharmed(&mut peer);
    dies((asks(1, ""), flood(1002)), code::ENHANCE_YOUR_CALM);
    dies(flood(1002), code::ENHANCE_YOUR_CALM);
    // A page of a hundred images that come into view, over and over.
    let mut peer = server(Config::default());
    for id in (1..4000).step_by(2) {
        peer.feed((asks(id, "u=5, i"), priority_update(id, "u=2, i")));
        stream(&mut peer, id).respond(Response::new(204)).unwrap();
        stream(&mut peer, id).end().unwrap();
        stream(&mut peer, id).release();
        quiet(&mut peer);
    }
    is_unharmed(&mut peer);
}

#[test]
fn the_old_priorities_change_nothing() {
    let mut peer = server(Config::default());
    peer.feed((
        asks(1, "u=5"),
        headers(3).get("/").end().priority(1, 255, true),
    ));
    peer.feed(testkit::priority(1, 3, 0));
    assert_eq!(priority_of(&peer, 1), "u=5");
    assert_eq!(priority_of(&peer, 3), "u=3");
    is_unharmed(&mut peer);
}

#[test]
fn a_refused_stream_takes_its_early_priority_along() {
    let limits = tress_proto::Limits::default().concurrent_streams(2);
    let mut peer = server(Config::default().limits(limits).unwrap());
    peer.feed((
        asks(3, ""),
        priority_update(7, "u=1"),
        asks(5, ""),
        asks(7, ""),
    ));
    let refused = peer.sent().pop().unwrap();
    assert_eq!(
        (refused.stream, refused.code()),
        (7, Some(code::REFUSED_STREAM))
    );
    peer.feed((rst_stream(5, code::CANCEL), priority_update(9, "u=6")));
    is_unharmed(&mut peer);
}

#[test]
fn a_stream_that_has_finished_keeps_its_priority() {
    let mut peer = server(Config::default());
    peer.feed(asks(1, "u=5"));
    stream(&mut peer, 1).respond(Response::new(204)).unwrap();
    stream(&mut peer, 1).end().unwrap();
    quiet(&mut peer);
    peer.feed(priority_update(1, "u=1"));
    assert_eq!(priority_of(&peer, 1), "u=5", "nobody has taken the request");
    is_unharmed(&mut peer);
}

#[test]
fn the_frame_before_a_stream_opens_is_the_one_that_is_free() {
    let mut peer = server(Config::default());
    let mut served = 0;
    for id in (1..4000).step_by(2) {
        peer.feed((
            priority_update(id, "u=5"),
            asks(id, ""),
            vec![priority_update(id, "u=2"); 11],
        ));
        if peer.is_closed() {
            break;
        }
        served += 1;
        stream(&mut peer, id).respond(Response::new(204)).unwrap();
        stream(&mut peer, id).end().unwrap();
        stream(&mut peer, id).release();
        peer.run();
        while peer.machine.poll_event().is_some() {}
    }
    // A finished exchange makes up for ten, and a thousand were there at first.
    assert_eq!(served, 990);
    let last = peer.sent().pop().unwrap();
    assert_eq!(
        (last.kind, last.code()),
        (kind::GOAWAY, Some(code::ENHANCE_YOUR_CALM))
    );
}

#[test]
fn the_request_of_an_upgrade_has_its_priority_too() {
    let request = || Request::get("http", "a", "/").field("priority", "u=1, i");
    let server = Connection::<Server>::upgraded(Config::default(), &[], request(), Bytes::new());
    let (client, id) = Connection::<Client>::upgraded(Config::default(), &request()).unwrap();
    let heard = [
        server.unwrap().stream(id).unwrap().priority(),
        client.stream(id).unwrap().priority(),
    ];
    assert_eq!(heard, [priority("u=1, i"); 2]);
}

/// Feeds octets without asking for output first.
fn read_only(peer: &mut Peer<Connection<Server>>, octets: &[u8]) {
    let consumed = peer.machine.read(octets);
    assert_eq!(consumed, octets.len());
}
