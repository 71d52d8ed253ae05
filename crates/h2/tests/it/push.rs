//! Responses that a server promises before they are asked for (RFC 9113 §8.4).

use core::task::Poll;

use bytes::Bytes;
use futures_core::Stream as _;
use http::Request;
use testkit::{block, data, headers, push_promise, settings, settings_ack};
use tress_h2::{Reason, client};

use crate::support::{Client, Server, content, ok, once, poll, ready};

#[test]
fn a_server_promises_and_answers() {
    let mut server = Server::new();
    let (_request, mut respond) = server.asks(headers(1).get("/").end());
    server.said();
    let promise = Request::get("https://a/style").body(()).unwrap();
    let mut pushed = respond.push_request(promise).unwrap();
    assert_eq!(pushed.stream_id().as_u32(), 2);
    let mut stream = pushed.send_response(ok(), false).unwrap();
    stream
        .send_data(Bytes::from_static(b"pushed"), true)
        .unwrap();
    respond.send_response(ok(), true).unwrap();
    let said = server.said();
    let at = |start: &str| {
        said.iter()
            .position(|said| said.starts_with(start))
            .unwrap()
    };
    assert!(
        at("PUSH_PROMISE stream 1") < at("HEADERS stream 2"),
        "{said:?}"
    );
    assert!(at("HEADERS stream 2") < at("DATA stream 2 END_STREAM \"pushed\""));
    assert!(poll(|cx| pushed.poll_reset(cx)).is_pending());
    let unsafe_ = Request::post("https://a/style").body(()).unwrap();
    let (_request, mut respond) = server.asks(headers(3).get("/").end());
    let error = respond.push_request(unsafe_).unwrap_err();
    assert_eq!(error.to_string(), "user error: malformed headers");
    let promise = || Request::get("https://a/style").body(()).unwrap();
    let mut pushed = respond.push_request(promise()).unwrap();
    server.said();
    pushed.send_reset(Reason::CANCEL);
    assert_eq!(server.said(), ["RST_STREAM stream 4 CANCEL"]);
    let _ = server.says(settings().set(2, 0));
    let error = respond.push_request(promise()).unwrap_err();
    let text = "user error: sending PUSH_PROMISE to peer who disabled server push";
    assert_eq!(error.to_string(), text);
}

/// A client whose first request is answered with a promise.
fn promised() -> (Client, client::ResponseFuture) {
    let mut client = Client::new();
    let (response, _stream) = client.get();
    client.said();
    let fields = block().request("GET", "/style");
    let _ = client.says(push_promise(1, 2).block(&fields));
    (client, response)
}

#[test]
fn a_client_takes_promises_and_their_answers() {
    let (mut client, mut response) = promised();
    let mut promises = response.push_promises();
    let promise = ready(once(promises.push_promise())).unwrap().unwrap();
    assert_eq!(promise.request().uri(), "https://a/style");
    let (_request, mut pushed) = promise.into_parts();
    assert_eq!(pushed.stream_id().as_u32(), 2);
    assert!(once(&mut pushed).is_pending());
    assert!(poll(|cx| promises.poll_push_promise(cx)).is_pending());
    let _ = client.says((headers(2).status(200), data(2, "pushed").end()));
    let answer = ready(once(&mut pushed)).unwrap();
    assert_eq!(content(&mut answer.into_body()).0, b"pushed");
    let waiting = crate::support::Task::new();
    assert!(
        waiting
            .poll(|cx| promises.poll_push_promise(cx))
            .is_pending()
    );
    let _ = client.says(headers(1).status(200).end());
    assert_eq!(waiting.woken(), 1);
    let next = waiting.poll(|cx| core::pin::Pin::new(&mut promises).poll_next(cx));
    assert!(matches!(next, Poll::Ready(None)), "no more will come");
    assert!(ready(once(response)).is_ok());
}

#[test]
fn promises_that_nobody_takes_are_reset() {
    let (mut client, response) = promised();
    assert!(client.said().is_empty());
    drop(response);
    let said = client.said();
    assert!(
        said.contains(&"RST_STREAM stream 1 CANCEL".to_owned()),
        "{said:?}"
    );
    assert!(
        said.contains(&"RST_STREAM stream 2 CANCEL".to_owned()),
        "{said:?}"
    );
    let mut builder = client::Builder::new();
    let mut client = Client::with(builder.enable_push(false), (settings(), settings_ack()));
    let _response = client.get();
    client.said();
    let fields = block().request("GET", "/style");
    let ended = client.says(push_promise(1, 2).block(&fields));
    assert_eq!(
        ready(ended).unwrap_err().reason(),
        Some(Reason::PROTOCOL_ERROR)
    );
}

#[test]
#[should_panic(expected = "the promises of a response are taken once")]
fn promises_are_taken_once() {
    let (_client, mut response) = promised();
    let _promises = response.push_promises();
    let _again = response.push_promises();
}
