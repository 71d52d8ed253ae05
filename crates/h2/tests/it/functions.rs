//! Functions that have no place elsewhere.

use alloc::collections::BTreeSet;
use core::task::Poll;
use core::time::Duration;

use testkit::{block, code, data, headers, ping, push_promise, settings, settings_ack};
use tress_h2::{Ping, Reason, client, server};

use crate::support::{Client, Server, once, ready};

#[test]
fn a_ping_is_answered() {
    let mut server = Server::new();
    server.said();
    let mut pings = server.connection.ping_pong().unwrap();
    let mut answered = Box::pin(pings.ping(Ping::opaque()));
    assert!(once(answered.as_mut()).is_pending());
    let _ = server.run();
    let payload = server.pipe.frames()[0].payload.clone();
    let _ = server.says(ping(payload.try_into().unwrap()).ack());
    ready(once(answered.as_mut())).unwrap();
}

#[test]
fn a_code_has_its_number_its_name_and_its_words() {
    let mut words = BTreeSet::new();
    for (number, (reason, name)) in [
        (Reason::NO_ERROR, "NO_ERROR"),
        (Reason::PROTOCOL_ERROR, "PROTOCOL_ERROR"),
        (Reason::INTERNAL_ERROR, "INTERNAL_ERROR"),
        (Reason::FLOW_CONTROL_ERROR, "FLOW_CONTROL_ERROR"),
        (Reason::SETTINGS_TIMEOUT, "SETTINGS_TIMEOUT"),
        (Reason::STREAM_CLOSED, "STREAM_CLOSED"),
        (Reason::FRAME_SIZE_ERROR, "FRAME_SIZE_ERROR"),
        (Reason::REFUSED_STREAM, "REFUSED_STREAM"),
        (Reason::CANCEL, "CANCEL"),
        (Reason::COMPRESSION_ERROR, "COMPRESSION_ERROR"),
        (Reason::CONNECT_ERROR, "CONNECT_ERROR"),
        (Reason::ENHANCE_YOUR_CALM, "ENHANCE_YOUR_CALM"),
        (Reason::INADEQUATE_SECURITY, "INADEQUATE_SECURITY"),
        (Reason::HTTP_1_1_REQUIRED, "HTTP_1_1_REQUIRED"),
    ]
    .into_iter()
    .enumerate()
    {
        let number = u32::try_from(number).unwrap();
        assert_eq!((u32::from(reason), Reason::from(number)), (number, reason));
        assert_eq!(format!("{reason:?}"), name);
        assert_eq!(reason.to_string(), reason.description());
        assert!(words.insert(reason.description().to_owned()), "{name}");
    }
    let other = Reason::from(0xff);
    assert_eq!(format!("{other:?}"), "Reason(ff)");
    assert_eq!(other.description(), "unknown reason");
}

#[test]
fn content_is_waited_for() {
    let mut server = Server::new();
    let (request, _respond) = server.asks(headers(1).post("/"));
    let mut body = request.into_body();
    assert!(once(body.data()).is_pending());
    let _ = server.says((data(1, "content"), data(1, "").end()));
    assert_eq!(ready(once(body.data())).unwrap().unwrap(), "content");
    assert!(ready(once(body.data())).is_none());
}

/// They bound nothing here: how a stream ended is remembered for as long as the connection lives.
#[test]
fn frames_that_come_late_are_no_error_however_few_streams_are_to_be_remembered() {
    let mut builder = server::Builder::new();
    builder
        .max_concurrent_reset_streams(0)
        .reset_stream_duration(Duration::ZERO);
    let mut server = Server::with(&builder, (settings(), settings_ack()));
    server.said();
    for number in 0..100 {
        let (_request, mut respond) = server.asks(headers(2 * number + 1).post("/"));
        respond.send_reset(Reason::CANCEL);
    }
    assert_eq!(server.said().len(), 100);
    for number in 0..100 {
        assert!(server.says(data(2 * number + 1, "late")).is_pending());
    }
    let said = server.said();
    assert!(
        said.iter().all(|said| said.starts_with("WINDOW_UPDATE")),
        "{said:?}"
    );
    let mut builder = client::Builder::new();
    builder
        .max_concurrent_reset_streams(0)
        .reset_stream_duration(Duration::ZERO);
    let mut client = Client::with(&builder, (settings(), settings_ack()));
    let (_response, mut stream) = client.post();
    client.said();
    stream.send_reset(Reason::CANCEL);
    client.said();
    assert!(
        client
            .says((headers(1).status(200), data(1, "late")))
            .is_pending()
    );
    assert!(client.said().is_empty());
}

#[test]
fn the_request_of_a_promise_may_be_changed_and_promised_streams_are_limited() {
    let mut builder = client::Builder::new();
    builder.max_concurrent_streams(1);
    let mut client = Client::with(&builder, (settings(), settings_ack()));
    assert_eq!(
        client.requests.as_ref().unwrap().current_max_recv_streams(),
        1
    );
    let (mut response, _stream) = client.get();
    client.said();
    let fields = block().request("GET", "/style");
    let promise = |id| push_promise(1, id).block(&fields);
    let answer = |id| headers(id).status(200);
    // RFC 9113 §6.6: a promise may be refused as it comes.
    let _ = client.says((promise(2), answer(2), promise(4)));
    let said = client.said();
    assert_eq!(
        said,
        ["RST_STREAM stream 4 REFUSED_STREAM"],
        "{}",
        code::REFUSED_STREAM
    );
    let mut promises = response.push_promises();
    let mut promise = ready(once(promises.push_promise())).unwrap().unwrap();
    *promise.request_mut().uri_mut() = "https://a/other".parse().unwrap();
    let (request, pushed) = promise.into_parts();
    assert_eq!(request.uri(), "https://a/other");
    assert!(matches!(once(pushed), Poll::Ready(Ok(_))));
}
