//! What people rely on HTTP servers for (RFC 9110).

use testkit::{PREFACE, Seen, block, code, headers, kind, rst_stream, settings, settings_ack};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinHandle;
use tress_async::http::{Request, Response};
use tress_async::proto::Connection;
use tress_async::{Config, Error, HttpOptions, Incoming, serve_service_with};

use super::{BoxError, Fed, data as piece, fed, full, service, trailers};
use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::{eventually, in_time};

type Whole = Response<http_body_util::Full<tress_async::Bytes>>;

/// Answers as the path says.
async fn answer(request: Request<Incoming>) -> Result<Whole, BoxError> {
    let response = Response::builder();
    let response = match request.uri().path() {
        "/204" => response.status(204),
        "/205" => response.status(205),
        "/205/long" => response.status(205).header("content-length", "7"),
        "/304" => response.status(304).header("etag", "\"1\""),
        "/425" => {
            let early = request.headers()["early-data"].clone();
            response.status(425).header("early-data", early)
        }
        "/dated" => response.header("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        "/http1" => response
            .header("connection", "keep-alive, x-hop")
            .header("keep-alive", "timeout=5")
            .header("x-hop", "1")
            .header("transfer-encoding", "chunked")
            .header("upgrade", "h2c")
            .header("x-end", "2"),
        "/panic" => panic!("this service panics, as it should"),
        "/error" => return Err("this service fails, as it should".into()),
        _ => response,
    };
    Ok(response.body(full("content"))?)
}

async fn served(options: HttpOptions) -> (Peer, JoinHandle<Result<(), Error>>) {
    let (near, far) = pipe();
    let machine = Connection::new(Config::default());
    let serving = serve_service_with(machine, far, service(answer), options);
    let serving = tokio::spawn(serving);
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    (peer, serving)
}

async fn ask(peer: &mut Peer, id: u32, method: &str, path: &str) -> Seen {
    let request = block().request(method, path).literal("early-data", "1");
    peer.write(headers(id).block(&request).end()).await;
    peer.read_to(kind::HEADERS).await
}

fn status(head: &Seen) -> String {
    head.field(":status").unwrap()
}

#[tokio::test]
async fn no_content_follows_a_head_that_has_none() {
    let (mut peer, _serving) = served(HttpOptions::default()).await;
    let cases = [
        ("HEAD", "/", "200"),
        ("GET", "/204", "204"),
        ("POST", "/205", "205"),
        ("POST", "/205/long", "205"),
        ("GET", "/304", "304"),
    ];
    for (id, (method, path, expected)) in (1..).step_by(2).zip(cases) {
        let head = ask(&mut peer, id, method, path).await;
        assert_eq!(status(&head), expected);
        assert!(head.is_end(), "{head:?}");
        let length = head.field("content-length");
        // RFC 9110 §8.6: what GET would have, but never with 204; and 205 has none to say.
        let expected = (!path.starts_with("/20")).then(|| "7".to_owned());
        assert_eq!(length, expected, "{head:?}");
    }
    let head = ask(&mut peer, 11, "GET", "/").await;
    assert!(!head.is_end());
    assert_eq!(head.field("content-length").as_deref(), Some("7"));
    assert_eq!(peer.read_to(kind::DATA).await.content(), b"content");
}

#[tokio::test]
async fn answers_are_dated_unless_that_is_turned_off() {
    let (mut peer, _serving) = served(HttpOptions::default()).await;
    let head = ask(&mut peer, 1, "GET", "/").await;
    let date = head.field("date").unwrap();
    assert!(date.ends_with(" GMT") && date.len() == 29, "{date}");
    let head = ask(&mut peer, 3, "GET", "/dated").await;
    let date = head.field("date");
    assert_eq!(date.as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    let (mut peer, _serving) = served(HttpOptions::default().without_date()).await;
    let head = ask(&mut peer, 1, "GET", "/").await;
    assert_eq!(head.field("date"), None);
}

#[tokio::test]
async fn what_concerns_http_1_is_left_out() {
    let (mut peer, _serving) = served(HttpOptions::default()).await;
    let head = ask(&mut peer, 1, "GET", "/http1").await;
    assert_eq!(head.field("x-end").as_deref(), Some("2"));
    let names = [
        "connection",
        "keep-alive",
        "x-hop",
        "transfer-encoding",
        "upgrade",
    ];
    for name in names {
        assert_eq!(head.field(name), None, "{name}");
    }
}

#[tokio::test]
async fn early_data_and_425_pass_through() {
    let (mut peer, _serving) = served(HttpOptions::default()).await;
    let head = ask(&mut peer, 1, "GET", "/425").await;
    assert_eq!(status(&head), "425");
    assert_eq!(head.field("early-data").as_deref(), Some("1"));
}

#[tokio::test]
async fn a_service_that_fails_is_a_500_and_one_that_panics_ends_its_stream() {
    let (mut peer, serving) = served(HttpOptions::default()).await;
    let head = ask(&mut peer, 1, "GET", "/error").await;
    assert_eq!(status(&head), "500");
    assert!(head.is_end());
    let request = block().request("GET", "/panic");
    peer.write(headers(3).block(&request).end()).await;
    let reset = peer.read_to(kind::RST_STREAM).await;
    assert_eq!(reset.code(), Some(code::INTERNAL_ERROR));
    let head = ask(&mut peer, 5, "GET", "/").await;
    assert_eq!(status(&head), "200");
    drop(peer);
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_request_that_http_cannot_say_is_a_400() {
    let (mut peer, _serving) = served(HttpOptions::default()).await;
    // A path that `proto` lets pass, and a URI of `http` cannot hold.
    let head = ask(&mut peer, 1, "GET", "/<").await;
    assert_eq!(status(&head), "400");
    let head = ask(&mut peer, 3, "GET", "/").await;
    assert_eq!(status(&head), "200");
}

/// A server whose answers the test feeds, and the wire.
async fn feeding() -> (Peer, tokio::sync::mpsc::UnboundedReceiver<super::Feeder>) {
    let (near, far) = pipe();
    let (feeders, fed_by) = unbounded_channel();
    let service = service(move |_: Request<Incoming>| {
        let (feeder, body) = fed();
        feeders.send(feeder).unwrap();
        async { Ok::<Response<Fed>, BoxError>(Response::new(body)) }
    });
    let machine = Connection::new(Config::default());
    tokio::spawn(super::serve_service(machine, far, service));
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    (peer, fed_by)
}

#[tokio::test]
async fn a_body_that_fails_resets_its_stream_with_the_code_it_knows() {
    use tress_async::{ErrorCode, StreamError};
    let (mut peer, mut feeders) = feeding().await;
    let upstream = Error::from(StreamError::Reset(ErrorCode::ENHANCE_YOUR_CALM));
    let cases: [(BoxError, u32); 2] = [
        ("the disk is gone".into(), code::INTERNAL_ERROR),
        (upstream.into(), code::ENHANCE_YOUR_CALM),
    ];
    for (id, (error, expected)) in (1..).step_by(2).zip(cases) {
        peer.write(headers(id).get("/").end()).await;
        peer.read_to(kind::HEADERS).await;
        let feeder = in_time(feeders.recv()).await.unwrap();
        feeder.send(piece("half")).unwrap();
        feeder.send(Err(error)).unwrap();
        let reset = peer.read_to(kind::RST_STREAM).await;
        assert_eq!((reset.stream, reset.code()), (id, Some(expected)));
    }
}

#[tokio::test]
async fn an_answer_that_ends_with_its_head_and_one_that_ends_with_trailers() {
    let (mut peer, mut feeders) = feeding().await;
    peer.write(headers(1).get("/").end()).await;
    peer.read_to(kind::HEADERS).await;
    let feeder = in_time(feeders.recv()).await.unwrap();
    feeder.send(piece("content")).unwrap();
    feeder.send(trailers("grpc-status", "0")).unwrap();
    let content = peer.read_to(kind::DATA).await;
    assert!(!content.is_end());
    let last = peer.read_to(kind::HEADERS).await;
    assert!(last.is_end());
    assert_eq!(last.field("grpc-status").as_deref(), Some("0"));
}

/// Bodies that have something to say when they are asked for the first time, before their heads have left.
#[tokio::test]
async fn what_a_body_has_at_once_comes_behind_its_head() {
    let (near, far) = pipe();
    let service = service(|request: Request<Incoming>| async move {
        let (feeder, body) = fed();
        let frames = match request.uri().path() {
            "/pieces" => vec![piece("one"), piece("two")],
            "/unary" => vec![piece("one"), trailers("grpc-status", "0")],
            "/trailers" => vec![trailers("grpc-status", "0")],
            "/nothing" => vec![],
            _ => vec![Err("the disk is gone".into())],
        };
        frames
            .into_iter()
            .for_each(|frame| feeder.send(frame).unwrap());
        Ok::<Response<Fed>, BoxError>(Response::new(body))
    });
    let machine = Connection::new(Config::default());
    tokio::spawn(super::serve_service(machine, far, service));
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    let (head, data) = (kind::HEADERS, kind::DATA);
    let cases: [(&str, &[(u8, bool)]); 4] = [
        ("/pieces", &[(data, true)]),
        ("/unary", &[(data, false), (head, true)]),
        ("/trailers", &[(head, true)]),
        ("/nothing", &[]),
    ];
    for (id, (path, expected)) in (1..).step_by(2).zip(cases) {
        let first = ask(&mut peer, id, "GET", path).await;
        assert_eq!(status(&first), "200", "{path}");
        assert_eq!(first.is_end(), expected.is_empty(), "{path}");
        // Only of a body that is whole by then the length is known.
        let length = first.field("content-length");
        assert_eq!(length.as_deref(), expected.is_empty().then_some("0"));
        for (kind, is_end) in expected {
            let seen = peer.read_to(*kind).await;
            assert_eq!((seen.stream, seen.is_end()), (id, *is_end), "{path}");
        }
    }
    // What was not written yet goes with the stream.
    peer.write(headers(9).get("/fails").end()).await;
    let reset = peer.read_to(kind::RST_STREAM).await;
    assert_eq!(
        (reset.stream, reset.code()),
        (9, Some(code::INTERNAL_ERROR))
    );
}

#[tokio::test]
async fn a_request_that_is_canceled_drops_its_service_and_its_body() {
    let (near, far) = pipe();
    let (tell, mut told) = unbounded_channel::<()>();
    let slow = service(move |_: Request<Incoming>| {
        let tell = tell.clone();
        async move {
            tell.send(()).unwrap();
            core::future::pending::<()>().await;
            drop(tell);
            Ok::<Whole, BoxError>(Response::new(full("")))
        }
    });
    let machine = Connection::new(Config::default());
    let serving = serve_service_with(machine, far, slow, HttpOptions::default());
    tokio::spawn(serving);
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    peer.write(headers(1).get("/").end()).await;
    in_time(told.recv()).await.unwrap();
    assert_eq!(told.sender_strong_count(), 2);
    peer.write(rst_stream(1, code::CANCEL)).await;
    eventually("the future is dropped", || told.sender_strong_count() == 1).await;

    let (mut peer, mut feeders) = feeding().await;
    peer.write(headers(1).get("/").end()).await;
    peer.read_to(kind::HEADERS).await;
    let feeder = in_time(feeders.recv()).await.unwrap();
    assert!(!feeder.is_closed());
    peer.write(rst_stream(1, code::CANCEL)).await;
    eventually("the body is dropped", || feeder.is_closed()).await;
}
