//! What the time decides, without waiting for it.

mod announcements;
mod credit;
mod held;
mod transport;
mod waiting;

use core::ops::Range;
use core::time::Duration;

use allocation_counter::measure;
use testkit::{
    PREFACE, Peer, Seen, code, data, headers, kind, ping, rst_stream, settings, settings_ack,
};
use tress_proto::{
    Client, Config, Connection, ConnectionError, Event, Request, Response, Role, Server, StreamId,
};

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn server(config: Config) -> Peer<Connection<Server>> {
    Peer::new(Connection::new(config))
}

/// A server whose client has said hello.
fn greeted(config: Config) -> Peer<Connection<Server>> {
    let mut peer = server(config);
    peer.tick(seconds(0));
    peer.feed((PREFACE, settings(), settings_ack()));
    peer.sent();
    peer.tick(seconds(0));
    peer
}

fn events<R: Role>(peer: &mut Peer<Connection<R>>) -> Vec<Event> {
    core::iter::from_fn(|| peer.machine.poll_event()).collect()
}

fn is_timeout(event: Option<&Event>) -> bool {
    matches!(event, Some(Event::Closed(Err(ConnectionError::Timeout))))
}

fn last_code(seen: &[Seen]) -> Option<u32> {
    seen.iter()
        .rev()
        .find(|seen| seen.kind == kind::GOAWAY)?
        .code()
}

#[test]
fn a_client_that_says_nothing_is_given_up_after_a_minute() {
    let mut peer = server(Config::default());
    assert_eq!(peer.tick(seconds(5)), Some(seconds(65)));
    peer.tick(seconds(64));
    assert!(!peer.is_closed());
    peer.tick(seconds(65));
    peer.run();
    assert!(is_timeout(events(&mut peer).last()));
    assert!(peer.is_closed());
}

#[test]
fn a_field_block_that_is_not_completed_in_time_ends_the_connection() {
    let mut peer = greeted(Config::default());
    peer.feed(headers(1).get("/").no_end_headers());
    peer.tick(seconds(1));
    peer.tick(seconds(60));
    assert!(!peer.is_closed());
    peer.tick(seconds(61));
    peer.run();
    assert_eq!(last_code(&peer.sent()), Some(code::ENHANCE_YOUR_CALM));
}

#[test]
fn an_idle_connection_ends_in_good_order() {
    let mut peer = greeted(Config::default().idle_timeout(seconds(60)));
    peer.feed(headers(1).get("/").end());
    peer.tick(seconds(100));
    assert_eq!(last_code(&peer.sent()), None, "a stream is running");
    let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
    stream.respond(Response::new(204)).unwrap();
    stream.end().unwrap();
    stream.release();
    peer.run();
    peer.tick(seconds(101));
    peer.tick(seconds(160));
    assert_eq!(last_code(&peer.sent()), None);
    peer.tick(seconds(161));
    peer.run();
    assert_eq!(last_code(&peer.sent()), Some(code::NO_ERROR));
}

/// The time is told before and after it, and never while a stream runs.
#[test]
fn an_exchange_between_two_ticks_is_use_of_the_connection() {
    // Ends: in good order, and by a reset.
    for is_reset in [false, true] {
        let mut peer = greeted(Config::default().idle_timeout(seconds(60)));
        peer.tick(seconds(30));
        peer.feed(headers(1).get("/").end());
        if is_reset {
            peer.feed(rst_stream(1, code::CANCEL));
        } else {
            let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
            stream.respond(Response::new(204)).unwrap();
            stream.end().unwrap();
            stream.release();
        }
        peer.run();
        events(&mut peer);
        peer.tick(seconds(60));
        peer.tick(seconds(119));
        peer.run();
        assert_eq!(last_code(&peer.sent()), None, "it was used after 30 s");
        peer.tick(seconds(120));
        peer.run();
        assert_eq!(last_code(&peer.sent()), Some(code::NO_ERROR));
    }
    let mut client = Peer::new(Connection::<Client>::new(
        Config::default().idle_timeout(seconds(60)),
    ));
    client.tick(seconds(0));
    client.feed((settings(), settings_ack()));
    client.tick(seconds(30));
    let id = client
        .machine
        .request(Request::get("https", "a", "/"))
        .unwrap();
    client.machine.stream_mut(id).unwrap().end().unwrap();
    client.run();
    client.feed(headers(id.value()).status(204).end());
    let mut stream = client.machine.stream_mut(id).unwrap();
    while stream.recv().unwrap().is_some() {}
    client.sent();
    client.tick(seconds(60));
    client.tick(seconds(119));
    client.run();
    assert_eq!(last_code(&client.sent()), None, "it was used after 30 s");
    client.tick(seconds(120));
    client.run();
    assert_eq!(last_code(&client.sent()), Some(code::NO_ERROR));
}

#[test]
fn a_silent_peer_is_pinged_and_kept_if_it_answers() {
    let mut peer = greeted(Config::default().keep_alive(seconds(20), seconds(5)));
    peer.tick(seconds(20));
    peer.run();
    let asked = peer.sent().pop().unwrap();
    assert_eq!(asked.kind, kind::PING);
    let payload = <[u8; 8]>::try_from(asked.payload.as_slice()).unwrap();
    peer.feed(ping(payload).ack());
    peer.tick(seconds(26));
    assert!(!peer.is_closed());
    assert!(
        events(&mut peer)
            .iter()
            .all(|event| !matches!(event, Event::Pong { .. }))
    );
    peer.tick(seconds(46));
    peer.run();
    assert_eq!(
        peer.sent().pop().unwrap().kind,
        kind::PING,
        "and asked again later"
    );
}

#[test]
fn a_peer_that_answers_no_ping_is_given_up() {
    let mut peer = greeted(Config::default().keep_alive(seconds(20), seconds(5)));
    assert_eq!(peer.tick(seconds(20)), Some(seconds(25)));
    peer.tick(seconds(25));
    peer.run();
    assert!(is_timeout(events(&mut peer).last()));
}

#[test]
fn a_shutdown_ping_that_is_not_answered_does_not_hold_the_connection() {
    let mut peer = greeted(Config::default());
    peer.machine.go_away();
    peer.run();
    peer.tick(seconds(1));
    peer.tick(seconds(11));
    peer.run();
    assert!(peer.is_closed());
}

#[test]
fn a_client_gives_up_on_a_server_that_says_nothing() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    peer.tick(seconds(0));
    peer.tick(seconds(60));
    peer.run();
    assert!(is_timeout(events(&mut peer).last()));
}

#[test]
fn a_connection_that_is_old_enough_ends_in_good_order() {
    let mut peer = greeted(Config::default().max_age(seconds(60), seconds(5)));
    assert_eq!(peer.tick(seconds(59)), Some(seconds(60)));
    assert_eq!(peer.sent().len(), 0);
    peer.feed(headers(1).get("/").end());
    peer.tick(seconds(60));
    peer.run();
    let said = peer.sent();
    assert_eq!(last_code(&said), Some(code::NO_ERROR));
    // RFC 9113 §6.8: what was under way still counts, and is answered.
    let asked = said.iter().find(|seen| seen.kind == kind::PING).unwrap();
    let payload = <[u8; 8]>::try_from(asked.payload.as_slice()).unwrap();
    peer.feed(ping(payload).ack());
    let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
    stream.respond(Response::new(204)).unwrap();
    stream.end().unwrap();
    peer.tick(seconds(64));
    peer.run();
    assert!(matches!(
        events(&mut peer).last(),
        Some(Event::Closed(Ok(())))
    ));
    assert_eq!(peer.tick(seconds(65)), None);
}

#[test]
fn a_connection_that_is_too_old_ends_at_once() {
    let mut peer = greeted(Config::default().max_age(seconds(60), seconds(5)));
    peer.feed(headers(1).get("/").end());
    peer.tick(seconds(60));
    peer.run();
    peer.sent();
    let next = peer.tick(seconds(64));
    assert_eq!(next, Some(seconds(65)));
    assert!(!peer.is_closed());
    assert_eq!(peer.tick(seconds(65)), None);
    peer.run();
    assert_eq!(last_code(&peer.sent()), Some(code::NO_ERROR));
    assert!(is_timeout(events(&mut peer).last()));
}

#[test]
fn a_client_that_is_old_enough_opens_no_more_streams() {
    let mut peer: Peer<Connection<Client>> = Peer::new(Connection::new(
        Config::default().max_age(seconds(60), seconds(5)),
    ));
    peer.tick(seconds(0));
    peer.feed((settings(), settings_ack()));
    peer.run();
    peer.sent();
    assert_eq!(peer.tick(seconds(1)), Some(seconds(60)));
    peer.tick(seconds(60));
    peer.run();
    assert_eq!(last_code(&peer.sent()), Some(code::NO_ERROR));
    assert!(matches!(
        events(&mut peer).last(),
        Some(Event::Closed(Ok(())))
    ));
}

#[test]
fn without_ticks_nothing_times_out() {
    let mut peer = server(Config::default());
    peer.feed((PREFACE, settings(), headers(1).post("/")));
    peer.feed(data(1, "x"));
    assert!(!peer.is_closed());
}

#[test]
fn the_memory_of_a_burst_is_given_back_after_a_second_without_streams() {
    let mut peer = greeted(Config::default());
    let answer = |peer: &mut Peer<Connection<Server>>, ids: Range<u32>| {
        for id in ids.clone().map(|id| 2 * id + 1) {
            peer.feed(headers(id).get("/").field("x", "y".repeat(100)).end());
        }
        for id in ids.map(|id| StreamId::new(2 * id + 1).unwrap()) {
            let mut stream = peer.machine.stream_mut(id).unwrap();
            while stream.recv().unwrap().is_some() {}
            let response = Response::new(200).field("x", "y".repeat(200));
            stream.respond(response).unwrap();
            stream.end().unwrap();
        }
        let sent = peer.run().sent();
        assert_eq!(sent.last().map(|seen| seen.kind), Some(kind::HEADERS));
        while peer.machine.poll_event().is_some() {}
    };
    answer(&mut peer, 0..50);
    assert_eq!(peer.tick(seconds(5)), Some(seconds(6)));
    let info = measure(|| assert_eq!(peer.tick(seconds(6)), None));
    assert!(info.bytes_current < -16 * 1024, "{info:?}");
    answer(&mut peer, 50..51);
}
