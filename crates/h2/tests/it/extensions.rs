//! What `h2` has not, and the builders here have where it is asked for.

use alloc::sync::Arc;
use std::sync::Mutex;

use bytes::Bytes;
use testkit::{Seen, Wire, data, headers, kind, ping, settings, settings_ack};
use tress_h2::extensions::proto::frame::FrameType;
use tress_h2::extensions::proto::{Direction, Observe, Record};
use tress_h2::{client, server};

use crate::support::{Client, Server, content, get, ok, once};

fn server(set: impl FnOnce(&mut server::Builder)) -> Server {
    let mut builder = server::Builder::new();
    set(&mut builder);
    Server::with(&builder, (settings(), settings_ack()))
}

/// The frames that went by.
#[derive(Clone, Default)]
struct Frames(Arc<Mutex<Vec<(Direction, FrameType)>>>);

impl Observe for Frames {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame {
            direction, frame, ..
        } = record
        {
            self.0.lock().unwrap().push((direction, frame.frame_type()));
        }
    }
}

#[test]
fn an_observer_sees_each_connection_of_a_builder() {
    let (made, seen) = (Arc::new(Mutex::new(0)), Frames::default());
    let (count, frames) = (Arc::clone(&made), seen.clone());
    let mut builder = client::Builder::new();
    builder.observe(move || {
        *count.lock().unwrap() += 1;
        frames.clone()
    });
    let mut client = Client::with(&builder, (settings(), settings_ack()));
    let _held = client.request(get(), true).unwrap();
    client.said();
    let (sent, received) = (Direction::Sent, Direction::Received);
    let seen = core::mem::take(&mut *seen.0.lock().unwrap());
    for frame in [
        (sent, FrameType::SETTINGS),
        (received, FrameType::SETTINGS),
        (sent, FrameType::HEADERS),
    ] {
        assert!(seen.contains(&frame), "{frame:?} of {seen:?}");
    }
    let _other = Client::with(&builder, settings());
    assert_eq!(*made.lock().unwrap(), 2);
}

/// The streams whose content leaves, in order, where the first was asked for as the least urgent.
fn order(server: &mut Server) -> Vec<u32> {
    server.said();
    let ask = |id: u32, urgency: &str| headers(id).get("/").field("priority", urgency).end();
    let asked = [ask(1, "u=7"), ask(3, "u=0")].map(|wire| server.asks(wire));
    for (_request, mut respond) in asked {
        let mut stream = respond.send_response(ok(), false).unwrap();
        stream
            .send_data(Bytes::from_static(&[0; 30_000]), true)
            .unwrap();
    }
    let _ = server.run();
    let frames = server.pipe.frames();
    let content = frames.iter().filter(|seen| seen.kind == kind::DATA);
    content.map(|seen| seen.stream).collect()
}

#[test]
fn urgent_content_leaves_first_where_priorities_are_on() {
    let mut on = server(|builder| {
        builder.priorities();
    });
    assert_eq!(on.pipe.frames()[0].settings(), [(9, 1)]);
    assert_eq!(order(&mut on), [3, 3, 1, 1]);
    let mut off = server(|_| ());
    assert_eq!(order(&mut off), [1, 3, 1, 3], "in turn");
}

/// The credit that is granted for the connection, and for a stream.
fn granted(frames: &[Seen], stream: u32) -> (u32, u32) {
    let of = |stream| {
        let frames = frames.iter().filter(|seen| seen.stream == stream);
        frames.filter_map(Seen::increment).sum()
    };
    (of(0), of(stream))
}

#[test]
fn the_connections_credit_returns_on_receipt_where_that_is_asked_for() {
    let mut server = server(|builder| {
        builder.credit_on_receipt();
    });
    let frames = server.pipe.frames();
    assert_eq!(frames[0].settings(), [(3, 100)], "a limit is announced");
    // A hundred windows of streams are what all may hold.
    assert_eq!(granted(&frames, 0).0, 99 * 65_535);
    let (request, _respond) = server.asks(headers(1).post("/"));
    let piece = data(1, vec![0; 16_000]).octets();
    // Nobody takes it, and the connection's window is open again for others, again and again.
    let mut connection = 0;
    for id in (3..).step_by(2).take(99) {
        let other = data(id, vec![0; 16_000]).octets();
        let (_request, _respond) = server.asks((headers(id).post("/"), other.repeat(4)));
        let _ = server.run();
        connection += granted(&server.pipe.frames(), id).0;
    }
    assert!(connection > 5_000_000, "{connection}");
    assert!(server.says(piece.repeat(4)).is_pending());
    let (_, of_stream) = granted(&server.pipe.frames(), 1);
    assert_eq!(of_stream, 0, "the stream's is not");
    assert_eq!(content(&mut request.into_body()).0.len(), 64_000);
    let _ = server.run();
    let (_, of_stream) = granted(&server.pipe.frames(), 1);
    assert_eq!(of_stream, 64_000, "it is when its content is taken");
}

#[test]
fn credit_on_receipt_keeps_to_the_limit_on_streams_that_is_set() {
    let mut server = server(|builder| {
        builder.credit_on_receipt().max_concurrent_streams(7);
    });
    assert_eq!(server.pipe.frames()[0].settings(), [(3, 7)]);
    assert_eq!(server.connection.max_concurrent_recv_streams(), 7);
    server.connection.set_target_window_size(1 << 20);
    assert!(server.said().is_empty(), "the window follows from the rest");
    let mut builder = server::Builder::new();
    builder
        .credit_on_receipt()
        .max_concurrent_streams(100_000)
        .initial_window_size(1 << 20);
    let pipe = crate::support::Pipe::default();
    let made = once(builder.handshake::<_, Bytes>(pipe));
    let error = crate::support::ready(made).unwrap_err();
    assert!(error.to_string().contains("the largest window"), "{error}");
}

/// Lets the client upload for some round trips, all of which is taken; returns what was granted beyond
/// what was sent, and whether it was asked for its PINGs.
fn uploaded(server: &mut Server) -> (u32, bool) {
    server.said();
    let (request, _respond) = server.asks(headers(1).post("/"));
    let mut body = request.into_body();
    let (mut window, mut has_pinged, mut asked) = (65_535_u32, false, None);
    for _ in 0..24 {
        let frames = (window / 16_384).min(64);
        let _ = server.says(data(1, vec![0; 16_384]).octets().repeat(frames as usize));
        window -= frames * 16_384;
        let taken = content(&mut body).0.len();
        body.flow_control().release_capacity(taken).unwrap();
        let _ = server.run();
        let said = server.pipe.frames();
        window += granted(&said, 1).1;
        // What was taken since it was asked is what a round trip takes.
        if let Some(payload) = asked.take() {
            let _ = server.says(ping(payload).ack());
        }
        if let Some(seen) = said.iter().find(|seen| seen.kind == kind::PING) {
            has_pinged = true;
            asked = Some(seen.payload[..].try_into().unwrap());
        }
        std::thread::sleep(core::time::Duration::from_millis(1));
    }
    (window, has_pinged)
}

#[test]
fn windows_grow_where_that_is_asked_for() {
    let grows = |builder: &mut server::Builder| {
        builder.initial_connection_window_size(64 << 20);
    };
    let (window, has_pinged) = uploaded(&mut server(|builder| {
        grows(builder);
        builder.window_growth(1 << 20);
    }));
    assert!(window > 200_000 && has_pinged, "{window} {has_pinged}");
    let (window, has_pinged) = uploaded(&mut server(grows));
    assert!(window <= 65_535 && !has_pinged, "{window}");
}

#[test]
fn statistics_say_what_a_connection_did_and_what_held_it_up() {
    let mut server = server(|_| ());
    server.said();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    let mut stream = respond.send_response(ok(), false).unwrap();
    // More than the windows hold.
    stream
        .send_data(Bytes::from_static(&[0; 70_000]), true)
        .unwrap();
    server.said();
    let stats = server.connection.stats().unwrap();
    assert_eq!(
        (stats.streams_opened_peer, stats.streams_active_peer),
        (1, 1)
    );
    // SETTINGS, their acknowledgment, HEADERS.
    assert_eq!(stats.frames_received, 3);
    // Both windows are shut, of which the stream's own counts.
    assert_eq!(stats.stalls.stream_window.count, 1, "{:?}", stats.stalls);
    let mut client = Client::new();
    let _held = client.get();
    client.said();
    for stats in [
        client.connection.stats().unwrap(),
        client.requests.as_ref().unwrap().stats().unwrap(),
    ] {
        assert_eq!(
            (stats.streams_opened_local, stats.streams_active_local),
            (1, 1)
        );
        assert!(stats.octets_sent > 24 && stats.octets_received > 0);
    }
}
