//! Traps 5 to 8: who waits for a reset, and what becomes of streams that nobody holds.

use core::task::Poll;

use bytes::Bytes;
use testkit::{code, data, goaway, headers, rst_stream, settings, settings_ack};
use tress_h2::Reason;

use crate::support::{Client, Server, Task, content, get, ok, once, poll, ready};

#[test]
fn trap_5_who_waits_for_a_reset_before_the_response_is_told_that_it_was_sent() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    let waiting = Task::new();
    assert!(waiting.poll(|cx| respond.poll_reset(cx)).is_pending());
    let mut stream = respond.send_response(ok(), false).unwrap();
    assert_eq!(waiting.woken(), 1);
    let error = ready(poll(|cx| respond.poll_reset(cx))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "user error: poll_reset after send_response is illegal"
    );
    assert!(poll(|cx| stream.poll_reset(cx)).is_pending());
    let _ = server.says(rst_stream(1, code::CANCEL));
    assert_eq!(
        ready(poll(|cx| stream.poll_reset(cx))).unwrap(),
        Reason::CANCEL
    );
    assert_eq!(
        ready(poll(|cx| respond.poll_reset(cx))).unwrap(),
        Reason::CANCEL
    );
}

#[test]
fn trap_5_a_stream_that_ended_well_is_waited_for_without_end() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    let mut stream = respond.send_response(ok(), true).unwrap();
    server.said();
    assert!(poll(|cx| stream.poll_reset(cx)).is_pending());
    let _ = server.says(goaway(0, code::NO_ERROR));
    assert!(poll(|cx| stream.poll_reset(cx)).is_pending());
}

#[test]
fn trap_5_a_goaway_that_hits_the_stream_is_a_reset_and_a_lost_transport_an_error() {
    let mut client = Client::new();
    let (_one, mut spared) = client.post();
    let (_two, mut hit) = client.post();
    client.said();
    let _ = client.says(goaway(1, code::ENHANCE_YOUR_CALM));
    assert_eq!(
        ready(poll(|cx| hit.poll_reset(cx))).unwrap(),
        Reason::ENHANCE_YOUR_CALM
    );
    assert!(poll(|cx| spared.poll_reset(cx)).is_pending());
    client.pipe.fail(std::io::ErrorKind::ConnectionReset.into());
    let _ = client.run();
    assert!(matches!(poll(|cx| spared.poll_reset(cx)), Poll::Ready(_)));
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).post("/"));
    server.pipe.fail(std::io::ErrorKind::ConnectionReset.into());
    let _ = server.run();
    let error = ready(poll(|cx| respond.poll_reset(cx))).unwrap_err();
    assert_eq!(
        error.get_io().unwrap().kind(),
        std::io::ErrorKind::ConnectionReset
    );
}

#[test]
fn trap_6_only_the_last_handle_resets() {
    let mut client = Client::new();
    let (response, stream) = client.post();
    client.said();
    drop(stream);
    assert!(client.said().is_empty());
    let _ = client.says(headers(1).status(200));
    let mut body = ready(once(response)).unwrap().into_body();
    let credit = body.flow_control().clone();
    drop(body);
    assert!(client.said().is_empty(), "a clone of its credit is left");
    drop(credit);
    assert_eq!(client.said(), ["RST_STREAM stream 1 CANCEL"]);
}

#[test]
fn trap_6_a_server_whose_response_is_whole_asks_to_be_spared_the_rest_without_an_error() {
    let mut server = Server::new();
    let (request, mut respond) = server.asks(headers(1).post("/"));
    let stream = respond.send_response(ok(), true).unwrap();
    drop((stream, respond));
    assert!(
        server.said()[1..]
            .iter()
            .all(|said| !said.starts_with("RST")),
        "the request is held"
    );
    drop(request);
    assert_eq!(server.said(), ["RST_STREAM stream 1 NO_ERROR"]);
    let (request, mut respond) = server.asks(headers(3).post("/"));
    let mut stream = respond.send_response(ok(), false).unwrap();
    stream
        .send_data(Bytes::from_static(b"some"), false)
        .unwrap();
    drop((request, respond, stream));
    let said = server.said();
    assert!(
        said[0].starts_with("HEADERS stream 3"),
        "what is queued leaves: {said:?}"
    );
    assert_eq!(
        said[1..],
        ["DATA stream 3 \"some\"", "RST_STREAM stream 3 CANCEL"]
    );
    drop(server.asks(headers(5).post("/")));
    assert_eq!(server.said(), ["RST_STREAM stream 5 CANCEL"]);
}

#[test]
fn trap_7_a_body_that_is_dropped_returns_its_credit_and_the_response_goes_on() {
    let mut server = Server::new();
    let piece = || data(1, vec![0; 16_000]);
    let (request, mut respond) = server.asks((headers(1).post("/"), piece(), piece(), piece()));
    server.said();
    let mut stream = respond.send_response(ok(), false).unwrap();
    drop(request);
    let granted = |server: &mut Server| -> u32 {
        let _ = server.run();
        let frames = server.pipe.frames();
        let updates = frames.iter().filter(|seen| seen.stream == 0);
        updates.filter_map(testkit::Seen::increment).sum()
    };
    assert_eq!(granted(&mut server), 48_000);
    let _ = server.says((piece(), piece(), piece()));
    assert_eq!(
        granted(&mut server),
        48_000,
        "what comes later is dropped and credited"
    );
    stream
        .send_data(Bytes::from_static(b"all the same"), true)
        .unwrap();
    assert_eq!(server.said(), ["DATA stream 1 END_STREAM \"all the same\""]);
}

#[test]
fn trap_8_a_client_ends_when_the_last_handle_is_gone_those_of_finished_streams_included() {
    let mut client = Client::new();
    client.said();
    let (response, stream) = client.get();
    client.said();
    let _ = client.says((headers(1).status(200), data(1, "all").end()));
    let mut body = ready(once(response)).unwrap().into_body();
    assert_eq!(content(&mut body).0, b"all");
    client.requests = None;
    drop(stream);
    let ping = client.connection.ping_pong();
    assert!(client.run().is_pending(), "the body is held");
    let woken = client.task.woken();
    drop(body);
    assert!(
        client.task.woken() > woken,
        "the driver is woken by the last"
    );
    assert!(matches!(client.run(), Poll::Ready(Ok(()))));
    assert_eq!(client.pipe.said(), ["GOAWAY stream 0 last 0 NO_ERROR \"\""]);
    assert!(client.pipe.is_closed());
    assert!(ping.is_some(), "what sends pings does not keep it alive");
}

#[test]
fn trap_8_the_last_stream_that_ends_in_a_poll_ends_the_connection_in_that_poll() {
    let mut client = Client::new();
    client.said();
    let (response, stream) = client.get();
    client.requests = None;
    drop((response, stream));
    assert!(matches!(client.run(), Poll::Ready(Ok(()))));
    let said = client.pipe.said();
    assert_eq!(said.last().unwrap(), "GOAWAY stream 0 last 0 NO_ERROR \"\"");
    let mut client = Client::with(
        &tress_h2::client::Builder::new(),
        (settings(), settings_ack()),
    );
    let (mut response, _) = client.request(get(), true).unwrap();
    assert!(once(&mut response).is_pending());
}
