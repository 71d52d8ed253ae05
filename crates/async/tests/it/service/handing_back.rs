//! Requests that come back when they were not sent.

use testkit::{code, goaway, headers, kind, settings, settings_ack};
use tress_async::proto::Connection;
use tress_async::{Client, Config, HttpClient};

use super::{fed, full, request};
use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::in_time;

/// A client whose server is the test.
async fn against_peer() -> (
    HttpClient,
    Peer,
    tokio::task::JoinHandle<Result<(), tress_async::Error>>,
) {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let driver = tokio::spawn(driver);
    let mut peer = Peer::new(far);
    peer.write((settings(), settings_ack())).await;
    (HttpClient::new(client), peer, driver)
}

#[tokio::test]
async fn a_request_that_is_refused_at_once_comes_back_whole() {
    let (mut client, mut peer, driver) = against_peer().await;
    peer.write(goaway(0, code::NO_ERROR)).await;
    in_time(driver).await.unwrap().unwrap();
    let (feeder, body) = fed();
    let mut request = request("POST", "/elsewhere", body);
    request.extensions_mut().insert("kept");
    let mut error = in_time(client.try_send(request)).await.unwrap_err();
    assert!(error.error().is_retryable(), "{error}");
    let mut back = error.take_request().unwrap();
    assert_eq!(back.uri().path(), "/elsewhere");
    assert_eq!(back.extensions_mut().remove(), Some("kept"));
    assert!(!back.headers().contains_key("content-length"));
    assert!(!feeder.is_closed());
    assert!(error.take_request().is_none());
    // Readiness says so beforehand.
    let ready = in_time(core::future::poll_fn(|cx| client.poll_ready(cx))).await;
    assert!(ready.is_err());
}

#[tokio::test]
async fn a_request_that_a_goaway_leaves_out_comes_back_if_its_body_is_whole() {
    let (mut client, mut peer, _driver) = against_peer().await;
    let bodyless = client.try_send(request("GET", "/again", full("")));
    let with_body = client.try_send(request("POST", "/gone", full("content")));
    peer.read_to(kind::HEADERS).await;
    peer.read_to(kind::HEADERS).await;
    peer.write(goaway(0, code::NO_ERROR)).await;
    let mut error = in_time(bodyless).await.unwrap_err();
    assert!(error.error().is_go_away());
    assert_eq!(error.take_request().unwrap().uri().path(), "/again");
    let mut error = in_time(with_body).await.unwrap_err();
    assert!(error.error().is_retryable());
    assert!(error.take_request().is_none(), "its content was taken");
}

#[tokio::test]
async fn a_request_that_cannot_be_said_comes_back() {
    let (mut client, _peer, _driver) = against_peer().await;
    let misplaced = |request: &mut tress_async::http::Request<_>| {
        let protocol = tress_async::Protocol::from_static("websocket");
        request.extensions_mut().insert(protocol);
    };
    let mut request = request("GET", "/", full(""));
    misplaced(&mut request);
    let mut error = in_time(client.try_send(request)).await.unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        "the request failed: the message could not be converted: `:protocol` goes with the method CONNECT only (RFC 8441 §4)"
    );
    assert!(!error.error().is_retryable());
    assert!(error.take_request().is_some());
}

#[tokio::test]
async fn a_request_that_the_server_has_seen_does_not_come_back() {
    let (mut client, mut peer, _driver) = against_peer().await;
    let sent = client.try_send(request("GET", "/", full("")));
    peer.read_to(kind::HEADERS).await;
    peer.write(testkit::rst_stream(1, code::INTERNAL_ERROR))
        .await;
    let mut error = in_time(sent).await.unwrap_err();
    assert!(error.take_request().is_none());
    assert!(!error.into_error().is_retryable());
    let sent = client.try_send(request("GET", "/", full("")));
    peer.read_to(kind::HEADERS).await;
    peer.write(headers(3).status(204).end()).await;
    assert_eq!(in_time(sent).await.unwrap().status(), 204);
}
