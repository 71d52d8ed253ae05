//! Traps 10 to 12: what is announced, and pings.

use core::task::Poll;

use testkit::{ping, settings, settings_ack};
use tress_h2::{Ping, client, server};

use crate::support::{Client, Server, get, poll, ready};

const USER: [u8; 8] = [0x3b, 0x7c, 0xdb, 0x7a, 0x0b, 0x87, 0x16, 0xb4];

#[test]
fn trap_10_settings_without_a_limit_on_streams_lift_the_one_before_them() {
    let mut builder = client::Builder::new();
    builder.initial_max_send_streams(1);
    let mut client = Client::with(&builder, Vec::<u8>::new());
    let requests = client.requests.clone().unwrap();
    assert_eq!(requests.current_max_send_streams(), 1);
    let _one = client.get();
    let mut other = client.requests.clone().unwrap();
    let _two = other.send_request(get(), true).unwrap();
    let heads = |said: &[String]| {
        said.iter()
            .filter(|said| said.starts_with("HEADERS"))
            .count()
    };
    assert_eq!(heads(&client.said()), 1);
    let _ = client.says(settings());
    assert_eq!(requests.current_max_send_streams(), usize::MAX);
    assert_eq!(heads(&client.said()), 1, "the second leaves");
    let client = Client::with(&client::Builder::new(), Vec::<u8>::new());
    assert_eq!(
        client.requests.unwrap().current_max_send_streams(),
        usize::MAX
    );
}

#[test]
fn trap_11_no_setting_is_sent_that_was_not_asked_for() {
    let client = Client::with(&client::Builder::new(), Vec::<u8>::new());
    assert_eq!(client.pipe.frames()[0].settings(), []);
    let server = Server::with(&server::Builder::new(), settings());
    assert_eq!(server.pipe.frames()[0].settings(), []);
    let mut builder = client::Builder::new();
    builder
        .max_header_list_size(16_384)
        .max_frame_size(16_384)
        .initial_window_size(2 << 20)
        .max_concurrent_streams(0)
        .enable_push(false)
        .header_table_size(4096);
    let client = Client::with(&builder, Vec::<u8>::new());
    let all = [
        (1, 4096),
        (2, 0),
        (3, 0),
        (4, 2 << 20),
        (5, 16_384),
        (6, 16_384),
    ];
    assert_eq!(client.pipe.frames()[0].settings(), all);
    let mut builder = server::Builder::new();
    builder
        .enable_connect_protocol()
        .max_concurrent_streams(200);
    let server = Server::with(&builder, settings());
    assert_eq!(server.pipe.frames()[0].settings(), [(3, 200), (8, 1)]);
}

#[test]
fn trap_11_the_window_of_the_connection_is_granted_behind_settings() {
    let mut builder = client::Builder::new();
    builder.initial_connection_window_size(1 << 20);
    let client = Client::with(&builder, Vec::<u8>::new());
    let frames = client.pipe.frames();
    assert_eq!(frames[1].increment(), Some((1 << 20) - 65_535));
    assert_eq!(frames.len(), 2);
}

#[test]
fn trap_11_a_ping_carries_a_payload_that_is_known_and_one_is_under_way_at_a_time() {
    let mut server = Server::new();
    server.said();
    let mut pings = server.connection.ping_pong().unwrap();
    assert!(server.connection.ping_pong().is_none());
    pings.send_ping(Ping::opaque()).unwrap();
    let error = pings.send_ping(Ping::opaque()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "user error: send_ping before received previous pong"
    );
    let _ = server.run();
    let octets = server.pipe.octets();
    assert_eq!(octets[9..], USER);
    assert!(poll(|cx| pings.poll_pong(cx)).is_pending());
    let _ = server.says(ping(USER).ack());
    ready(poll(|cx| pings.poll_pong(cx))).unwrap();
    pings.send_ping(Ping::opaque()).unwrap();
    server.pipe.eof();
    let _ = server.run();
    let error = ready(poll(|cx| pings.poll_pong(cx))).unwrap_err();
    assert_eq!(
        error.get_io().unwrap().kind(),
        std::io::ErrorKind::BrokenPipe
    );
    assert!(pings.send_ping(Ping::opaque()).unwrap_err().is_io());
}

#[test]
fn trap_12_settings_change_once_those_before_are_acknowledged() {
    let mut server = Server::with(&server::Builder::new(), settings());
    let error = server
        .connection
        .set_initial_window_size(100_000)
        .unwrap_err();
    let text = "user error: sending SETTINGS before received previous ACK";
    assert_eq!(error.to_string(), text);
    let _ = server.says(settings_ack());
    server.said();
    server.connection.set_initial_window_size(100_000).unwrap();
    assert!(server.connection.set_initial_window_size(200_000).is_err());
    let _ = server.run();
    assert_eq!(server.pipe.frames()[0].settings(), [(4, 100_000)]);
    let _ = server.says(settings_ack());
    server.connection.enable_connect_protocol().unwrap();
    let _ = server.run();
    assert_eq!(server.pipe.frames()[0].settings(), [(8, 1)]);
    assert!(matches!(server.run(), Poll::Pending));
}
