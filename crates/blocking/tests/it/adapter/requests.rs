//! What the client's end sends, and what becomes of it.

use testkit::{block, code, data, headers, kind};
use tress_blocking::Error;
use tress_blocking::http::Body;
use tress_blocking::http::types::{HeaderMap, HeaderValue, Response, Version, uri::Scheme};

use super::{exchange, get, post, text, value, world};
use crate::wire::client;

#[test]
fn a_request_arrives_as_it_was_sent() {
    let world = world(|request| {
        assert_eq!(request.version(), Version::HTTP_2);
        let line = format!("{} {}", request.method(), request.uri());
        let length = value(request.headers(), "content-length").map(str::to_owned);
        Ok(Response::new(format!(
            "{line} {length:?} {}",
            text(request.into_body())
        )))
    });
    let client = world.client();
    let (_, answer) = exchange(&client, post("/a?b=c").body("content").unwrap());
    assert_eq!(answer, "POST http://localhost/a?b=c Some(\"7\") content");
    let (_, answer) = exchange(&client, get("/").body("").unwrap());
    assert_eq!(answer, "GET http://localhost/ None ");
    client.close().unwrap();
    world.stop();
}

#[test]
fn the_scheme_of_a_uri_without_one_is_an_extension() {
    let world = world(|request| Ok(Response::new(request.uri().to_string())));
    let client = world.client();
    let request = || tress_blocking::http::types::Request::get("/").header("host", "a");
    let (_, uri) = exchange(&client, request().body("").unwrap());
    assert_eq!(uri, "http://a/");
    let (_, uri) = exchange(
        &client,
        request().extension(Scheme::HTTPS).body("").unwrap(),
    );
    assert_eq!(uri, "https://a/");
    client.close().unwrap();
    world.stop();
}

#[test]
fn trailers_go_both_ways() {
    let world = world(|request| {
        let mut body = request.into_body();
        let content = body.collect(100)?;
        let trailers = body.trailers()?.unwrap_or_default();
        Ok(Response::new(Body::from(content).with_trailers(trailers)))
    });
    let client = world.client();
    let mut trailers = HeaderMap::new();
    trailers.insert("sum", HeaderValue::from_static("1"));
    trailers.append("sum", HeaderValue::from_static("2"));
    let body = Body::from("abc").with_trailers(trailers.clone());
    let (mut response, text) = exchange(&client, post("/").body(body).unwrap());
    assert_eq!(text, "abc");
    assert_eq!(response.body_mut().trailers().unwrap(), Some(trailers));
    drop(response);
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_batch_of_requests_is_answered_in_any_order() {
    let world = world(|request| Ok(Response::new(request.uri().path().to_owned())));
    let client = world.client();
    let batch = client.batch();
    let mut pending: Vec<_> = (0..20)
        .map(|number| {
            batch
                .begin(get(&format!("/{number}")).body("").unwrap())
                .unwrap()
        })
        .collect();
    drop(batch);
    for number in (0..20).rev() {
        let response = pending.pop().unwrap().wait().unwrap();
        assert_eq!(text(response.into_body()), format!("/{number}"));
    }
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_response_that_is_dropped_cancels_its_stream_at_once() {
    let (client, mut peer) = client();
    let pending = client.begin(get("/").body("").unwrap()).unwrap();
    peer.read_to(kind::HEADERS);
    peer.write((headers(1).block(&block().status(200)), data(1, "some")));
    let mut response = pending.wait().unwrap();
    assert_eq!(response.body_mut().data().unwrap().unwrap(), "some");
    drop(response);
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!((reset.stream, reset.code()), (1, Some(code::CANCEL)));
    drop(client.begin(get("/").body("").unwrap()).unwrap());
    let reset = peer.read_to(kind::RST_STREAM);
    assert_eq!((reset.stream, reset.code()), (3, Some(code::CANCEL)));
}

#[test]
fn content_that_fails_to_be_read_is_the_error_of_the_response() {
    let world = world(|request| {
        let mut body = request.into_body();
        while body.data()?.is_some() {}
        Ok(Response::new(""))
    });
    let client = world.client();
    let broken = || -> Result<(), Error> { Err(std::io::Error::other("the disk is gone").into()) };
    let body = Body::from_writer(move |out| {
        out.send("half")?;
        broken()
    });
    let error = client.request(post("/").body(body).unwrap()).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        "reading or writing failed: the disk is gone"
    );
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_request_that_cannot_be_converted_says_why() {
    let (client, _peer) = client();
    let request = get("/").extension(tress_blocking::http::Protocol::from_static("x"));
    let error = client.request(request.body("").unwrap()).unwrap_err();
    let source = core::error::Error::source(&error).unwrap();
    let source: &tress_blocking::http::ConvertError = source.downcast_ref().unwrap();
    assert_eq!(source.field(), Some(":protocol"));
    assert_eq!(error.blame(), tress_blocking::Blame::Local);
}

#[test]
fn a_server_that_wants_no_more_content_is_no_failure() {
    // It answers and asks for no more (RFC 9113 §8.1) while the request is being sent.
    let world = world(|_| Ok(Response::new("enough")));
    let client = world.client();
    let endless = || Body::from_reader(std::io::repeat(0));
    for _ in 0..3 {
        let (_, text) = exchange(&client, post("/").body(endless()).unwrap());
        assert_eq!(text, "enough");
    }
    client.close().unwrap();
    world.stop();
}
