//! What bodies say about themselves, and how fast they go.

use core::time::Duration;

use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::time::timeout;
use tress_async::http::{Method, Request, Response};
use tress_async::proto::Connection;
use tress_async::{
    Bytes, Client, Config, Incoming, Response as Answer, Trailers, serve_connection,
    trailers_from_http,
};

use super::{BoxError, Frame, all, data, echo, fed, full, pair, request, service, trailers};
use crate::pipe::pipe;
use crate::world::{in_time, post};

#[tokio::test]
async fn a_body_knows_how_much_is_left_of_it() {
    let mut pair = pair(service(|request: Request<Incoming>| async move {
        assert_eq!(request.headers()["content-length"], "10");
        let mut body = request.into_body();
        assert_eq!(body.size_hint().exact(), Some(10));
        let mut seen = 0;
        while let Some(frame) = body.frame().await {
            seen += frame?.into_data().unwrap().len() as u64;
            assert_eq!(body.size_hint().exact(), Some(10 - seen));
        }
        assert!(body.is_end_stream());
        Ok::<_, BoxError>(Response::new(full("0123456789abcdef")))
    }));
    let response = in_time(pair.client.send(request("POST", "/", full("0123456789")))).await;
    let response = response.unwrap();
    assert_eq!(response.headers()["content-length"], "16");
    let mut body = response.into_body();
    assert_eq!(body.size_hint().exact(), Some(16));
    assert!(!body.is_end_stream());
    let (content, _) = all(&mut body).await;
    assert_eq!(content, "0123456789abcdef");
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
    pair.stop().await;
}

#[tokio::test]
async fn a_length_that_is_not_known_is_not_said_and_none_is_said_of_get() {
    let mut pair = pair(service(|request: Request<Incoming>| async move {
        let length = request.headers().get("content-length").cloned();
        let is_end = request.body().is_end_stream();
        let hint = request.body().size_hint().exact();
        let said = format!("{length:?} {is_end} {hint:?}");
        // A body of its own length would be known.
        let (feeder, body) = fed();
        feeder.send(Ok(Frame::data(said.into()))).unwrap();
        Ok::<_, BoxError>(Response::new(body))
    }));
    let (feeder, body) = fed();
    feeder.send(data("x")).unwrap();
    drop(feeder);
    let response = in_time(pair.client.send(request("POST", "/", body)))
        .await
        .unwrap();
    assert!(!response.headers().contains_key("content-length"));
    assert_eq!(response.body().size_hint().exact(), None);
    assert_eq!(all(response.into_body()).await.0, "None false None");
    for (method, expected) in [
        (Method::GET, "None true Some(0)"),
        (Method::POST, "Some(\"0\") true Some(0)"),
    ] {
        let sent = pair.client.send(request(method.as_str(), "/", full("")));
        let response = in_time(sent).await.unwrap();
        assert_eq!(all(response.into_body()).await.0, expected);
    }
    pair.stop().await;
}

#[tokio::test]
async fn trailers_alone_and_behind_content_arrive() {
    let mut pair = pair(service(echo));
    for content in [None, Some("content")] {
        let (feeder, body) = fed();
        if let Some(content) = content {
            feeder.send(data(content)).unwrap();
        }
        feeder.send(trailers("checksum", "42")).unwrap();
        let response = in_time(pair.client.send(request("POST", "/", body))).await;
        let (seen, trailers) = all(response.unwrap().into_body()).await;
        assert_eq!(seen, content.unwrap_or_default());
        assert_eq!(trailers.unwrap()["checksum"], "42");
    }
    pair.stop().await;
}

#[tokio::test]
async fn content_that_nobody_takes_stops_who_makes_it() {
    let (kept, mut keep) = tokio::sync::mpsc::unbounded_channel();
    let mut pair = pair(service(move |request: Request<Incoming>| {
        kept.send(request.into_body()).unwrap();
        async { Ok::<_, BoxError>(Response::new(full(""))) }
    }));
    let (feeder, frames) = tokio::sync::mpsc::channel(1);
    struct Slow(tokio::sync::mpsc::Receiver<Bytes>);
    impl http_body::Body for Slow {
        type Data = Bytes;
        type Error = BoxError;
        fn poll_frame(
            mut self: core::pin::Pin<&mut Self>,
            cx: &mut core::task::Context<'_>,
        ) -> core::task::Poll<Option<Result<Frame, BoxError>>> {
            let frame = self.0.poll_recv(cx);
            frame.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
        }
    }
    let response = in_time(pair.client.send(request("POST", "/", Slow(frames))))
        .await
        .unwrap();
    let body = in_time(keep.recv()).await.unwrap();
    let piece = Bytes::from_static(&[8; 16_384]);
    let mut sent: u64 = 0;
    while timeout(Duration::from_millis(100), feeder.send(piece.clone()))
        .await
        .is_ok()
    {
        sent += 16_384;
    }
    // A window of 64 KiB, a send buffer of 128 KiB and what is over its edge, one piece in the
    // channel.
    assert!((200_000..=240_000).contains(&sent), "{sent}");
    drop(feeder);
    let (content, _) = all(body).await;
    assert_eq!(content.len() as u64, sent);
    drop(response);
    pair.stop().await;
}

#[tokio::test]
async fn bodies_of_the_native_client_and_server_are_bodies_too() {
    let (near, far) = pipe();
    let serving = serve_connection(Connection::new(Config::default()), far, |exchange| async {
        let (content, trailers) = all(Incoming::from(exchange.body)).await;
        let trailers = trailers_from_http(&trailers.unwrap_or_default());
        exchange
            .responder
            .reply_with_trailers(Answer::new(200), content, trailers)
    });
    let serving = tokio::spawn(serving);
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver);
    let (mut send, pending) = client.send(post("/")).await.unwrap();
    send.send("content").await.unwrap();
    send.finish_with_trailers(Trailers::new().field("sum", "7"))
        .unwrap();
    let body = Incoming::from(in_time(pending).await.unwrap().body);
    assert_eq!(body.size_hint().exact(), None);
    let (content, trailers) = all(body).await;
    assert_eq!(content, "content");
    assert_eq!(trailers.unwrap()["sum"], "7");
    in_time(client.close()).await.unwrap();
    in_time(serving).await.unwrap().unwrap();
}
