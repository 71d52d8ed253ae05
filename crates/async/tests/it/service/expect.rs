//! Content that waits to be asked for (RFC 9110 §10.1.1).

use core::time::Duration;

use http_body_util::BodyExt;
use testkit::{PREFACE, block, code, data, headers, kind, settings, settings_ack};
use tokio::time::{Instant, advance, timeout};
use tress_async::compat::tokio::TokioTimer;
use tress_async::http::{Request, Response, StatusCode};
use tress_async::proto::Connection;
use tress_async::proto::bytes::Buf;
use tress_async::{Client, Config, HttpClient, Incoming, serve_service};

use super::{BoxError, all, full, pair, request, service};
use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::in_time;

fn expecting(content: &'static str) -> Request<http_body_util::Full<tress_async::Bytes>> {
    let mut request = request("POST", "/", full(content));
    let value = "100-continue".parse().unwrap();
    request.headers_mut().insert("expect", value);
    request
}

/// A client with a timer, whose server is the test.
async fn client() -> (HttpClient, Peer) {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver.with_timer(TokioTimer::new()));
    let mut peer = Peer::new(far);
    peer.write((settings(), settings_ack())).await;
    (HttpClient::new(client), peer)
}

/// A server of this service, whose client is the test.
pub(super) async fn served<S, B>(service: S) -> Peer
where
    S: tower_service::Service<Request<Incoming>, Response = Response<B>, Error = BoxError>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Data: Buf + Send,
    B::Error: Into<BoxError>,
{
    let (near, far) = pipe();
    tokio::spawn(serve_service(
        Connection::new(Config::default()),
        far,
        service,
    ));
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    peer
}

fn asks() -> testkit::Block {
    block()
        .request("POST", "/")
        .literal("expect", "100-continue")
}

#[tokio::test]
async fn the_server_asks_when_the_content_is_first_wanted() {
    let mut peer = served(service(|request: Request<Incoming>| async move {
        let content = request.into_body().collect().await?.to_bytes();
        Ok(Response::new(full(content)))
    }))
    .await;
    peer.write(headers(1).block(&asks())).await;
    let word = peer.read_to(kind::HEADERS).await;
    assert_eq!(word.field(":status").as_deref(), Some("100"));
    peer.write(data(1, "as you wish").end()).await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    assert_eq!(peer.read_to(kind::DATA).await.content(), b"as you wish");
}

#[tokio::test]
async fn the_server_does_not_ask_for_what_it_has_or_does_not_want() {
    let mut peer = served(service(|request: Request<Incoming>| async move {
        let mut status = StatusCode::EXPECTATION_FAILED;
        if request.uri().path() == "/wanted" {
            request.into_body().collect().await?;
            status = StatusCode::OK;
        }
        Ok(Response::builder().status(status).body(full("")).unwrap())
    }))
    .await;
    peer.write(headers(1).block(&asks())).await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(head.field(":status").as_deref(), Some("417"));
    let wanted = block()
        .request("POST", "/wanted")
        .literal("expect", "100-continue");
    peer.write((headers(3).block(&wanted), data(3, "here").end()))
        .await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(head.field(":status").as_deref(), Some("200"));
}

#[tokio::test]
async fn the_server_does_not_ask_after_its_answer_has_begun() {
    let (body_of, mut bodies) = tokio::sync::mpsc::unbounded_channel();
    let mut peer = served(service(move |request: Request<Incoming>| {
        body_of.send(request.into_body()).unwrap();
        async { Ok(Response::new(full("answer"))) }
    }))
    .await;
    peer.write(headers(1).block(&asks())).await;
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    assert_eq!(peer.read_to(kind::DATA).await.content(), b"answer");
    let body = in_time(bodies.recv()).await.unwrap();
    let reading = tokio::spawn(body.collect());
    tokio::time::sleep(Duration::from_millis(20)).await;
    peer.write(data(1, "late").end()).await;
    let content = in_time(reading).await.unwrap().unwrap().to_bytes();
    assert_eq!(content, "late");
    peer.write(testkit::ping(*b"anything")).await;
    peer.read_to(kind::PING).await;
    assert!(!peer.passed().contains(&kind::HEADERS));
}

#[tokio::test]
async fn the_client_sends_its_content_once_it_is_asked() {
    let (mut client, mut peer) = client().await;
    let sending = tokio::spawn(async move { client.send(expecting("content")).await });
    let head = peer.read_to(kind::HEADERS).await;
    assert!(!head.is_end());
    assert_eq!(head.field("expect").as_deref(), Some("100-continue"));
    let early = timeout(Duration::from_millis(100), peer.read_to(kind::DATA)).await;
    assert!(early.is_err(), "{early:?}");
    peer.write(headers(1).status(100)).await;
    let sent = peer.read_to(kind::DATA).await;
    assert_eq!(sent.content(), b"content");
    assert!(sent.is_end());
    peer.write(headers(1).status(204).end()).await;
    assert_eq!(in_time(sending).await.unwrap().unwrap().status(), 204);
}

#[tokio::test(start_paused = true)]
async fn the_client_sends_its_content_after_its_time_limit_by_the_clock_of_its_timer() {
    let limit = Duration::from_secs(2);
    let (client, mut peer) = client().await;
    let mut client = client.expect_limit(limit);
    // Nothing happens on the connection for long, and the day's clock does not move at all.
    advance(Duration::from_secs(3600)).await;
    let begin = Instant::now();
    let sending = tokio::spawn(async move { client.send(expecting("content")).await });
    assert_eq!(peer.read_to(kind::DATA).await.content(), b"content");
    let passed = begin.elapsed();
    assert!(
        passed >= limit && passed < limit + Duration::from_millis(10),
        "{passed:?}"
    );
    peer.write(headers(1).status(204).end()).await;
    assert_eq!(in_time(sending).await.unwrap().unwrap().status(), 204);
}

#[tokio::test]
async fn a_final_response_that_refuses_keeps_the_content_at_home() {
    let (mut client, mut peer) = client().await;
    let sending = tokio::spawn(async move {
        let response = client.send(expecting("content")).await.unwrap();
        assert_eq!(response.status(), 417);
        (client, all(response.into_body()).await.0)
    });
    peer.read_to(kind::HEADERS).await;
    peer.write((headers(1).status(417), data(1, "no, "))).await;
    peer.write(data(1, "thanks").end()).await;
    let (_client, content) = in_time(sending).await.unwrap();
    assert_eq!(content, "no, thanks");
    // The request is taken back only when all of the answer was read.
    let reset = peer.read_to(kind::RST_STREAM).await;
    assert_eq!(reset.code(), Some(code::CANCEL));
    assert!(!peer.passed().contains(&kind::DATA));
}

#[tokio::test]
async fn a_final_response_that_agrees_lets_the_content_go() {
    let (mut client, mut peer) = client().await;
    let sending = tokio::spawn(async move { client.send(expecting("content")).await });
    peer.read_to(kind::HEADERS).await;
    peer.write(headers(1).status(200)).await;
    let response = in_time(sending).await.unwrap().unwrap();
    assert_eq!(peer.read_to(kind::DATA).await.content(), b"content");
    peer.write(data(1, "got it").end()).await;
    assert_eq!(all(response.into_body()).await.0, "got it");
}

#[tokio::test]
async fn without_a_timer_the_client_does_not_wait() {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver);
    let mut peer = Peer::new(far);
    peer.write((settings(), settings_ack())).await;
    let mut client = HttpClient::new(client);
    let _sending = tokio::spawn(async move { client.send(expecting("content")).await });
    assert_eq!(peer.read_to(kind::DATA).await.content(), b"content");
}

#[tokio::test]
async fn both_ends_of_ours_agree() {
    let mut pair = pair(service(|request: Request<Incoming>| async move {
        let content = request.into_body().collect().await?.to_bytes();
        Ok::<_, BoxError>(Response::new(full(content)))
    }));
    pair.client = pair.client.expect_limit(Duration::from_secs(3600));
    let response = in_time(pair.client.send(expecting("content")))
        .await
        .unwrap();
    assert_eq!(all(response.into_body()).await.0, "content");
    pair.stop().await;
}
