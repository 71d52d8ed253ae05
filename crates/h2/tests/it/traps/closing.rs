//! Traps 9, 14 and 22: how a connection begins and ends.

use core::task::Poll;

use testkit::{PREFACE, code, data, goaway, headers, ping, settings, settings_ack};
use tress_h2::{Reason, client, server};

use crate::support::{Client, Pipe, Server, content, get, ok, once, poll, ready};

#[test]
fn trap_9_a_clients_handshake_writes_the_preface_and_nothing_else() {
    let pipe = Pipe::default();
    let mut handshake = Box::pin(client::handshake(pipe.clone()));
    pipe.take_only(10);
    assert!(once(handshake.as_mut()).is_pending());
    pipe.take_only(1000);
    let (_requests, mut connection) = ready(once(handshake.as_mut())).unwrap();
    assert_eq!(pipe.octets(), PREFACE);
    assert!(once(&mut connection).is_pending());
    assert_eq!(pipe.said(), ["SETTINGS stream 0"]);
}

#[test]
fn trap_9_a_servers_handshake_writes_settings_and_then_reads_the_preface() {
    let pipe = Pipe::default();
    let mut handshake = Box::pin(server::handshake(pipe.clone()));
    assert!(once(handshake.as_mut()).is_pending());
    assert_eq!(
        pipe.said(),
        ["SETTINGS stream 0"],
        "before anything has come"
    );
    let (first, rest) = PREFACE.split_at(10);
    pipe.say(testkit::raw(first));
    assert!(once(handshake.as_mut()).is_pending());
    pipe.say((testkit::raw(rest), settings(), headers(1).get("/").end()));
    let mut connection = ready(once(handshake.as_mut())).unwrap();
    let (request, _) = ready(poll(|cx| connection.poll_accept(cx)))
        .unwrap()
        .unwrap();
    assert_eq!(request.uri(), "https://a/");
}

#[test]
fn trap_9_a_preface_that_is_none_or_not_whole_fails_the_handshake() {
    let pipe = Pipe::default();
    pipe.say(testkit::raw(b"GET / HTTP/1.1\r\n"));
    let error = ready(once(server::handshake(pipe))).unwrap_err();
    assert_eq!(error.reason(), Some(Reason::PROTOCOL_ERROR));
    assert!(error.is_library() && error.is_go_away());
    let pipe = Pipe::default();
    pipe.say(testkit::raw(&PREFACE[..5]));
    pipe.eof();
    let error = ready(once(server::handshake(pipe))).unwrap_err();
    assert_eq!(
        error.get_io().unwrap().kind(),
        std::io::ErrorKind::UnexpectedEof
    );
}

#[test]
fn trap_14_a_goaway_ends_only_what_is_above_it_and_no_more_requests_are_made() {
    let mut client = Client::new();
    let (one, _stream) = client.get();
    let (two, _other) = client.get();
    client.said();
    let _ = client.says(goaway(1, code::NO_ERROR));
    let error = ready(once(two)).unwrap_err();
    assert!(error.is_go_away() && error.is_remote());
    assert_eq!(error.reason(), Some(Reason::NO_ERROR));
    let requests = client.requests.as_mut().unwrap();
    let error = ready(poll(|cx| requests.poll_ready(cx))).unwrap_err();
    assert!(error.is_go_away() && error.reason() == Some(Reason::NO_ERROR));
    let error = requests.send_request(get(), true).unwrap_err();
    assert!(error.is_go_away());
    let _ = client.says((headers(1).status(200), data(1, "whole").end()));
    let mut body = ready(once(one)).unwrap().into_body();
    assert_eq!(content(&mut body).0, b"whole");
    assert!(matches!(client.run(), Poll::Ready(Ok(()))));
}

#[test]
fn trap_14_the_peers_own_streams_survive_its_goaway() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    let _ = server.says(goaway(0, code::NO_ERROR));
    server.said();
    respond.send_response(ok(), true).unwrap();
    let said = server.said();
    assert!(
        said[0].starts_with("HEADERS stream 1 END_STREAM"),
        "{said:?}"
    );
}

#[test]
fn trap_22_an_abrupt_shutdown_ends_well_for_whoever_drives_and_not_for_streams() {
    let mut server = Server::new();
    let (request, mut respond) = server.asks(headers(1).post("/"));
    server.said();
    server.connection.abrupt_shutdown(Reason::INTERNAL_ERROR);
    assert!(matches!(server.run(), Poll::Ready(Ok(()))));
    assert_eq!(
        server.pipe.said(),
        ["GOAWAY stream 0 last 1 INTERNAL_ERROR \"\""]
    );
    let (_, end) = content(&mut request.into_body());
    let error = end.unwrap().unwrap_err();
    assert!(error.is_go_away() && !error.is_library() && !error.is_remote());
    assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR));
    assert_eq!(
        ready(poll(|cx| respond.poll_reset(cx))).unwrap(),
        Reason::INTERNAL_ERROR
    );
}

/// RFC 9112 §9.6: a system that closes over octets which nobody read resets the connection.
#[test]
fn what_still_comes_when_a_connection_ends_is_read_for_nobody() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    server.connection.graceful_shutdown();
    server.said();
    respond.send_response(ok(), true).unwrap();
    let shutdown = [0x0b, 0x7b, 0xa2, 0xf0, 0x8b, 0x9b, 0xfe, 0x54];
    server
        .pipe
        .say((ping(shutdown).ack(), settings(), settings()));
    server.pipe.say(testkit::raw(&[0; 200_000]));
    assert!(matches!(server.run(), Poll::Ready(Ok(()))));
    assert_eq!(server.pipe.left(), 0);
}

#[test]
fn trap_22_a_graceful_shutdown_may_come_at_once_and_again_and_has_two_phases() {
    let mut server = Server::with(&server::Builder::new(), (settings(), settings_ack()));
    server.said();
    server.connection.graceful_shutdown();
    server.connection.graceful_shutdown();
    let said = server.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(said[0], "GOAWAY stream 0 last 2147483647 NO_ERROR \"\"");
    assert!(said[1].starts_with("PING stream 0"), "{said:?}");
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    let shutdown = [0x0b, 0x7b, 0xa2, 0xf0, 0x8b, 0x9b, 0xfe, 0x54];
    let _ = server.says(ping(shutdown).ack());
    assert_eq!(server.said(), ["GOAWAY stream 0 last 1 NO_ERROR \"\""]);
    respond.send_response(ok(), true).unwrap();
    assert!(matches!(server.run(), Poll::Ready(Ok(()))));
    assert!(server.pipe.is_closed());
}
