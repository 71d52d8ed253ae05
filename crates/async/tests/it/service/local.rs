//! Services, and their bodies, of one thread.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use http_body_util::BodyExt;
use testkit::{PREFACE, block, code, data, headers, kind, settings, settings_ack};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::{JoinHandle, spawn_local};
use tower_service::Service;
use tress_async::compat::tokio::TokioTimer;
use tress_async::http::{Request, Response, StatusCode};
use tress_async::proto::{Connection, Server};
use tress_async::{
    Bytes, Client, Config, Error, HttpOptions, Incoming, OnTunnel, Trailers, serve_service,
    serve_service_with,
};

use super::{BoxError, Frame, trailers};
use crate::local::{all, block_on, run};
use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::{get, in_time, post};

type Log = Rc<RefCell<Vec<String>>>;

/// A body that another of this thread may add to.
#[derive(Clone, Default)]
struct Own(Rc<RefCell<VecDeque<Frame>>>);

impl Own {
    fn of(pieces: &[&'static str]) -> Self {
        let frame = |piece: &&'static str| Frame::data(Bytes::from_static(piece.as_bytes()));
        Self(Rc::new(RefCell::new(pieces.iter().map(frame).collect())))
    }

    fn with_trailers(self, name: &'static str, value: &'static str) -> Self {
        let frame = trailers(name, value).unwrap();
        self.0.borrow_mut().push_back(frame);
        self
    }
}

impl http_body::Body for Own {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame, BoxError>>> {
        Poll::Ready(self.0.borrow_mut().pop_front().map(Ok))
    }
}

/// Answers, and notes what was asked.
#[derive(Clone, Default)]
struct Noting {
    log: Log,
}

impl Service<Request<Incoming>> for Noting {
    type Response = Response<Own>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Own>, BoxError>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let line = format!("{} {}", request.method(), request.uri().path());
        self.log.borrow_mut().push(line);
        Box::pin(answer(request, Rc::clone(&self.log)))
    }
}

/// Answers by the path.
async fn answer(mut request: Request<Incoming>, log: Log) -> Result<Response<Own>, BoxError> {
    match request.uri().path() {
        "/fail" => return Err("this service fails, as it should".into()),
        "/wait" => core::future::pending().await,
        "/inform" => {
            let hints = Response::builder().status(StatusCode::EARLY_HINTS);
            request.body().inform(hints.body(())?)?;
        }
        _ => {}
    }
    if request.uri().host() == Some("untaken") {
        // To keep the content is not to take the tunnel.
        let kept = request.into_body();
        spawn_local(async move {
            let _kept = kept;
            core::future::pending::<()>().await;
        });
        return Ok(Response::new(Own::of(&["a body"])));
    }
    if let Some(on_tunnel) = request.extensions_mut().remove::<OnTunnel<Server>>() {
        spawn_local(async move {
            let mut tunnel = on_tunnel.await.unwrap();
            let mut said = String::new();
            tunnel.read_to_string(&mut said).await.unwrap();
            tunnel.write_all(said.as_bytes()).await.unwrap();
            tunnel.shutdown().await.unwrap();
        });
        return Ok(Response::new(Own::of(&["never seen"])));
    }
    let content = request.into_body().collect().await?.to_bytes();
    log.borrow_mut().push(format!("{} octets", content.len()));
    Ok(Response::new(
        Own::of(&["some ", "content"]).with_trailers("sum", "2"),
    ))
}

/// A service, and a client that is the test.
async fn served() -> (Peer, Log, JoinHandle<Result<(), Error>>) {
    let (near, far) = pipe();
    let service = Noting::default();
    let log = Rc::clone(&service.log);
    let serving = serve_service(Connection::new(Config::default()), far, service);
    let serving = spawn_local(serving.with_timer(TokioTimer::new()));
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    (peer, log, serving)
}

#[test]
fn a_service_shares_what_is_of_its_thread_with_its_bodies() {
    let (near, far) = pipe();
    let service = Noting::default();
    let log = Rc::clone(&service.log);
    let options = HttpOptions::default().without_date().with_inform();
    let machine = Connection::new(Config::default());
    let serving = serve_service_with(machine, far, service, options);
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let talk = async move {
        for _ in 0..2 {
            let mut reply = client.fetch_with(post("/"), "12345").await.unwrap();
            assert_eq!(reply.head.status(), 200);
            assert!(reply.head.field_value("date").is_none());
            let mut content = Vec::new();
            while let Some(data) = reply.body.data().await.unwrap() {
                content.extend_from_slice(&data);
            }
            assert_eq!(content, b"some content");
            let sum = Trailers::new().field("sum", "2");
            assert_eq!(reply.body.trailers(), Some(sum));
        }
        client.close().await.unwrap();
    };
    block_on(all(serving, driver, talk));
    let lines = ["POST /", "5 octets", "POST /", "5 octets"];
    assert_eq!(*log.borrow(), lines);
    assert_eq!(Rc::strong_count(&log), 1);
}

#[test]
fn a_local_service_that_fails_is_a_500_and_head_has_no_content() {
    run(async {
        let (mut peer, log, _serving) = served().await;
        peer.write(headers(1).block(&block().request("GET", "/fail")).end())
            .await;
        let failed = peer.read_to(kind::HEADERS).await;
        assert_eq!(failed.field(":status").as_deref(), Some("500"));
        assert!(failed.is_end());
        peer.write(headers(3).block(&block().request("HEAD", "/")).end())
            .await;
        let head = peer.read_to(kind::HEADERS).await;
        assert_eq!(head.field(":status").as_deref(), Some("200"));
        assert!(head.is_end());
        assert_eq!(*log.borrow(), ["GET /fail", "HEAD /", "0 octets"]);
    });
}

#[test]
fn a_local_service_informs_and_asks_for_content_when_it_wants_it() {
    run(async {
        let (mut peer, _log, _serving) = served().await;
        let asks = block()
            .request("POST", "/inform")
            .literal("expect", "100-continue");
        peer.write(headers(1).block(&asks)).await;
        for status in ["103", "100"] {
            let word = peer.read_to(kind::HEADERS).await;
            assert_eq!(word.field(":status").as_deref(), Some(status));
        }
        peer.write(data(1, "as you wish").end()).await;
        let head = peer.read_to(kind::HEADERS).await;
        assert_eq!(head.field(":status").as_deref(), Some("200"));
        assert_eq!(peer.read_to(kind::DATA).await.content(), b"some content");
    });
}

#[test]
fn a_request_that_is_canceled_drops_what_its_local_service_holds() {
    run(async {
        let (mut peer, log, _serving) = served().await;
        peer.write(headers(1).block(&block().request("GET", "/wait")).end())
            .await;
        // The service that was cloned, its clone, the future, and the test.
        crate::world::eventually("it waits", || Rc::strong_count(&log) >= 3).await;
        let before = Rc::strong_count(&log);
        peer.write(testkit::rst_stream(1, code::CANCEL)).await;
        crate::world::eventually("it is gone", || Rc::strong_count(&log) < before).await;
        peer.write(headers(3).block(&block().request("GET", "/")).end())
            .await;
        let head = peer.read_to(kind::HEADERS).await;
        assert_eq!(head.stream, 3);
    });
}

#[test]
fn a_local_service_takes_the_tunnel_or_answers_like_any_other() {
    run(async {
        let (near, far) = pipe();
        let service = Noting::default();
        let serving = serve_service(Connection::new(Config::default()), far, service);
        let serving = spawn_local(serving.with_timer(TokioTimer::new()));
        let (client, driver) = Client::new(Connection::new(Config::default()), near);
        let driver = spawn_local(driver.with_timer(TokioTimer::new()));
        let connect = tress_async::Request::connect("example.com:80");
        let answer = in_time(client.tunnel(connect)).await.unwrap();
        let mut tunnel = answer.into_tunnel().unwrap();
        tunnel.write_all(b"through").await.unwrap();
        tunnel.shutdown().await.unwrap();
        let mut heard = String::new();
        in_time(tunnel.read_to_string(&mut heard)).await.unwrap();
        assert_eq!(heard, "through");
        let untaken = tress_async::Request::connect("untaken:80");
        let answer = in_time(client.tunnel(untaken)).await.unwrap();
        let mut tunnel = answer.into_tunnel().unwrap();
        heard.clear();
        in_time(tunnel.read_to_string(&mut heard)).await.unwrap();
        assert_eq!(heard, "a body");
        tunnel.shutdown().await.unwrap();
        drop(tunnel);
        // What has no tunnel to take is none.
        let reply = in_time(client.fetch(get("/"))).await.unwrap();
        assert_eq!(
            in_time(reply.body.bytes(100)).await.unwrap(),
            "some content"
        );
        in_time(client.close()).await.unwrap();
        in_time(serving).await.unwrap().unwrap();
        in_time(driver).await.unwrap().unwrap();
    });
}
