//! Whole exchanges, both ends.

use core::task::Poll;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use testkit::{data, headers};

use crate::support::{Client, Server, content, ok, once, poll, ready};

#[test]
fn a_client_asks_and_takes_the_answer() {
    let mut client = Client::new();
    client.said();
    let (response, mut stream) = client.post();
    assert_eq!(stream.stream_id().as_u32(), 1);
    stream
        .send_data(Bytes::from_static(b"question"), true)
        .unwrap();
    let said = client.said();
    assert!(said[0].starts_with("HEADERS stream 1"), "{said:?}");
    assert_eq!(said[1..], ["DATA stream 1 END_STREAM \"question\""]);
    let _ = client.says((headers(1).status(200), data(1, "answer")));
    let response = ready(once(response)).unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body();
    assert_eq!(
        ready(poll(|cx| body.poll_data(cx))).unwrap().unwrap(),
        "answer"
    );
    assert!(!body.is_end_stream());
    let _ = client.says(headers(1).field("x-end", "yes").trailers());
    assert!(ready(poll(|cx| body.poll_data(cx))).is_none());
    assert!(!body.is_end_stream(), "the trailers are left");
    let trailers = ready(poll(|cx| body.poll_trailers(cx))).unwrap().unwrap();
    assert_eq!(trailers["x-end"], "yes");
    assert!(body.is_end_stream());
}

#[test]
fn a_server_takes_a_request_and_answers() {
    let mut server = Server::new();
    server.said();
    let (request, mut respond) = server.asks((headers(1).post("/up"), data(1, "question").end()));
    assert_eq!(request.uri(), "https://a/up");
    let mut body = request.into_body();
    let (question, end) = content(&mut body);
    assert_eq!(question, b"question");
    assert!(matches!(end, Some(Ok(()))));
    let mut stream = respond.send_response(ok(), false).unwrap();
    stream
        .send_data(Bytes::from_static(b"answer"), false)
        .unwrap();
    let mut trailers = HeaderMap::new();
    trailers.insert("x-end", "yes".parse().unwrap());
    stream.send_trailers(trailers).unwrap();
    let said = server.said();
    assert!(said[0].starts_with("HEADERS stream 1"), "{said:?}");
    assert_eq!(said[1], "DATA stream 1 \"answer\"");
    assert!(
        said[2].starts_with("HEADERS stream 1 END_STREAM"),
        "{said:?}"
    );
    assert!(matches!(server.accept(), Poll::Pending));
}
