//! What the public API does not show: how often a frame looks its stream up.

use alloc::vec;
use alloc::vec::Vec;

use bytes::Bytes;
use frame::StreamId;
use runtime::{ReadOperation, Runtime};
use testkit::{Wire, continuation, data, headers, settings, settings_ack, window_update, written};

use super::Connection;
use crate::config::Config;
use crate::limits::Limits;
use crate::message::{Request, Response};
use crate::role::{Client, Role, Server};

/// How many look-ups it takes to hear this.
#[track_caller]
fn heard<R: Role>(connection: &mut Connection<R>, wire: impl Wire) -> u32 {
    let octets = wire.octets();
    connection.core.store.take_lookups();
    assert_eq!(connection.read(&octets), octets.len());
    let count = connection.core.store.take_lookups();
    assert!(!connection.is_closed() && !connection.is_going_away());
    count
}

/// How many look-ups it takes to let all that is queued leave.
fn said<R: Role>(connection: &mut Connection<R>) -> u32 {
    connection.core.store.take_lookups();
    written(connection);
    connection.core.store.take_lookups()
}

fn server() -> Connection<Server> {
    let mut server = Connection::<Server>::new(Config::default());
    heard(
        &mut server,
        (testkit::PREFACE.to_vec(), settings(), settings_ack()),
    );
    written(&mut server);
    server
}

fn client() -> (Connection<Client>, StreamId) {
    let mut client = Connection::<Client>::new(Config::default());
    heard(&mut client, (settings(), settings_ack()));
    written(&mut client);
    let id = client
        .request(Request::new("POST", "http", "a.example", "/"))
        .unwrap();
    (client, id)
}

fn request() -> testkit::Frame<testkit::Headers> {
    headers(1).post("/")
}

/// How many increments of nothing much a server takes from a client.
fn small_increments(server: &mut Connection<Server>) -> usize {
    let small = window_update(0, 1).octets();
    let all = (0..1_000_000).take_while(|_| {
        server.read(&small);
        server.next_read_operation() != ReadOperation::Close
    });
    all.count()
}

#[test]
fn a_frame_without_content_pays_for_no_increment() {
    let limits = Limits::server().suspicious_frames(1, 0);
    let config = Config::default().limits(limits).unwrap();
    let [with, without] = [true, false].map(|is_ended| {
        let mut server = Connection::<Server>::new(config.clone());
        heard(
            &mut server,
            (testkit::PREFACE.to_vec(), settings(), settings_ack()),
        );
        heard(&mut server, request());
        let id = StreamId::from_wire(1);
        server
            .stream_mut(id)
            .unwrap()
            .respond(Response::new(200))
            .unwrap();
        written(&mut server);
        if is_ended {
            server.stream_mut(id).unwrap().end().unwrap();
            let frames = testkit::frames(&written(&mut server));
            assert!(frames[0].is_end() && frames[0].payload.is_empty());
        }
        small_increments(&mut server)
    });
    assert!(without < 100, "{without}");
    assert_eq!(with, without);
}

#[test]
fn headers_that_open_a_stream_look_for_it_once() {
    assert_eq!(heard(&mut server(), request()), 1);
    assert_eq!(heard(&mut server(), request().end()), 1);
}

#[test]
fn headers_that_continue_a_message_look_for_the_stream_once() {
    let (mut client, _) = client();
    written(&mut client);
    let informational = headers(1).status(103);
    assert_eq!(heard(&mut client, informational), 1);
    assert_eq!(heard(&mut client, headers(1).status(200)), 1);
    let trailers = headers(1).trailers().field("a", "b");
    assert_eq!(heard(&mut client, trailers), 1);
}

#[test]
fn each_frame_of_a_field_block_looks_for_the_stream_once() {
    let (mut client, _) = client();
    written(&mut client);
    let begun = headers(1).status(200).no_end_headers();
    assert_eq!(heard(&mut client, begun), 1);
    assert_eq!(heard(&mut client, continuation(1)), 1);
}

#[test]
fn data_look_for_their_stream_once() {
    let mut server = server();
    heard(&mut server, request());
    assert_eq!(heard(&mut server, data(1, "content")), 1);
    assert_eq!(heard(&mut server, data(1, "padded").padded(100)), 1);
    assert_eq!(heard(&mut server, data(1, vec![0; 16_384])), 1);
    assert_eq!(heard(&mut server, data(1, "").end()), 1);
}

#[test]
fn data_that_end_a_stream_for_good_look_for_it_once() {
    let (mut client, id) = client();
    client.stream_mut(id).unwrap().end().unwrap();
    written(&mut client);
    heard(&mut client, headers(1).status(200));
    assert_eq!(heard(&mut client, data(1, "content").end()), 1);
    assert!(client.stream(id).unwrap().state().is_closed());
}

#[test]
fn what_leaves_looks_for_its_stream_once_a_turn() {
    let (mut client, id) = client();
    assert_eq!(said(&mut client), 1, "HEADERS that open it");
    let send = |client: &mut Connection<Client>, content: Vec<u8>| {
        let mut stream = client.stream_mut(id).unwrap();
        stream.send_data(Bytes::from(content)).unwrap();
    };
    send(&mut client, vec![0; 5000]);
    assert_eq!(said(&mut client), 1, "DATA");
    send(&mut client, vec![0; 40_000]);
    assert_eq!(said(&mut client), 3, "three DATA");
    let mut server = server();
    heard(&mut server, request().end());
    let mut stream = server.stream_mut(id).unwrap();
    stream.respond(Response::new(200)).unwrap();
    stream.send_data(Bytes::from_static(b"content")).unwrap();
    stream.end().unwrap();
    assert_eq!(said(&mut server), 1, "HEADERS and DATA of one turn");
}

/// What lies in every connection and in every stream is weighed: each field more is so for all of them.
#[test]
#[cfg(target_pointer_width = "64")]
fn a_connection_and_a_stream_are_as_small_as_they_were() {
    let connection = size_of::<Connection<Server>>();
    assert!(connection <= 3352, "a connection: {connection} octets");
    let stream = crate::stream::Store::slot_octets();
    assert!(stream <= 208, "a stream: {stream} octets");
}
