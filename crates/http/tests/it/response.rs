//! Responses and trailers, both ways (RFC 9113 §8.3.2).

use tress_http::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version, response,
};
use tress_http::{
    complete_response, proto, response_from_http, response_into_http, response_length,
    trailers_from_http, trailers_into_http,
};

use crate::{text, values};

/// What a server would send, as text.
fn sent(response: response::Builder) -> Vec<String> {
    let (parts, ()) = response.body(()).unwrap().into_parts();
    text(response_from_http(&parts).section())
}

#[test]
fn a_status_and_fields_in_order() {
    let response = Response::builder()
        .status(404)
        .header("b", "1")
        .header("a", "2")
        .header("b", "3");
    let lines = sent(response);
    assert_eq!(lines, [":status: 404", "b: 1", "b: 3", "a: 2"]);
}

#[test]
fn what_concerns_a_connection_of_http_1_is_left_out() {
    let response = Response::builder()
        .header("connection", "x-hop")
        .header("x-hop", "1")
        .header("transfer-encoding", "chunked")
        .header("te", "trailers");
    assert_eq!(sent(response), [":status: 200"]);
}

#[test]
fn a_length_is_left_out_where_the_status_allows_none() {
    let lines = |status| {
        sent(
            Response::builder()
                .status(status)
                .header("content-length", "0"),
        )
    };
    assert_eq!(lines(204), [":status: 204"]);
    assert_eq!(lines(205), [":status: 205"]);
    assert_eq!(lines(103), [":status: 103"]);
    assert_eq!(lines(304), [":status: 304", "content-length: 0"]);
    assert_eq!(lines(200), [":status: 200", "content-length: 0"]);
}

#[test]
fn a_response_that_has_come_keeps_its_fields_apart() {
    let response = proto::Response::new(200)
        .field("set-cookie", "a=1")
        .sensitive_field("set-cookie", "b=2");
    let parts = response_into_http(&response).unwrap();
    assert_eq!(
        (parts.status, parts.version),
        (StatusCode::OK, Version::HTTP_2)
    );
    assert_eq!(values(&parts.headers, "set-cookie"), ["a=1", "b=2"]);
    let marks: Vec<_> = parts
        .headers
        .values()
        .map(HeaderValue::is_sensitive)
        .collect();
    assert_eq!(marks, [false, true]);
}

#[test]
fn informational_responses_are_converted_like_others() {
    let response = proto::Response::new(103).field("link", "</a>; rel=preload");
    let parts = response_into_http(&response).unwrap();
    assert_eq!(parts.status, StatusCode::EARLY_HINTS);
    assert_eq!(response_from_http(&parts), response);
}

#[test]
fn a_response_without_a_status_names_its_field() {
    let error = response_into_http(&proto::Response::new(7)).unwrap_err();
    assert_eq!(error.field(), Some(":status"));
}

#[test]
fn trailers_keep_names_values_and_marks() {
    let mut map = HeaderMap::new();
    map.insert("grpc-status", HeaderValue::from_static("0"));
    map.insert("te", HeaderValue::from_static("trailers"));
    map.insert("connection", HeaderValue::from_static("close"));
    let mut secret = HeaderValue::from_static("s");
    secret.set_sensitive(true);
    map.append("x", secret);
    let trailers = trailers_from_http(&map);
    assert_eq!(text(trailers.section()), ["grpc-status: 0", "x: s"]);
    let back = trailers_into_http(&trailers).unwrap();
    assert_eq!(back.len(), 2);
    assert!(back["x"].is_sensitive() && !back["grpc-status"].is_sensitive());
}

/// All that a handler may say of a response that makes a difference to its completion.
fn responses() -> Vec<response::Parts> {
    let mut all = Vec::new();
    for status in [200, 204, 205, 304, 103, 404] {
        for (length, date) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut response = Response::builder().status(status).header("vary", "origin");
            if length {
                response = response.header("content-length", "7");
            }
            if date {
                response = response.header("date", "Sun, 06 Nov 1994 08:49:37 GMT");
            }
            all.push(response.body(()).unwrap().into_parts().0);
        }
    }
    all
}

#[test]
fn a_response_is_completed_as_if_its_handler_had_said_the_rest() {
    for parts in responses() {
        for method in [Method::GET, Method::HEAD, Method::CONNECT] {
            for exact in [None, Some(0), Some(7), Some(u64::MAX)] {
                let mut said = parts.clone();
                if let Some(length) = response_length(&method, &parts, exact) {
                    said.headers.insert("content-length", length.into());
                }
                let completed = complete_response(&parts, None, &method, exact, false);
                assert_eq!(
                    text(completed.section()),
                    text(response_from_http(&said).section()),
                    "{method} {exact:?}"
                );
                let request = proto::Request::get("https", "a", "/");
                let within = complete_response(&parts, Some(request), &method, exact, false);
                assert_eq!(within, completed);
            }
        }
    }
}

#[test]
fn a_date_is_added_where_there_is_none() {
    for parts in responses() {
        let completed = complete_response(&parts, None, &Method::GET, None, true);
        let mut dates = completed.section().get_all(b"date");
        let date = dates.next().unwrap();
        assert!(dates.next().is_none(), "there is one date");
        let said = parts.headers.get("date").map(HeaderValue::as_bytes);
        assert_eq!(date == b"Sun, 06 Nov 1994 08:49:37 GMT", said.is_some());
        let date = core::str::from_utf8(date).unwrap();
        assert!(httpdate::parse_http_date(date).is_ok(), "{date}");
    }
}

#[test]
fn a_name_that_is_no_token_is_left_for_proto_to_refuse() {
    // The crate `http` takes one sign too many.
    let name = HeaderName::from_lowercase(b"a\"b");
    let Ok(name) = name else { return };
    let (parts, ()) = Response::builder()
        .header(name, "1")
        .body(())
        .unwrap()
        .into_parts();
    assert!(response_from_http(&parts).prepare().is_err());
}
