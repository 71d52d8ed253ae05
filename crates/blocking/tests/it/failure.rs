//! What handlers and their answers get wrong is reported once, to whoever runs the server.

use alloc::sync::Arc;
use std::sync::Mutex;

use tress_blocking::{Error, ErrorCode, Exchange, FailureKind, Response};

use crate::world::{World, bind, eventually, get, post, start};

/// What was told.
type Reported = Arc<Mutex<Vec<(FailureKind, String)>>>;

fn handle(exchange: Exchange) -> Result<(), Error> {
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
            body.send("hello")?;
            body.finish()
        }
        b"/silent" => Ok(()),
        b"/cut" => exchange.respond(Response::new(200)).map(drop),
        b"/panic" => panic!("planned"),
        b"/slow" => {
            // The client says nothing more.
            let mut body = exchange.body;
            body.data().map(drop)
        }
        _ => exchange.reply(Response::new(204).field("X-Fine", "yes"), ""),
    }
}

fn world(told: &Reported) -> World {
    let told = Arc::clone(told);
    let server = bind().on_error(move |failure| {
        told.lock()
            .unwrap()
            .push((failure.kind(), failure.to_string()));
    });
    start(server, |server| server.serve(handle))
}

#[test]
fn everything_that_a_handler_or_its_answer_gets_wrong_is_reported_once() {
    let told = Reported::default();
    let world = world(&told);
    let client = world.client();
    let cases = [
        ("/error", FailureKind::Handler, "no database"),
        ("/status", FailureKind::Response, "malformed"),
        ("/field", FailureKind::Response, "malformed"),
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
        let reply = client.fetch(get(path));
        let failed = match reply {
            Ok(reply) => reply.body.bytes(100).unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(failed.reason(), Some(ErrorCode::INTERNAL_ERROR), "{path}");
        eventually("it is told", || !told.lock().unwrap().is_empty());
        let (told_kind, line) = told.lock().unwrap().remove(0);
        assert_eq!(told_kind, kind, "{path}");
        let start = format!("GET {path} (stream {}): ", 2 * index + 1);
        assert!(line.starts_with(&start) && line.contains(words), "{line}");
    }
    client.fetch(get("/fine")).unwrap();
    client.close().unwrap();
    world.stop();
    assert!(told.lock().unwrap().is_empty(), "{told:?}");
}

#[test]
fn what_follows_from_the_clients_doing_is_not_told() {
    let told = Reported::default();
    let world = world(&told);
    let client = world.client();
    let pending = client.send(post("/slow")).unwrap();
    client.ping().unwrap();
    drop(pending);
    client.ping().unwrap();
    let pending = client.send(post("/slow")).unwrap();
    client.ping().unwrap();
    client.abort();
    drop(pending);
    world.stop();
    assert!(told.lock().unwrap().is_empty(), "{told:?}");
}
