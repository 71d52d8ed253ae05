//! Content: whether there is some, how much, and whether it waits (RFC 9110 §6.4.1).

use tress_http::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header, request,
};
use tress_http::{
    ConvertError, content_length, expects_continue, has_no_content, request_length, response_length,
};

fn map(name: &'static str, values: &[&'static str]) -> HeaderMap {
    let values = values.iter().map(|value| HeaderValue::from_static(value));
    let mut map = HeaderMap::new();
    values.for_each(|value| {
        map.append(name, value);
    });
    map
}

#[test]
fn head_204_205_304_and_1xx_have_no_content() {
    let none = |method: Method, status: u16| {
        has_no_content(&method, StatusCode::from_u16(status).unwrap())
    };
    assert!(none(Method::HEAD, 200) && none(Method::HEAD, 404));
    assert!(none(Method::GET, 204) && none(Method::GET, 304));
    assert!(none(Method::POST, 100) && none(Method::GET, 103));
    assert!(!none(Method::GET, 200) && none(Method::POST, 205));
    assert!(!none(Method::CONNECT, 200));
}

#[test]
fn a_length_is_one_number() {
    let length = |values| content_length(&map("content-length", values));
    assert_eq!(length(&[]).unwrap(), None);
    assert_eq!(length(&["42"]).unwrap(), Some(42));
    assert_eq!(length(&["42", "042"]).unwrap(), Some(42));
    for wrong in [&["+1"][..], &["-1"], &["1,1"], &[""], &["1", "2"]] {
        let error = length(wrong).unwrap_err();
        assert!(matches!(error, ConvertError::ContentLength), "{wrong:?}");
    }
    let most = u64::MAX.to_string();
    assert_eq!(
        content_length(&[most].into_iter().map(length_field).collect()).unwrap(),
        Some(u64::MAX)
    );
    let more = "18446744073709551616".to_owned();
    content_length(&[more].into_iter().map(length_field).collect()).unwrap_err();
}

fn length_field(value: String) -> (HeaderName, HeaderValue) {
    let name = header::CONTENT_LENGTH;
    (name, HeaderValue::try_from(value).unwrap())
}

#[test]
fn a_request_says_a_length_that_is_worth_it() {
    let length = |request: request::Builder, exact| {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        request_length(&parts, exact)
    };
    assert_eq!(length(Request::post("/"), Some(0)), Some(0));
    assert_eq!(length(Request::put("/"), Some(0)), Some(0));
    assert_eq!(length(Request::patch("/"), Some(0)), Some(0));
    assert_eq!(length(Request::get("/"), Some(0)), None);
    assert_eq!(length(Request::get("/"), Some(7)), Some(7));
    assert_eq!(length(Request::post("/"), None), None);
    assert_eq!(length(Request::connect("a:1"), Some(7)), None);
    let said = Request::post("/").header("content-length", "7");
    assert_eq!(length(said, Some(7)), None);
}

#[test]
fn a_response_says_a_length_that_is_worth_it() {
    let length = |method: Method, status: u16, exact| {
        let (parts, ()) = Response::builder()
            .status(status)
            .body(())
            .unwrap()
            .into_parts();
        response_length(&method, &parts, exact)
    };
    assert_eq!(length(Method::GET, 200, Some(0)), Some(0));
    assert_eq!(length(Method::GET, 200, Some(7)), Some(7));
    assert_eq!(length(Method::GET, 200, None), None);
    assert_eq!(length(Method::HEAD, 200, Some(7)), Some(7));
    assert_eq!(length(Method::HEAD, 200, Some(0)), None);
    assert_eq!(length(Method::GET, 304, Some(7)), Some(7));
    assert_eq!(length(Method::GET, 304, Some(0)), None);
    assert_eq!(length(Method::GET, 204, Some(7)), None);
    assert_eq!(length(Method::POST, 205, Some(7)), None);
    assert_eq!(length(Method::POST, 205, Some(0)), None);
    assert_eq!(length(Method::GET, 103, Some(0)), None);
    assert_eq!(length(Method::CONNECT, 200, Some(0)), None);
    assert_eq!(length(Method::CONNECT, 403, Some(7)), Some(7));
}

#[test]
fn a_length_that_is_said_is_not_said_twice() {
    let response = Response::builder().header("content-length", "7");
    let (parts, ()) = response.body(()).unwrap().into_parts();
    assert_eq!(response_length(&Method::GET, &parts, Some(7)), None);
}

#[test]
fn the_expectation_is_found_in_a_list_in_any_case() {
    let expects = |values| expects_continue(&map("expect", values));
    assert!(expects(&["100-continue"]) && expects(&["100-Continue"]));
    assert!(expects(&["x=1, 100-continue"]) && expects(&["x", "100-continue "]));
    assert!(!expects(&[]) && !expects(&["100-continued"]) && !expects(&["200-ok"]));
}
