//! Informational responses of a service (RFC 9110 §15.2).

use alloc::sync::Arc;
use std::sync::Mutex;

use axum::body::Body;
use axum::routing::get;
use axum::{Extension, Router};
use testkit::{PREFACE, block, headers, kind, settings, settings_ack};
use tokio::sync::oneshot;
use tress_async::http::{Request, Response};
use tress_async::proto::Connection;
use tress_async::{
    Config, HttpOptions, Incoming, Inform, Informational, UserError, serve_service_with,
};

use super::{BoxError, fed, full, pair, request, service};
use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::in_time;

fn hints() -> Response<()> {
    let hints = Response::builder().status(103);
    hints.header("link", "</style.css>").body(()).unwrap()
}

/// Says whether the error tells that the final response has been sent.
fn is_late(error: &tress_async::Error) -> bool {
    let source = core::error::Error::source(error).unwrap();
    let source = source.downcast_ref::<UserError>();
    matches!(
        source,
        Some(UserError::OutOfOrder | UserError::StreamClosed)
    )
}

#[tokio::test]
async fn a_service_sends_hints_ahead_of_its_answer() {
    let mut pair = pair(service(|request: Request<Incoming>| async move {
        request.body().inform(hints())?;
        let last = Response::builder().status(200).body(()).unwrap();
        assert!(request.body().inform(last).is_err(), "200 is final");
        Ok::<_, BoxError>(Response::new(full("page")))
    }));
    let sent = pair.client.send(request("GET", "/", full("")));
    let response = in_time(sent).await.unwrap();
    assert_eq!(response.status(), 200);
    let informational = response.extensions().get::<Informational>().unwrap();
    let [early] = informational.0.as_slice() else {
        panic!("{informational:?}")
    };
    assert_eq!(early.status(), 103);
    assert_eq!(early.headers()["link"], "</style.css>");
    // What is no request has nobody to inform.
    let error = response.body().inform(hints()).unwrap_err();
    assert!(is_late(&error), "{error:?}");
    assert!(Incoming::default().inform(hints()).is_err());
    pair.stop().await;
}

/// A server of this router that has been asked once, and whose client is the test.
async fn served(app: Router, options: HttpOptions) -> Peer {
    let (near, far) = pipe();
    let machine = Connection::new(Config::default());
    tokio::spawn(serve_service_with(machine, far, app, options));
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    peer.write(headers(1).block(&block().request("GET", "/")).end())
        .await;
    peer
}

#[tokio::test]
async fn a_handler_of_axums_informs_by_an_extension_and_not_after_the_final_head() {
    let (give, taken) = oneshot::channel();
    let give = Arc::new(Mutex::new(Some(give)));
    let handler = move |Extension(inform): Extension<Inform>| async move {
        inform.inform(hints()).unwrap();
        let give = give.lock().unwrap().take().unwrap();
        let (feeder, body) = fed();
        give.send((inform, feeder)).ok();
        Body::new(body)
    };
    let app = Router::new().route("/", get(handler));
    let mut peer = served(app, HttpOptions::default().with_inform()).await;
    let early = peer.read_to(kind::HEADERS).await;
    assert_eq!(early.field(":status").as_deref(), Some("103"));
    assert_eq!(early.field("link").as_deref(), Some("</style.css>"));
    let head = peer.read_to(kind::HEADERS).await;
    assert_eq!(head.field(":status").as_deref(), Some("200"));
    let (inform, _feeder) = taken.await.unwrap();
    let error = inform.inform(hints()).unwrap_err();
    assert!(is_late(&error), "{error:?}");
    // Nothing of it was sent: the next answer comes first.
    peer.write(headers(3).block(&block().request("GET", "/nowhere")).end())
        .await;
    let next = peer.read_to(kind::HEADERS).await;
    assert_eq!(
        (next.stream, next.field(":status").as_deref()),
        (3, Some("404"))
    );
    drop(peer);
    // Its stream is over, and it keeps nothing of it.
    crate::world::eventually("the stream has ended", || {
        let error = inform.inform(hints()).unwrap_err();
        !is_late(&error)
    })
    .await;
}

#[tokio::test]
async fn a_request_has_no_extension_that_nobody_asked_for() {
    let handler = |request: Request<Body>| async move { request.extensions().len().to_string() };
    let app = Router::new().route("/", get(handler));
    let plain = app.clone();
    let mut counts = Vec::new();
    for (app, options) in [
        (plain, HttpOptions::default()),
        (app, HttpOptions::default().with_inform()),
    ] {
        let mut peer = served(app, options).await;
        let content = peer.read_to(kind::DATA).await.content().to_vec();
        counts.push(
            String::from_utf8(content)
                .unwrap()
                .parse::<usize>()
                .unwrap(),
        );
    }
    assert_eq!(
        counts.first().map(|count| count + 1),
        counts.last().copied()
    );
}
