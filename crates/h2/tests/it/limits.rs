//! Limits that the caller sets act as they are documented, code and scope included; one more than is
//! allowed ends the connection at once, and all that runs with it.

use core::task::Poll;

use testkit::{
    Wire, block, code, data, headers, push_promise, rst_stream, settings, settings_ack,
    window_update,
};
use tress_h2::{Error, Reason, client, server};

use crate::support::{Client, Server, content, poll, ready};

fn server(set: impl FnOnce(&mut server::Builder)) -> Server {
    let mut builder = server::Builder::new();
    set(&mut builder);
    let mut server = Server::with(&builder, (settings(), settings_ack()));
    server.said();
    server
}

/// GOAWAY is all that is said, and whoever drives the connection, and a stream, are told.
#[track_caller]
fn ended(server: &mut Server, polled: Poll<Result<(), Error>>) {
    let error = ready(polled).unwrap_err();
    assert!(error.is_go_away() && error.is_library() && !error.is_remote());
    assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM));
    let said = server.pipe.said();
    let [goaway] = &said[..] else {
        panic!("{said:?}");
    };
    assert!(goaway.starts_with("GOAWAY stream 0"), "{goaway}");
    assert!(goaway.contains("ENHANCE_YOUR_CALM"), "{goaway}");
    assert!(server.pipe.is_closed());
}

fn opened_and_reset(id: u32) -> Vec<u8> {
    (headers(id).get("/").end(), rst_stream(id, code::CANCEL)).octets()
}

#[test]
fn streams_that_are_reset_before_they_are_accepted_end_the_connection_where_that_is_set() {
    let mut server = server(|builder| {
        builder.max_pending_accept_reset_streams(2);
    });
    let (running, _respond) = server.asks(headers(1).post("/"));
    assert!(server.says(opened_and_reset(3)).is_pending());
    // One that was there to be accepted counts, too.
    assert!(server.says(headers(5).get("/").end()).is_pending());
    assert!(server.says(rst_stream(5, code::CANCEL)).is_pending());
    assert!(server.pipe.said().is_empty());
    let polled = server.says(opened_and_reset(7));
    ended(&mut server, polled);
    let (_, end) = content(&mut running.into_body());
    assert!(end.unwrap().unwrap_err().is_go_away());
}

#[test]
fn streams_that_were_accepted_count_no_more_nor_do_those_before_them() {
    let mut server = server(|builder| {
        builder.max_pending_accept_reset_streams(2);
    });
    for round in 0..50 {
        let id = 10 * round + 1;
        assert!(server.says(opened_and_reset(id)).is_pending());
        assert!(server.says(opened_and_reset(id + 2)).is_pending());
        let (request, _respond) = server.asks(headers(id + 4).get("/").end());
        // What was accepted may be reset.
        assert!(server.says(rst_stream(id + 4, code::CANCEL)).is_pending());
        drop(request);
        assert!(server.accept().is_pending());
    }
}

#[test]
fn left_alone_streams_that_are_reset_before_they_are_accepted_end_nothing() {
    let mut server = server(|_| ());
    for number in 0..1000 {
        assert!(server.says(opened_and_reset(2 * number + 1)).is_pending());
    }
    assert!(server.pipe.said().is_empty());
}

#[test]
fn promises_that_are_withdrawn_before_they_are_accepted_end_the_connection_where_that_is_set() {
    let mut builder = client::Builder::new();
    builder.max_pending_accept_reset_streams(2);
    let mut client = Client::with(&builder, (settings(), settings_ack()));
    let (mut response, _stream) = client.get();
    client.said();
    let fields = block().request("GET", "/style");
    let promise = |id| push_promise(1, id).block(&fields);
    let withdrawn = |id| (promise(id), rst_stream(id, code::CANCEL));
    let mut promises = response.push_promises();
    assert!(client.says((withdrawn(2), withdrawn(4))).is_pending());
    let first = ready(poll(|cx| promises.poll_push_promise(cx)));
    drop(first.unwrap());
    assert!(client.says(withdrawn(6)).is_pending());
    let error = ready(client.says(withdrawn(8))).unwrap_err();
    assert_eq!(error.reason(), Some(Reason::ENHANCE_YOUR_CALM));
    assert!(error.is_go_away() && error.is_library());
}

#[test]
fn small_frames_that_nobody_takes_end_the_connection_where_that_is_set() {
    let mut server = server(|builder| {
        builder.data_frame_budget(3 * 255);
    });
    let (request, _respond) = server.asks(headers(1).post("/"));
    let mut body = request.into_body();
    let wire = |count: usize| data(1, "x").octets().repeat(count);
    for _ in 0..100 {
        assert!(server.says(wire(3)).is_pending());
        assert_eq!(content(&mut body).0, b"xxx");
    }
    // Empty ones, and one that is the last of its stream, cost nothing; a long one gives back.
    assert!(server.says(wire(3)).is_pending());
    assert!(server.says(data(1, "").octets().repeat(50)).is_pending());
    let (_other, _respond) = server.asks((headers(3).post("/"), data(3, "x").end()));
    assert!(server.says(data(1, vec![0; 256 + 255])).is_pending());
    assert!(server.says(wire(1)).is_pending());
    assert!(server.pipe.said().is_empty());
    let polled = server.says(wire(1));
    ended(&mut server, polled);
}

#[test]
fn left_alone_small_frames_that_nobody_takes_end_nothing() {
    let mut server = server(|_| ());
    let (_request, _respond) = server.asks(headers(1).post("/"));
    assert!(server.says(data(1, "x").octets().repeat(1500)).is_pending());
    assert!(server.pipe.said().is_empty());
}

/// A request that ends its stream by the fault of its sender.
fn fault(id: u32) -> Vec<u8> {
    (headers(id).post("/"), window_update(id, 0)).octets()
}

#[test]
fn streams_that_had_to_be_reset_end_the_connection_where_that_is_set() {
    let mut server = server(|builder| {
        builder.max_local_error_reset_streams(Some(2));
    });
    let (running, _respond) = server.asks(headers(1).post("/"));
    assert!(server.says((fault(3), fault(5))).is_pending());
    let said = server.pipe.said();
    let resets = [
        "RST_STREAM stream 3 PROTOCOL_ERROR",
        "RST_STREAM stream 5 PROTOCOL_ERROR",
    ];
    assert_eq!(said, resets);
    let polled = server.says(fault(7));
    ended(&mut server, polled);
    let (_, end) = content(&mut running.into_body());
    assert!(end.unwrap().unwrap_err().is_go_away());
}

#[test]
fn any_number_of_streams_may_have_to_be_reset_where_that_is_set() {
    let mut server = server(|builder| {
        builder.max_local_error_reset_streams(None);
    });
    for number in 0..2000 {
        assert!(server.says(fault(2 * number + 1)).is_pending());
        assert!(!server.pipe.said().is_empty());
        while let Poll::Ready(Some(Ok(accepted))) = server.accept() {
            drop(accepted);
        }
    }
}
