//! What both ends have, at the end that other tests leave out.

use core::time::Duration;

use bytes::Bytes;
use testkit::{Wire, data, headers, ping, rst_stream, settings, settings_ack, window_update};
use tress_h2::ext::Protocol;
use tress_h2::{Ping, Reason, client, server};

use crate::support::{Client, Pipe, Server, granted_in_all, ok, once, poll, ready, set_client};

#[test]
fn every_handle_knows_its_stream() {
    let mut server = Server::new();
    let _ = server.asks(headers(1).get("/").end());
    let (request, mut respond) = server.asks(headers(3).post("/"));
    let stream = respond.send_response(ok(), false).unwrap();
    let mut body = request.into_body();
    let credit = body.flow_control().clone();
    let ids = [
        stream.stream_id(),
        respond.stream_id(),
        body.stream_id(),
        credit.stream_id(),
    ];
    assert_eq!(ids.map(|id| id.as_u32()), [3; 4]);
    let mut client = Client::new();
    let _first = client.get();
    let (response, _stream) = client.get();
    assert_eq!(response.stream_id().as_u32(), 3);
}

#[test]
fn a_request_is_waited_for() {
    let mut server = Server::new();
    assert!(once(server.connection.accept()).is_pending());
    server.pipe.say(headers(1).get("/").end());
    let (request, _respond) = ready(once(server.connection.accept())).unwrap().unwrap();
    assert_eq!(request.uri(), "https://a/");
    server.pipe.eof();
    drop((request, _respond));
    assert!(ready(once(server.connection.accept())).is_none());
}

#[test]
fn requests_that_came_together_are_taken_in_their_order() {
    let mut server = Server::new();
    server.pipe.say((
        headers(1).get("/1").end(),
        headers(3).get("/3").end(),
        headers(5).get("/5").end(),
    ));
    let mut taken = Vec::new();
    while let core::task::Poll::Ready(Some(Ok((request, _)))) =
        poll(|cx| server.connection.poll_accept(cx))
    {
        taken.push(request.uri().path().to_owned());
    }
    assert_eq!(taken, ["/1", "/3", "/5"]);
    server.pipe.say(headers(7).get("/7").end());
    let next = ready(poll(|cx| server.connection.poll_accept(cx)));
    assert_eq!(next.unwrap().unwrap().0.uri().path(), "/7");
}

#[test]
fn a_reset_of_either_handle_is_said_with_its_code() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).post("/"));
    let (_other, mut other) = server.asks(headers(3).post("/"));
    server.said();
    let mut stream = respond.send_response(ok(), false).unwrap();
    server.said();
    stream.send_reset(Reason::INTERNAL_ERROR);
    assert_eq!(server.said(), ["RST_STREAM stream 1 INTERNAL_ERROR"]);
    other.send_reset(Reason::REFUSED_STREAM);
    assert_eq!(server.said(), ["RST_STREAM stream 3 REFUSED_STREAM"]);
}

#[test]
fn a_promise_that_the_client_resets_is_told_to_who_answers_it() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    let promise = http::Request::get("https://a/style").body(()).unwrap();
    let mut pushed = respond.push_request(promise).unwrap();
    server.said();
    assert!(poll(|cx| pushed.poll_reset(cx)).is_pending());
    let _ = server.says(rst_stream(2, Reason::CANCEL.into()));
    assert_eq!(
        ready(poll(|cx| pushed.poll_reset(cx))).unwrap(),
        Reason::CANCEL
    );
}

#[test]
fn a_clients_ping_is_answered() {
    let mut client = Client::new();
    client.said();
    let mut pings = client.connection.ping_pong().unwrap();
    assert!(client.connection.ping_pong().is_none());
    pings.send_ping(Ping::opaque()).unwrap();
    let _ = client.run();
    let payload = client.pipe.frames()[0].payload.clone();
    let _ = client.says(ping(payload.try_into().unwrap()).ack());
    ready(poll(|cx| pings.poll_pong(cx))).unwrap();
}

#[test]
fn a_client_changes_its_windows_and_knows_both_limits() {
    let mut client = set_client(|builder| {
        builder.max_concurrent_streams(5);
    });
    client.said();
    let _held = client.get();
    client.said();
    client.connection.set_target_window_size(300_000);
    let _ = client.run();
    assert_eq!(granted_in_all(&client.pipe.frames()), 300_000 - 65_535);
    client.connection.set_initial_window_size(100_000).unwrap();
    assert!(client.connection.set_initial_window_size(1).is_err());
    let _ = client.run();
    assert_eq!(client.pipe.frames()[0].settings(), [(4, 100_000)]);
    assert_eq!(client.connection.max_concurrent_recv_streams(), 5);
    let _ = client.says(settings().set(3, 9));
    assert_eq!(client.connection.max_concurrent_send_streams(), 9);
}

#[test]
fn a_server_announces_what_was_set_and_knows_both_limits() {
    let mut builder = server::Builder::new();
    builder
        .header_table_size(8192)
        .max_concurrent_streams(3)
        .initial_window_size(1 << 20)
        .max_frame_size(20_000)
        .max_header_list_size(9000)
        .initial_connection_window_size(2 << 20);
    let server = Server::with(&builder, settings().set(3, 4));
    let frames = server.pipe.frames();
    let all = [(1, 8192), (3, 3), (4, 1 << 20), (5, 20_000), (6, 9000)];
    assert_eq!(frames[0].settings(), all);
    assert_eq!(granted_in_all(&frames), (2 << 20) - 65_535);
    assert_eq!(server.connection.max_concurrent_recv_streams(), 3);
    assert_eq!(server.connection.max_concurrent_send_streams(), 4);
}

#[test]
fn a_servers_stream_is_offered_no_more_than_its_buffer_holds() {
    let mut builder = server::Builder::new();
    let mut server = Server::with(
        builder.max_send_buffer_size(40),
        (settings(), settings_ack()),
    );
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    let mut stream = respond.send_response(ok(), false).unwrap();
    stream.reserve_capacity(1000);
    assert_eq!(stream.capacity(), 40);
}

#[test]
fn small_frames_that_no_client_takes_end_its_connection_where_that_is_set() {
    let mut client = set_client(|builder| {
        builder.data_frame_budget(3 * 255);
    });
    let (_response, _stream) = client.get();
    client.said();
    let _ = client.says(headers(1).status(200));
    assert!(client.says(data(1, "x").octets().repeat(3)).is_pending());
    let error = ready(client.says(data(1, "x"))).unwrap_err();
    assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM));
}

#[test]
fn streams_that_a_client_had_to_reset_end_its_connection_where_that_is_set() {
    let mut client = set_client(|builder| {
        builder.max_local_error_reset_streams(Some(1));
    });
    let _held: Vec<_> = (0..2).map(|_| client.get()).collect();
    client.said();
    let _ = client.says(window_update(1, 0));
    assert_eq!(client.said(), ["RST_STREAM stream 1 PROTOCOL_ERROR"]);
    let error = ready(client.says(window_update(3, 0))).unwrap_err();
    assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM));
}

#[test]
fn a_builders_handshake_has_the_content_that_is_asked_for() {
    let pipe = Pipe::default();
    let mut builder = client::Builder::new();
    let builder = builder.reset_stream_duration(Duration::from_secs(1));
    let made = ready(once(builder.handshake::<_, Bytes>(pipe.clone())));
    let (_requests, mut connection) = made.unwrap();
    assert!(once(&mut connection).is_pending());
    assert!(pipe.octets().starts_with(b"PRI * HTTP/2.0\r\n"));
}

#[test]
fn a_protocol_is_its_name() {
    const KNOWN: Protocol = Protocol::from_static("connect-udp");
    assert_eq!(KNOWN.as_str(), "connect-udp");
    assert_eq!(KNOWN, Protocol::from("connect-udp"));
    assert_eq!(KNOWN.as_ref(), b"connect-udp");
}
