//! Windows that grow with what path and application take (RFC 9113 §6.9.1).

use core::time::Duration;

use testkit::{PREFACE, Peer, Seen, Wire, data, headers, kind, ping, settings, settings_ack};
use tress_proto::{Config, Connection, ErrorCode, Part, Server, StreamId, WindowBudget};

const KIB: u32 = 1024;

/// In so many round trips a window of 64 KiB has grown by 192 KiB, or never will.
const ROUNDS: u32 = 24;

/// A server of uploads on as many streams, whose windows are of 64 KiB and grow by `growth` together.
fn uploading(streams: u32, growth: u32) -> Peer<Connection<Server>> {
    let config = Config::default().initial_window(64 * KIB);
    let config = config.and_then(|config| config.window_growth(growth));
    let mut peer = Peer::new(Connection::new(config.unwrap()));
    peer.feed((PREFACE, settings(), settings_ack()));
    for stream in 0..streams {
        peer.feed(headers(2 * stream + 1).post("/"));
        take(&mut peer, 2 * stream + 1);
    }
    peer.sent();
    peer
}

/// Takes all that has arrived on a stream.
fn take(peer: &mut Peer<Connection<Server>>, stream: u32) {
    let mut stream = peer
        .machine
        .stream_mut(StreamId::from_wire(stream))
        .unwrap();
    while let Some(part) = stream.recv().unwrap() {
        match part {
            Part::Head(_) | Part::Data(_) => {}
            Part::End => break,
            part => panic!("{part:?}"),
        }
    }
    peer.run();
}

/// Sends so many frames of 16 KiB.
fn send(peer: &mut Peer<Connection<Server>>, stream: u32, frames: u32) {
    let frame = data(stream, vec![0; 16_384]).octets();
    peer.feed(frame.repeat(frames as usize));
}

/// The payload of the PING among these frames.
fn asked(seen: &[Seen]) -> Option<[u8; 8]> {
    let ping = seen.iter().find(|seen| seen.kind == kind::PING)?;
    ping.payload.as_slice().try_into().ok()
}

/// The octets of all credit for a stream among these frames.
fn granted(seen: &[Seen], stream: u32) -> u32 {
    let updates = seen
        .iter()
        .filter(|seen| seen.kind == kind::WINDOW_UPDATE && seen.stream == stream);
    updates.filter_map(Seen::increment).sum()
}

fn window(peer: &Peer<Connection<Server>>, stream: u32) -> u32 {
    let stream = peer.machine.stream(StreamId::from_wire(stream)).unwrap();
    stream.recv_window().try_into().unwrap()
}

/// Lets a stream take all its window, round trip for round trip, until it grows no more.
fn grow(peer: &mut Peer<Connection<Server>>, stream: u32) -> u32 {
    grow_at(peer, stream, Duration::ZERO)
}

/// The same where a round trip takes so long.
fn grow_at(peer: &mut Peer<Connection<Server>>, stream: u32, trip: Duration) -> u32 {
    let mut before = 0;
    let mut now = Duration::ZERO;
    for _ in 0..ROUNDS {
        let octets = window(peer, stream);
        if octets > before {
            before = octets;
        }
        send(peer, stream, octets / 16_384);
        take(peer, stream);
        if let Some(payload) = asked(&peer.sent()) {
            let frames = window(peer, stream) / 16_384;
            send(peer, stream, frames);
            take(peer, stream);
            now += trip;
            peer.tick(now);
            peer.feed(ping(payload).ack());
        }
    }
    before
}

#[test]
fn a_window_that_holds_the_peer_up_doubles() {
    let mut peer = uploading(1, 16 << 20);
    send(&mut peer, 1, 2);
    take(&mut peer, 1);
    let payload = asked(&peer.sent()).expect("half a window was taken");
    send(&mut peer, 1, 2);
    take(&mut peer, 1);
    peer.sent();
    peer.feed(ping(payload).ack());
    send(&mut peer, 1, 1);
    take(&mut peer, 1);
    // What was taken, and as much as the window grew by.
    assert_eq!(granted(&peer.sent(), 1), 16_384 + 64 * KIB);
}

#[test]
fn an_application_that_takes_little_keeps_its_window() {
    let mut peer = uploading(1, 16 << 20);
    send(&mut peer, 1, 2);
    take(&mut peer, 1);
    let payload = asked(&peer.sent()).expect("half a window was taken");
    send(&mut peer, 1, 2);
    peer.feed(ping(payload).ack());
    take(&mut peer, 1);
    assert_eq!(granted(&peer.sent(), 1), 2 * 16_384);
}

#[test]
fn what_one_stream_takes_does_not_let_another_grow() {
    let mut peer = uploading(2, 256 * KIB);
    assert!(grow(&mut peer, 1) > 128 * KIB);
    send(&mut peer, 3, 4);
    take(&mut peer, 3);
    assert_eq!(window(&peer, 3), 64 * KIB);
}

#[test]
fn one_stream_may_have_all_that_windows_may_grow_by_and_no_more() {
    for growth in [1, 10_000, 192 * KIB] {
        let mut peer = uploading(2, growth);
        assert_eq!(grow(&mut peer, 1), 64 * KIB + growth);
        assert_eq!(grow(&mut peer, 3), 64 * KIB, "nothing is left");
    }
}

#[test]
fn growth_is_free_for_others_when_what_it_paid_for_was_taken_and_not_before() {
    let mut peer = uploading(2, 192 * KIB);
    assert_eq!(grow(&mut peer, 1), 256 * KIB);
    // All of it is sent, and then the stream ends.
    send(&mut peer, 1, 16);
    peer.feed(data(1, "").end());
    assert_eq!(
        grow(&mut peer, 3),
        64 * KIB,
        "it is still there to be taken"
    );
    let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
    for _ in 0..8 {
        assert!(matches!(stream.recv(), Ok(Some(Part::Data(_)))));
    }
    // 8 of 16 frames are left.
    assert_eq!(grow(&mut peer, 3), 128 * KIB);
    peer.machine
        .stream_mut(StreamId::from_wire(1))
        .unwrap()
        .release();
    assert_eq!(grow(&mut peer, 3), 256 * KIB);
}

#[test]
fn windows_of_all_connections_grow_out_of_one_budget_and_no_further() {
    let all = 192 * 1024;
    let budget = WindowBudget::new(all);
    let [mut one, mut other] = [(); 2].map(|()| {
        let mut peer = uploading(1, 16 << 20);
        peer.machine.grow_from(&budget);
        peer
    });
    assert_eq!(grow(&mut one, 1), 256 * KIB);
    assert_eq!(budget.left(), 0);
    assert_eq!(grow(&mut other, 1), 64 * KIB, "nothing is left");
    // All of it is sent, and then the stream ends.
    send(&mut one, 1, 16);
    one.feed(data(1, "").end());
    assert_eq!(budget.left(), 0, "it is still there to be taken");
    take(&mut one, 1);
    assert_eq!(budget.left(), all);
    assert_eq!(grow(&mut other, 1), 256 * KIB);
    drop(other);
    assert_eq!(budget.left(), all, "a connection that is gone has nothing");
    let mut peer = uploading(1, 16 << 20);
    peer.machine.grow_from(&WindowBudget::new(10_000));
    assert_eq!(grow(&mut peer, 1), 64 * KIB + 10_000);
}

/// Fills a grown window, waits, and takes all. Returns the window that is left.
fn unread_for(time: Duration, trip: Duration) -> u32 {
    let mut peer = uploading(1, 192 * KIB);
    let whole = 256 * KIB;
    assert_eq!(grow_at(&mut peer, 1, trip), whole);
    let start = Duration::from_secs(1000);
    peer.tick(start);
    let frames = window(&peer, 1) / 16_384;
    send(&mut peer, 1, frames);
    peer.tick(start + time);
    take(&mut peer, 1);
    // Less than half a window waits to be worth a frame.
    let frames = window(&peer, 1) / 16_384;
    send(&mut peer, 1, frames);
    take(&mut peer, 1);
    window(&peer, 1)
}

#[test]
fn growth_is_not_granted_anew_for_what_was_unread_for_eight_round_trips_and_a_second() {
    let milli = Duration::from_millis;
    assert!(unread_for(milli(999), milli(1)) > 128 * KIB);
    assert_eq!(unread_for(milli(1000), milli(1)), 64 * KIB);
    assert!(unread_for(milli(3999), milli(500)) > 128 * KIB);
    assert_eq!(unread_for(milli(4000), milli(500)), 64 * KIB);
}

#[test]
fn windows_that_are_to_stay_do_and_cost_no_ping() {
    let mut peer = uploading(1, 0);
    for _ in 0..8 {
        send(&mut peer, 1, 4);
        take(&mut peer, 1);
        assert_eq!(asked(&peer.sent()), None);
    }
}

#[test]
fn short_uploads_cost_few_pings() {
    let mut peer = uploading(0, 16 << 20);
    let mut pings = 0;
    for number in 0..100 {
        let stream = 2 * number + 1;
        peer.feed(headers(stream).post("/"));
        send(&mut peer, stream, 3);
        take(&mut peer, stream);
        let seen = peer.sent();
        if let Some(payload) = asked(&seen) {
            pings += 1;
            peer.feed(ping(payload).ack());
        }
        peer.machine
            .stream_mut(StreamId::from_wire(stream))
            .unwrap()
            .release();
        peer.sent();
    }
    // 4.7 MiB, and one for each half of one: not one for each upload.
    assert!((5..=10).contains(&pings), "{pings}");
}

#[test]
fn a_peer_is_not_blamed_for_frames_that_fill_a_window_of_ours() {
    let config = Config::default().initial_window(1).unwrap();
    let mut peer = Peer::new(Connection::<Server>::new(config));
    peer.feed((PREFACE, settings(), settings_ack(), headers(1).post("/")));
    peer.sent();
    let mut pings = 0;
    // Nobody takes the content: it is credited at once.
    let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
    stream.stop(ErrorCode::NO_ERROR).unwrap();
    peer.run();
    for _ in 0..1000 {
        peer.feed(data(1, "x"));
        pings += usize::from(asked(&peer.sent()).is_some());
    }
    assert!(!peer.is_closed());
    assert_eq!(pings, 0, "so little is not measured");
}
