//! Who sends first (RFC 9218 §10), as the wire shows it.

use testkit::{Peer, headers, kind, priority_update, settings, settings_ack, window_update};
use tress_proto::{Bytes, Client, Config, Connection, Priorities, Response, Server};

use super::{asks, priority, quiet, server, stream};
use crate::support::post;

/// What a stream sends in one turn.
const FRAME: usize = 16 * 1024;

type Serving = Peer<Connection<Server>>;

/// Answers with as many whole frames of content, and ends the stream with the last.
fn answer(peer: &mut Serving, id: u32, frames: usize) {
    let mut stream = stream(peer, id);
    stream.respond(Response::new(200)).unwrap();
    stream
        .send_data(Bytes::from(vec![0; frames * FRAME]))
        .unwrap();
    stream.end().unwrap();
}

/// The streams whose content leaves, frame by frame.
fn turns<R: tress_proto::Role>(peer: &mut Peer<Connection<R>>) -> Vec<u32> {
    let data = data(peer);
    data.into_iter().map(|(stream, _)| stream).collect()
}

/// The same, with the octets of each frame.
fn data<R: tress_proto::Role>(peer: &mut Peer<Connection<R>>) -> Vec<(u32, usize)> {
    let sent = peer.run().sent();
    let data = sent.iter().filter(|seen| seen.kind == kind::DATA);
    data.map(|seen| (seen.stream, seen.payload.len())).collect()
}

/// A server that was asked so, and has answered with as many frames each, the last request first.
fn answering(config: Config, requests: &[(u32, &str)], frames: usize) -> Serving {
    let mut peer = server(config);
    for (id, priority) in requests {
        peer.feed(asks(*id, priority));
    }
    quiet(&mut peer);
    for (id, _) in requests.iter().rev() {
        answer(&mut peer, *id, frames);
    }
    peer
}

/// The same, with the order in which all of it leaves.
fn order(requests: &[(u32, &str)], frames: usize) -> Vec<u32> {
    turns(&mut answering(Config::default(), requests, frames))
}

#[test]
fn streams_of_which_nothing_was_said_send_in_turn() {
    let order = order(&[(1, ""), (3, ""), (5, "")], 3);
    assert_eq!(order, [5, 3, 1, 5, 3, 1, 5, 3, 1]);
}

#[test]
fn the_more_urgent_send_first() {
    let requests = [
        (1, "u=7"),
        (3, "u=0"),
        (5, ""),
        (7, "u=5, i"),
        (9, "u=2, i"),
    ];
    let order = order(&requests, 3);
    assert_eq!(order, [3, 3, 3, 9, 9, 9, 5, 5, 5, 7, 7, 7, 1, 1, 1]);
}

#[test]
fn responses_that_are_not_incremental_are_served_one_by_one_in_the_order_of_requests() {
    let order = order(&[(1, "u=3"), (3, "u=3"), (5, "i=?0"), (7, "u=3")], 3);
    assert_eq!(order, [1, 1, 1, 3, 3, 3, 5, 5, 5, 7, 7, 7]);
}

#[test]
fn one_that_was_asked_for_earlier_goes_before_when_it_is_ready_later() {
    let requests = [(1, "u=3"), (3, "u=3"), (5, "u=3")];
    let mut peer = server(Config::default());
    for (id, priority) in requests {
        peer.feed(asks(id, priority));
    }
    quiet(&mut peer);
    for id in [3, 5, 1] {
        answer(&mut peer, id, 2);
    }
    assert_eq!(turns(&mut peer), [1, 1, 3, 3, 5, 5]);
}

#[test]
fn incremental_responses_share() {
    let order = order(&[(1, "i"), (3, "i"), (5, "i")], 3);
    assert_eq!(order, [5, 3, 1, 5, 3, 1, 5, 3, 1]);
}

#[test]
fn neither_kind_waits_for_the_end_of_the_other() {
    let order = order(&[(1, "u=3"), (3, "i"), (5, "u=3"), (7, "")], 4);
    assert_eq!(order, [1, 7, 1, 3, 1, 7, 1, 3, 5, 7, 5, 3, 5, 7, 5, 3]);
}

#[test]
fn round_robin_ignores_priority() {
    let config = Config::default().priorities(Priorities::RoundRobin);
    let requests = [(1, "u=7"), (3, "u=0"), (5, "i")];
    let mut peer = answering(config, &requests, 2);
    assert_eq!(turns(&mut peer), [5, 3, 1, 5, 3, 1]);
    assert_eq!(super::priority_of(&peer, 1), "u=7", "but it is known");
}

/// How many frames of other streams leave at most before each frame of this one.
fn longest_wait(order: &[u32], id: u32) -> usize {
    let pieces = order.split(|turn| *turn == id);
    pieces.map(<[u32]>::len).max().unwrap()
}

#[test]
fn the_least_urgent_has_its_share_of_one_frame_in_sixteen() {
    let mut peer = answering(Config::default(), &[(1, "u=0"), (3, "u=7")], 64);
    let sent = data(&mut peer);
    let order: Vec<u32> = sent.iter().map(|(stream, _)| *stream).collect();
    let urgent = &order[..order.iter().rposition(|id| *id == 1).unwrap()];
    assert_eq!(longest_wait(urgent, 3), 15);
    assert_eq!(urgent.iter().filter(|id| **id == 3).count(), 4);
    let octets: usize = sent.iter().map(|(_, octets)| octets).sum();
    assert_eq!(octets, 128 * FRAME);
}

#[test]
fn all_that_are_less_urgent_have_their_share_in_turn() {
    let requests = [(1, "u=0"), (3, "u=2"), (5, "u=7, i"), (7, "u=5"), (9, "")];
    let mut peer = answering(Config::default(), &requests, 160);
    let order = turns(&mut peer);
    let urgent = &order[..order.iter().rposition(|id| *id == 1).unwrap()];
    for id in [3, 5, 7, 9] {
        assert_eq!(longest_wait(urgent, id), 63, "stream {id}");
    }
}

#[test]
fn the_share_does_not_depend_on_how_the_shared_window_opens() {
    for frames in 1..=5 {
        let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
        let hello = (
            testkit::PREFACE,
            settings().set(4, 0x7fff_ffff),
            settings_ack(),
        );
        peer.feed((hello, asks(1, "u=0"), asks(3, "u=7")));
        quiet(&mut peer);
        answer(&mut peer, 1, 200);
        answer(&mut peer, 3, 200);
        let octets = u32::try_from(frames * FRAME).unwrap();
        let mut shares = 0;
        for _ in 0..100 {
            peer.feed(window_update(0, octets));
            shares += turns(&mut peer).iter().filter(|id| **id == 3).count();
        }
        assert!(shares >= 100 * frames / 17, "{frames} at once: {shares}");
    }
}

#[test]
fn a_response_without_an_end_does_not_hold_the_next_for_ever() {
    let whole = 16 * 1024 * 1024 / FRAME;
    let mut peer = answering(Config::default(), &[(1, "u=3"), (3, "u=3")], whole + 16);
    let sent = data(&mut peer);
    let order: Vec<u32> = sent.iter().map(|(stream, _)| *stream).collect();
    let next = order.iter().position(|id| *id == 3).unwrap();
    let before: usize = sent[..next].iter().map(|(_, octets)| octets).sum();
    let turns = whole * FRAME..(whole + 2) * FRAME;
    assert!(
        turns.contains(&before),
        "{before}: it takes turns from here on"
    );
    assert_eq!(order[next - 1..next + 7], [1, 3, 1, 3, 1, 3, 1, 3]);
}

#[test]
fn tunnels_share() {
    let mut peer = server(Config::default());
    for id in [1, 3] {
        let request = headers(id).field(":method", "CONNECT");
        let request = request.field(":authority", "a:443");
        peer.feed(request.field("priority", "u=3"));
    }
    quiet(&mut peer);
    for id in [1, 3] {
        answer(&mut peer, id, 3);
    }
    assert_eq!(turns(&mut peer), [1, 3, 1, 3, 1, 3]);
}

#[test]
fn a_stream_without_a_window_lets_the_less_urgent_go() {
    let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
    peer.feed((testkit::PREFACE, settings().set(4, 0), settings_ack()));
    peer.feed((
        asks(1, "u=0"),
        asks(3, "u=7"),
        window_update(0, 0x7fff_0000),
    ));
    quiet(&mut peer);
    answer(&mut peer, 1, 2);
    answer(&mut peer, 3, 2);
    assert!(turns(&mut peer).is_empty());
    peer.feed(window_update(3, 1));
    assert_eq!(turns(&mut peer), [3]);
    peer.feed((window_update(3, 0x1_0000), window_update(1, 0x1_0000)));
    assert_eq!(turns(&mut peer), [1, 1, 3, 3], "and then it overtakes");
}

/// A server that has begun to send on two streams that are equally urgent.
fn midway() -> Serving {
    let mut peer = answering(Config::default(), &[(1, "i"), (3, "i")], 8).undrained();
    peer.run();
    peer
}

#[test]
fn a_stream_that_becomes_more_urgent_overtakes() {
    let mut peer = midway();
    peer.feed(priority_update(1, "u=0, i"));
    let order = turns(peer.drain());
    assert_eq!(order[..4], [3, 1, 3, 1], "what was ready has left");
    assert_eq!(order[4..10], [1; 6]);
    assert!(order.len() >= 16 && order[10..].iter().all(|id| *id == 3));
}

#[test]
fn the_server_has_a_word_too() {
    let mut peer = midway();
    stream(&mut peer, 1)
        .set_priority(priority("u=7, i"))
        .unwrap();
    let order = turns(peer.drain());
    assert_eq!(order[4..10], [3; 6]);
}

#[test]
fn a_response_changes_what_it_says_and_leaves_the_rest() {
    let mut peer = server(Config::default());
    peer.feed((asks(1, "u=5, i"), asks(3, "u=5, i"), asks(5, "")));
    quiet(&mut peer);
    for (id, value) in [(1, "u=1"), (3, "i=?0"), (5, "u=9, x")] {
        let response = Response::new(200).field("priority", value);
        stream(&mut peer, id).respond(response).unwrap();
    }
    let priorities = [1, 3, 5].map(|id| super::priority_of(&peer, id));
    assert_eq!(priorities, ["u=1, i", "u=5", "u=3"]);
}

#[test]
fn a_response_that_says_how_urgent_it_is_does_not_ask_to_be_served_whole() {
    let mut peer = server(Config::default());
    peer.feed((asks(1, ""), asks(3, "")));
    quiet(&mut peer);
    for id in [1, 3] {
        let mut stream = stream(&mut peer, id);
        let response = Response::new(200).field("priority", "u=2");
        stream.respond(response).unwrap();
        stream.send_data(Bytes::from(vec![0; 2 * FRAME])).unwrap();
    }
    assert_eq!(turns(&mut peer), [1, 3, 1, 3]);
}

#[test]
fn a_client_schedules_its_requests_likewise() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    let windows = (
        settings().set(4, 0x7fff_ffff),
        window_update(0, 0x7fff_0000),
    );
    peer.feed((windows, settings_ack()));
    peer.sent();
    for value in ["u=6", "u=1"] {
        let request = post().field("priority", value);
        let id = peer.machine.request(request).unwrap();
        let mut stream = peer.machine.stream_mut(id).unwrap();
        stream.send_data(Bytes::from(vec![0; 3 * FRAME])).unwrap();
    }
    assert_eq!(turns(&mut peer), [3, 3, 3, 1, 1, 1]);
}
