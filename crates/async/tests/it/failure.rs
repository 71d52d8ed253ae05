//! What handlers and their answers get wrong is reported once, to whoever runs the server.

use alloc::sync::Arc;
use std::sync::Mutex;

use tress_async::{Error, ErrorCode, Exchange, FailureKind, Response};

use crate::world::{World, bind, eventually, get, in_time, start};

/// What was told.
type Reported = Arc<Mutex<Vec<(FailureKind, String)>>>;

async fn handle(exchange: Exchange) -> Result<(), Error> {
    match exchange.request.path().unwrap() {
        b"/error" => Err(Error::content("no database".into())),
        b"/status" => {
            let _ = exchange.reply(Response::new(99), "");
            Ok(())
        }
        b"/field" => exchange.reply(Response::new(200).field("connection", "close"), ""),
        b"/length" => exchange.reply(Response::new(200).with_content_length(9), "hello"),
        b"/short" => {
            let response = Response::new(200).with_content_length(9);
            let mut body = exchange.respond(response)?;
            body.send("hello").await?;
            body.finish()
        }
        b"/silent" => Ok(()),
        b"/cut" => exchange.respond(Response::new(200)).map(drop),
        b"/panic" => panic!("planned"),
        b"/slow" => {
            let mut responder = exchange.responder;
            Err(responder.canceled().await)
        }
        _ => exchange.reply(Response::new(204).field("X-Fine", "yes"), ""),
    }
}

async fn world(told: &Reported) -> World {
    let told = Arc::clone(told);
    let server = bind().await.on_error(move |failure| {
        told.lock()
            .unwrap()
            .push((failure.kind(), failure.to_string()));
    });
    start(server, |server| server.serve(handle))
}

#[tokio::test]
async fn everything_that_a_handler_or_its_answer_gets_wrong_is_reported_once() {
    let told = Reported::default();
    let world = world(&told).await;
    let client = world.client().await;
    let cases = [
        ("/error", FailureKind::Handler, "no database"),
        ("/status", FailureKind::Response, "malformed"),
        (
            "/field",
            FailureKind::Response,
            "for the field `connection`: the message is malformed",
        ),
        ("/length", FailureKind::Response, "malformed"),
        ("/short", FailureKind::Response, "malformed"),
        (
            "/silent",
            FailureKind::Unfinished,
            "before its answer was whole",
        ),
        (
            "/cut",
            FailureKind::Unfinished,
            "before its answer was whole",
        ),
        ("/panic", FailureKind::Panic, "panicked"),
    ];
    for (index, (path, kind, words)) in cases.into_iter().enumerate() {
        let reply = in_time(client.fetch(get(path))).await;
        let failed = match reply {
            Ok(reply) => in_time(reply.body.bytes(100)).await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(failed.reason(), Some(ErrorCode::INTERNAL_ERROR), "{path}");
        eventually("it is told", || !told.lock().unwrap().is_empty()).await;
        let (told_kind, line) = told.lock().unwrap().remove(0);
        assert_eq!(told_kind, kind, "{path}");
        let start = format!("GET {path} (stream {}): ", 2 * index + 1);
        assert!(line.starts_with(&start) && line.contains(words), "{line}");
    }
    in_time(client.fetch(get("/fine"))).await.unwrap();
    in_time(client.close()).await.unwrap();
    world.stop().await;
    assert!(told.lock().unwrap().is_empty(), "{told:?}");
}

#[tokio::test]
async fn what_follows_from_the_clients_doing_is_not_told() {
    let told = Reported::default();
    let world = world(&told).await;
    let client = world.client().await;
    let pending = in_time(client.send_whole(get("/slow"), "")).await.unwrap();
    in_time(client.ping()).await.unwrap();
    drop(pending);
    in_time(client.ping()).await.unwrap();
    let pending = in_time(client.send_whole(get("/slow"), "")).await.unwrap();
    in_time(client.ping()).await.unwrap();
    client.abort();
    drop(pending);
    world.stop().await;
    assert!(told.lock().unwrap().is_empty(), "{told:?}");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_dropped_and_answered_for() {
    use core::time::Duration;

    let told = Reported::default();
    let (kept, hears) = (Arc::new(()), Arc::clone(&told));
    let held = Arc::clone(&kept);
    let server = bind().await.exchange_limit(Duration::from_millis(30));
    let server = server.on_error(move |failure| {
        hears
            .lock()
            .unwrap()
            .push((failure.kind(), failure.to_string()));
    });
    let world = start(server, move |server| {
        server.serve(move |exchange: Exchange| {
            let held = Arc::clone(&held);
            async move {
                let _held = held;
                if exchange.request.path() == Some(b"/begun") {
                    let _body = exchange.respond(Response::new(200))?;
                    return core::future::pending().await;
                }
                let _exchange = exchange;
                core::future::pending().await
            }
        })
    });
    let client = world.client().await;
    // RFC 9110 §15.6.4.
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    assert_eq!(reply.head.status(), 503);
    let reply = in_time(client.fetch(get("/begun"))).await.unwrap();
    let error = in_time(reply.body.bytes(100)).await.unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::CANCEL));
    in_time(client.close()).await.unwrap();
    world.stop().await;
    let kinds: Vec<_> = told.lock().unwrap().iter().map(|told| told.0).collect();
    assert_eq!(kinds, [FailureKind::Timeout; 2]);
    assert_eq!(Arc::strong_count(&kept), 1);
}
