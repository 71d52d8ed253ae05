//! What the server's end does by itself.

use alloc::sync::Arc;
use core::time::Duration;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::{Mutex, mpsc};
use std::thread;

use testkit::{PREFACE, block, headers, kind, settings, settings_ack};
use tress_blocking::http::types::{Request, Response, StatusCode};
use tress_blocking::http::{Body, HttpOptions, handler};
use tress_blocking::proto::Limits;
use tress_blocking::{Config, ErrorCode};

use super::{exchange, get, post, value, world};
use crate::wire::{Peer, served};
use crate::world::{bind, serve, serve_inline, start};

#[test]
fn a_response_has_its_length_and_the_date() {
    let world = world(|_| Ok(Response::new("hello")));
    let client = world.client();
    let (response, text) = exchange(&client, get("/").body("").unwrap());
    assert_eq!((response.status(), &*text), (StatusCode::OK, "hello"));
    assert_eq!(value(response.headers(), "content-length"), Some("5"));
    let date = value(response.headers(), "date").unwrap();
    assert!(date.ends_with(" GMT") && date.len() == 29, "{date}");
    client.close().unwrap();
    world.stop();
}

#[test]
fn what_the_handler_says_stays_and_the_date_can_be_left_out() {
    let said = world(|_| {
        let response = Response::builder().header("date", "once");
        Ok(response.header("content-length", "3").body("abc").unwrap())
    });
    let silent = serve(
        HttpOptions::default()
            .without_date()
            .handler(|_| Ok(Response::new(""))),
    );
    for (world, date) in [(said, Some("once")), (silent, None)] {
        let client = world.client();
        let (response, _) = exchange(&client, get("/").body("").unwrap());
        assert_eq!(value(response.headers(), "date"), date);
        client.close().unwrap();
        world.stop();
    }
}

#[test]
fn head_204_205_and_304_send_no_content_whatever_the_handler_returns() {
    let world = world(|request| {
        let status = request
            .uri()
            .path()
            .trim_start_matches('/')
            .parse::<u16>()
            .unwrap();
        let body = match request.uri().query() {
            Some("reader") => Body::from_sized_reader(&b"0123456789"[..], 10),
            Some("writer") => Body::from_writer(|_| panic!("nobody asks for this content")),
            _ => Body::from("0123456789"),
        };
        Ok(Response::builder().status(status).body(body).unwrap())
    });
    let client = world.client();
    for query in ["", "?reader", "?writer"] {
        let request = get(&format!("/200{query}"))
            .method("HEAD")
            .body("")
            .unwrap();
        let (response, text) = exchange(&client, request);
        assert_eq!((response.status(), &*text), (StatusCode::OK, ""));
        let length = value(response.headers(), "content-length");
        assert_eq!(length, Some("10").filter(|_| query != "?writer"));
        for status in [204, 205, 304] {
            let request = get(&format!("/{status}{query}")).body("").unwrap();
            let (response, text) = exchange(&client, request);
            assert_eq!((response.status().as_u16(), &*text), (status, ""));
            assert_eq!(response.headers().contains_key("content-length"), {
                status == 304 && query != "?writer"
            });
        }
    }
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_answer_without_content_is_one_frame() {
    let (mut peer, serving, _) = served(handler(|_| {
        Ok(Response::builder().status(204).body("ignored").unwrap())
    }));
    peer.write((
        PREFACE,
        settings(),
        settings_ack(),
        headers(1).get("/").end(),
    ));
    let head = peer.read_to(kind::HEADERS);
    assert!(head.is_end());
    assert_eq!(head.field(":status").as_deref(), Some("204"));
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn a_request_that_is_none_of_http_is_answered_by_400() {
    let (mut peer, serving, _) = served(handler(|_| Ok(Response::new(""))));
    peer.write((PREFACE, settings(), settings_ack()));
    // RFC 9113 lets this path pass, a URI does not.
    let request = block()
        .literal(":method", "GET")
        .literal(":scheme", "http")
        .literal(":authority", "localhost")
        .literal(":path", "/<");
    peer.write(headers(1).block(&request).end());
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("400"));
    assert!(head.field("date").is_some() && head.is_end());
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn a_request_with_fields_that_are_too_large_is_answered_by_431() {
    let limits = Limits::default().field_section_octets(1000);
    let server = bind().config(Config::default().limits(limits).unwrap());
    let world = start(server, |server| {
        server.serve(handler(|_| -> Result<Response<Body>, _> {
            panic!("nobody hears of it")
        }))
    });
    let mut peer = Peer::new(TcpStream::connect(world.addr).unwrap());
    peer.write((PREFACE, settings(), settings_ack()));
    let request = block()
        .request("GET", "/")
        .literal("large", vec![b'x'; 1500]);
    peer.write(headers(1).block(&request).end());
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("431"));
    drop(peer);
    world.stop();
}

#[test]
fn a_handler_that_waited_long_enough_for_content_answers_408() {
    let (mut peer, serving, _) = served(handler(|mut request: Request<Body>| {
        let soon = Some(Duration::from_millis(60));
        request.body_mut().set_read_timeout(soon);
        let error = request.body_mut().data().unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        Ok(Response::builder().status(408).body("").unwrap())
    }));
    peer.write((PREFACE, settings(), settings_ack(), headers(1).get("/")));
    let head = peer.read_to(kind::HEADERS);
    assert_eq!(head.field(":status").as_deref(), Some("408"));
    drop(peer);
    serving.join().unwrap().unwrap();
}

#[test]
fn too_early_and_early_data_pass_through() {
    let world = world(|request| {
        let early = request.headers().contains_key("early-data");
        let status = if early { 425 } else { 200 };
        Ok(Response::builder().status(status).body("").unwrap())
    });
    let client = world.client();
    let request = get("/").header("early-data", "1").body("").unwrap();
    assert_eq!(exchange(&client, request).0.status(), StatusCode::TOO_EARLY);
    assert_eq!(
        exchange(&client, get("/").body("").unwrap()).0.status(),
        200
    );
    client.close().unwrap();
    world.stop();
}

#[test]
fn a_handler_that_fails_or_panics_costs_its_stream() {
    let world = world(|request| match request.uri().path() {
        "/fails" => Err(std::io::Error::other("as it should").into()),
        "/panics" => panic!("as it should"),
        _ => Ok(Response::new("fine")),
    });
    let client = world.client();
    let (response, text) = exchange(&client, get("/fails").body("").unwrap());
    assert_eq!((response.status().as_u16(), &*text), (500, ""));
    let error = client
        .request(get("/panics").body("").unwrap())
        .unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR));
    assert_eq!(exchange(&client, get("/").body("").unwrap()).1, "fine");
    client.close().unwrap();
    world.stop();
}

#[test]
fn content_that_breaks_off_does_not_look_whole() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let world = world(move |_| {
        let wait = Arc::clone(&wait);
        Ok(Response::new(Body::from_writer(move |out| {
            out.send("half")?;
            wait.lock().unwrap().recv().unwrap();
            Err(std::io::Error::other("as it should").into())
        })))
    });
    let client = world.client();
    let mut response = client.request(get("/").body("").unwrap()).unwrap();
    assert_eq!(response.body_mut().data().unwrap().unwrap(), "half");
    go.send(()).unwrap();
    let error = response.body_mut().data().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR));
    drop(response);
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_inline_handler_leaves_long_content_to_another_thread() {
    const LONG: u64 = 3_000_000;
    let world = serve_inline(handler(|_| {
        use std::io::Read;
        let reader = std::io::repeat(b'x').take(LONG);
        Ok(Response::new(Body::from_reader(reader)))
    }));
    let client = world.client();
    let (_, text) = exchange(&client, get("/").body("").unwrap());
    assert_eq!(text.len() as u64, LONG);
    client.close().unwrap();
    world.stop();
}

#[test]
fn informational_responses_come_before_the_final_one() {
    let world = world(|request| {
        let hints = |link: &str| {
            let hints = Response::builder().status(103).header("link", link);
            request.body().inform(hints.body(()).unwrap())
        };
        hints("</a>")?;
        hints("</b>")?;
        let last = Response::builder().status(200).body(()).unwrap();
        assert!(request.body().inform(last).is_err(), "200 is final");
        Ok(Response::new(""))
    });
    let client = world.client();
    let (response, _) = exchange(&client, get("/").body("").unwrap());
    let early: &tress_blocking::http::Informational = response.extensions().get().unwrap();
    let links: Vec<_> = early
        .0
        .iter()
        .map(|head| value(head.headers(), "link"))
        .collect();
    assert_eq!(links, [Some("</a>"), Some("</b>")]);
    let mut pending = client.begin(post("/").body("x").unwrap()).unwrap();
    let first = pending.informational().unwrap().unwrap();
    assert_eq!(first.status(), StatusCode::EARLY_HINTS);
    drop(pending.wait().unwrap());
    client.close().unwrap();
    world.stop();
}

/// A thread that may block does all of an exchange; only the connection's own hands the rest over.
#[test]
fn content_is_written_on_the_thread_of_its_handler_unless_that_must_not_wait() {
    let handle = |_: Request<Body>| {
        let begun = thread::current().id();
        let body = Body::from_writer(move |writer| {
            let is_same = thread::current().id() == begun;
            writer.write_all(if is_same { b"same" } else { b"other" })?;
            Ok(())
        });
        Ok(Response::new(body))
    };
    for (world, expected) in [
        (serve(handler(handle)), "same"),
        (serve_inline(handler(handle)), "other"),
    ] {
        let client = world.client();
        for _ in 0..3 {
            let (_, text) = exchange(&client, get("/").body("").unwrap());
            assert_eq!(text, expected);
        }
        client.close().unwrap();
        world.stop();
    }
}
