//! Windows that grow with what path and application take (RFC 9113 §6.9.1).

use testkit::{PREFACE, Peer, Seen, data, headers, kind, ping, settings, settings_ack};
use tress_proto::{Config, Connection, ErrorCode, Part, Server, StreamId};

/// A server with an upload on stream 1.
fn uploading(config: Config) -> Peer<Connection<Server>> {
    let mut peer = Peer::new(Connection::new(config));
    peer.feed((PREFACE, settings(), settings_ack()));
    peer.feed(headers(1).post("/"));
    take(&mut peer);
    peer.sent();
    peer
}

/// Takes all that has arrived on stream 1.
fn take(peer: &mut Peer<Connection<Server>>) {
    let mut stream = peer.machine.stream_mut(StreamId::from_wire(1)).unwrap();
    while let Some(part) = stream.recv().unwrap() {
        assert!(matches!(part, Part::Head(_) | Part::Data(_)));
    }
    peer.run();
}

/// Sends so many frames of 16 KiB.
fn send(peer: &mut Peer<Connection<Server>>, frames: usize) {
    for _ in 0..frames {
        peer.feed(data(1, vec![0; 16_384]));
    }
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

#[test]
fn a_window_that_holds_the_peer_up_doubles() {
    let mut peer = uploading(Config::default());
    send(&mut peer, 8);
    take(&mut peer);
    let payload = asked(&peer.sent()).expect("half a window was taken");
    send(&mut peer, 8);
    take(&mut peer);
    peer.sent();
    peer.feed(ping(payload).ack());
    send(&mut peer, 1);
    take(&mut peer);
    // What was taken, and as much as the window grew by.
    assert_eq!(granted(&peer.sent(), 1), 16_384 + 256 * 1024);
}

#[test]
fn an_application_that_takes_little_keeps_its_window() {
    let mut peer = uploading(Config::default());
    send(&mut peer, 8);
    take(&mut peer);
    let payload = asked(&peer.sent()).expect("half a window was taken");
    send(&mut peer, 8);
    peer.feed(ping(payload).ack());
    take(&mut peer);
    assert_eq!(granted(&peer.sent(), 1), 8 * 16_384);
}

#[test]
fn windows_do_not_grow_above_their_cap() {
    let config = Config::default().window_growth(300_000).unwrap();
    let mut peer = uploading(config);
    let (mut all, mut stream) = (0, 0);
    for _ in 0..64 {
        send(&mut peer, 8);
        take(&mut peer);
        let seen = peer.sent();
        if let Some(payload) = asked(&seen) {
            peer.feed(ping(payload).ack());
        }
        all += granted(&seen, 0);
        stream += granted(&seen, 1);
    }
    let taken = 64 * 8 * 16_384;
    assert!((taken - (1 << 19)..=taken).contains(&all), "{all}");
    assert!(stream <= taken + 300_000 - 256 * 1024, "{stream}");
}

#[test]
fn windows_that_are_to_stay_do_and_cost_no_ping() {
    let mut peer = uploading(Config::default().window_growth(0).unwrap());
    for _ in 0..8 {
        send(&mut peer, 8);
        take(&mut peer);
        assert_eq!(asked(&peer.sent()), None);
    }
}

#[test]
fn a_peer_is_not_blamed_for_frames_that_fill_a_window_of_ours() {
    let mut peer = uploading(Config::default().initial_window(1).unwrap());
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
