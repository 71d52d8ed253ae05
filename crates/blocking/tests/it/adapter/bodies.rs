//! Bodies of every kind, on this end and across.

use std::io::{Read, Write};

use tress_blocking::http::Body;
use tress_blocking::http::types::{HeaderMap, HeaderValue, Response};
use tress_blocking::{Bytes, UserError};

use super::{exchange, get, post, text, value, world};

fn kinds() -> Vec<Body> {
    vec![
        "content".into(),
        "content".to_owned().into(),
        b"content"[..].into(),
        b"content".to_vec().into(),
        Bytes::from_static(b"content").into(),
        Body::from_reader(&b"content"[..]),
        Body::from_sized_reader(&b"content"[..], 7),
        Body::from_writer(|out| {
            out.send("con")?;
            Ok(write!(out, "tent")?)
        }),
    ]
}

#[test]
fn every_kind_can_be_read_on_its_own_end() {
    for mut body in kinds() {
        assert_eq!(body.collect(7).unwrap(), "content");
        assert!(body.is_ended() && body.data().unwrap().is_none());
    }
    for body in kinds() {
        assert_eq!(text(body), "content");
    }
    assert_eq!(text(Body::empty()), "");
    assert_eq!(text(Body::from(())), "");
}

#[test]
fn more_than_was_wanted_is_an_error() {
    for mut body in kinds() {
        let error = body.collect(6).unwrap_err();
        assert!(error.to_string().contains("the 6 octets"), "{error}");
    }
    let mut pieces = Body::from_reader((&b"12"[..]).chain(&b"34"[..]));
    assert_eq!(pieces.collect(4).unwrap(), "1234");
}

#[test]
fn a_length_is_known_where_it_can_be() {
    let lengths: Vec<_> = kinds().iter().map(Body::exact_len).collect();
    let known = Some(7);
    let expected = [known, known, known, known, known, None, known, None];
    assert_eq!(lengths, expected);
}

#[test]
fn every_kind_goes_both_ways() {
    let world = world(|request| {
        let length = value(request.headers(), "content-length").is_some();
        let is_known = request.body().exact_len().is_some();
        assert_eq!(is_known, length || request.body().is_ended());
        // What comes is sent back as it comes.
        Ok(Response::new(request.into_body()))
    });
    let client = world.client();
    for body in kinds() {
        let length = body.exact_len();
        let (response, text) = exchange(&client, post("/").body(body).unwrap());
        assert_eq!(text, "content");
        let said = value(response.headers(), "content-length");
        assert_eq!(said, length.map(|length| length.to_string()).as_deref());
        assert!(response.body().is_ended());
    }
    let (response, text) = exchange(&client, get("/").body(Body::empty()).unwrap());
    assert_eq!(text, "");
    assert_eq!(value(response.headers(), "content-length"), Some("0"));
    client.close().unwrap();
    world.stop();
}

#[test]
fn what_is_left_is_counted() {
    let world = world(|_| Ok(Response::new("0123456789")));
    let client = world.client();
    let mut body = client
        .request(get("/").body("").unwrap())
        .unwrap()
        .into_body();
    assert_eq!(body.exact_len(), Some(10));
    body.read_exact(&mut [0; 4]).unwrap();
    assert_eq!(body.exact_len(), Some(6));
    assert_eq!(body.collect(100).unwrap(), "456789");
    assert_eq!(body.exact_len(), Some(0));
    drop(body);
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_sized_reader_with_another_number_of_octets_is_an_error() {
    let world = world(|request| {
        let length = request
            .uri()
            .path()
            .trim_start_matches('/')
            .parse()
            .unwrap();
        Ok(Response::new(Body::from_sized_reader(
            &b"12345"[..],
            length,
        )))
    });
    let client = world.client();
    for length in [4, 6] {
        let request = get(&format!("/{length}")).body("").unwrap();
        let outcome = client.request(request);
        let error = outcome.and_then(|mut response| response.body_mut().collect(100));
        let error = error.unwrap_err();
        assert_eq!(
            error.reason(),
            Some(tress_blocking::ErrorCode::INTERNAL_ERROR)
        );
    }
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_writer_sets_trailers_and_flushes() {
    let world = world(|_| {
        Ok(Response::new(Body::from_writer(|out| {
            out.write_all(b"first")?;
            out.flush()?;
            std::thread::sleep(core::time::Duration::from_millis(50));
            out.send(" second")?;
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            out.set_trailers(trailers);
            Ok(())
        })))
    });
    let client = world.client();
    let mut body = client
        .request(get("/").body("").unwrap())
        .unwrap()
        .into_body();
    assert_eq!(body.data().unwrap().unwrap(), "first");
    assert_eq!(body.trailers().unwrap(), None, "they are not there yet");
    assert_eq!(body.collect(100).unwrap(), " second");
    let trailers = body.trailers().unwrap().unwrap();
    assert_eq!(value(&trailers, "grpc-status"), Some("0"));
    drop(body);
    client.close().unwrap();
    world.stop();
}

#[test]
fn only_a_request_that_came_can_be_informed_about() {
    let hints = Response::builder().status(103).body(()).unwrap();
    let error = Body::empty().inform(hints).unwrap_err();
    let source = core::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref(), Some(&UserError::OutOfOrder));
}

#[test]
fn a_proxy_hands_on_content_as_it_comes_with_its_trailers() {
    let origin = world(|request| Ok(Response::new(request.into_body())));
    let upstream = origin.client();
    let handed = upstream.clone();
    let proxy = world(move |request| handed.request(request));
    let client = proxy.client();
    let mut trailers = HeaderMap::new();
    trailers.insert("t", HeaderValue::from_static("1"));
    let content = vec![b'x'; 1_000_000];
    let body = Body::from_reader(std::io::Cursor::new(content.clone()));
    let request = post("/")
        .body(body.with_trailers(trailers.clone()))
        .unwrap();
    let mut response = client.request(request).unwrap();
    assert!(response.body_mut().collect(2_000_000).unwrap() == content);
    assert_eq!(response.body_mut().trailers().unwrap(), Some(trailers));
    let (_, text) = exchange(&client, get("/").body("").unwrap());
    assert_eq!(text, "");
    drop(response);
    client.close().unwrap();
    proxy.stop();
    upstream.close().unwrap();
    origin.stop();
}
