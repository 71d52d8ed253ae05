//! Traps 13 and 16: errors, and when a message is over.

use core::error::Error as _;
use core::task::Poll;
use std::io;

use testkit::{code, data, goaway, headers, rst_stream, settings, settings_ack, window_update};
use tress_h2::{Error, Reason, client, server};

use crate::support::{Client, Server, content, once, ready};

#[test]
fn trap_13_an_error_of_the_transport_is_copied_by_its_kind_and_its_text() {
    let mut client = Client::new();
    let (one, _s) = client.get();
    let (two, _t) = client.get();
    client.said();
    client
        .pipe
        .fail(io::Error::new(io::ErrorKind::TimedOut, "my own words"));
    let driven = ready(client.run()).unwrap_err();
    for error in [
        ready(once(one)).unwrap_err(),
        ready(once(two)).unwrap_err(),
        driven,
    ] {
        assert!(error.is_io() && error.reason().is_none());
        assert_eq!(error.get_io().unwrap().kind(), io::ErrorKind::TimedOut);
        assert_eq!(error.to_string(), "my own words");
        assert!(error.source().is_none(), "the list of sources is empty");
        assert_eq!(error.into_io().unwrap().kind(), io::ErrorKind::TimedOut);
    }
}

#[test]
fn trap_13_the_end_of_the_transport_is_a_broken_pipe_for_streams_that_run_and_for_nobody_else() {
    let mut client = Client::new();
    let (response, _s) = client.get();
    client.said();
    client.pipe.eof();
    assert!(matches!(client.run(), Poll::Ready(Ok(()))));
    let error = ready(once(response)).unwrap_err();
    assert_eq!(error.get_io().unwrap().kind(), io::ErrorKind::BrokenPipe);
    let mut server = Server::new();
    server.said();
    server.pipe.fail(io::ErrorKind::UnexpectedEof.into());
    assert!(
        matches!(server.run(), Poll::Ready(Ok(()))),
        "no close_notify from a quiet client"
    );
}

#[test]
fn trap_13_texts_have_the_shapes_that_programs_look_for() {
    let mut client = Client::new();
    let (one, _s) = client.get();
    let (two, _t) = client.get();
    client.said();
    let _ = client.says(rst_stream(1, code::REFUSED_STREAM));
    let error = ready(once(one)).unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        "Error { kind: Reset(StreamId(1), REFUSED_STREAM, Remote) }"
    );
    assert!(error.to_string().starts_with("stream error received: "));
    assert!(error.is_reset() && error.is_remote());
    let said = goaway(1, code::ENHANCE_YOUR_CALM).debug("slow down");
    let _ = client.says(said);
    let error = ready(once(two)).unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        "Error { kind: GoAway(b\"slow down\", ENHANCE_YOUR_CALM, Remote) }"
    );
    assert!(error.to_string().ends_with(" (b\"slow down\")"), "{error}");
    let error = Error::from(Reason::HTTP_1_1_REQUIRED);
    assert_eq!(
        format!("{error:?}"),
        "Error { kind: Reason(HTTP_1_1_REQUIRED) }"
    );
    assert!(error.to_string().starts_with("protocol error: "));
    assert!(!error.is_remote() && !error.is_library() && !error.is_go_away());
}

#[test]
fn trap_13_what_the_peer_broke_is_ours_to_say() {
    let mut client = Client::new();
    let (response, _s) = client.get();
    client.said();
    let _ = client.says(headers(1).field(":status", "200").field("Upper", "case"));
    let error = ready(once(response)).unwrap_err();
    assert!(error.is_reset() && error.is_library());
    assert_eq!(error.reason(), Some(Reason::PROTOCOL_ERROR));
    let (response, _s) = client.get();
    client.said();
    let error = ready(client.says(window_update(0, 0))).unwrap_err();
    assert!(error.is_go_away() && error.is_library());
    assert_eq!(
        format!("{error:?}"),
        "Error { kind: GoAway(b\"\", PROTOCOL_ERROR, Library) }"
    );
    assert_eq!(
        ready(once(response)).unwrap_err().reason(),
        Some(Reason::PROTOCOL_ERROR)
    );
}

#[test]
fn trap_13_a_goaway_with_an_error_is_how_the_connection_ends() {
    let mut client = Client::with(&client::Builder::new(), (settings(), settings_ack()));
    let error = ready(client.says(goaway(0, code::PROTOCOL_ERROR))).unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        "Error { kind: GoAway(b\"\", PROTOCOL_ERROR, Remote) }"
    );
    let mut server = Server::with(&server::Builder::new(), (settings(), settings_ack()));
    let error = ready(server.says(goaway(0, code::PROTOCOL_ERROR))).unwrap_err();
    assert!(error.is_remote());
}

#[test]
fn trap_16_a_message_that_failed_has_not_ended() {
    let mut server = Server::new();
    let (request, _respond) = server.asks((headers(1).post("/"), data(1, "first")));
    let mut body = request.into_body();
    assert!(!body.is_end_stream());
    let _ = server.says((data(1, "then"), rst_stream(1, code::CANCEL)));
    let (came, end) = content(&mut body);
    assert_eq!(came, b"firstthen", "what came before the reset still comes");
    assert_eq!(end.unwrap().unwrap_err().reason(), Some(Reason::CANCEL));
    assert!(!body.is_end_stream());
    let (request, _respond) = server.asks(headers(3).get("/").end());
    assert!(request.body().is_end_stream());
    let (request, _respond) =
        server.asks((headers(5).post("/"), headers(5).field("t", "1").trailers()));
    assert!(!request.body().is_end_stream(), "trailers are left");
}
