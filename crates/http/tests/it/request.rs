//! Requests, both ways (RFC 9113 §8.3.1).

use tress_http::http::{HeaderName, HeaderValue, Method, Request, Version};
use tress_http::{ConvertError, Protocol, proto, request_into_http};

use crate::{sent, text, values};

#[test]
fn the_uri_gives_scheme_authority_and_path() {
    let request = sent(Request::get("http://example.com:81/a?b=c")).unwrap();
    let expected = [
        ":method: GET",
        ":scheme: http",
        ":authority: example.com:81",
        ":path: /a?b=c",
    ];
    assert_eq!(text(request.section()), expected);
}

#[test]
fn the_scheme_of_a_path_is_the_callers() {
    let request = sent(Request::get("/a").header("host", "example.com")).unwrap();
    assert_eq!(request.scheme(), Some(&b"https"[..]));
}

#[test]
fn without_an_authority_host_says_it_and_is_dropped() {
    let request = sent(Request::get("/a").header("host", "example.com")).unwrap();
    assert_eq!(request.authority(), Some(&b"example.com"[..]));
    assert_eq!(request.fields().count(), 0);
}

#[test]
fn a_host_that_repeats_the_authority_is_dropped() {
    let request = sent(Request::get("http://example.com/").header("host", "Example.com"));
    assert_eq!(request.unwrap().fields().count(), 0);
}

#[test]
fn a_host_that_differs_is_left_for_proto_to_refuse() {
    let request = sent(Request::get("http://example.com/").header("host", "example.org")).unwrap();
    assert_eq!(request.field_value("host"), Some(&b"example.org"[..]));
    let mut connection = proto::Connection::<proto::Client>::new(proto::Config::default());
    let error = connection.request(request).unwrap_err();
    let rule = proto::MessageRule::HostDiffers;
    assert!(matches!(error, proto::UserError::Malformed(found) if found == rule));
}

#[test]
fn an_empty_path_is_a_slash_also_before_a_query() {
    let path = |uri| sent(Request::get(uri)).unwrap().path().unwrap().to_vec();
    assert_eq!(path("http://example.com"), b"/");
    assert_eq!(path("http://example.com?a"), b"/?a");
    assert_eq!(path("example.com"), b"/");
}

#[test]
fn an_asterisk_asks_about_the_server_as_a_whole() {
    let request = Request::options("*").header("host", "example.com");
    let request = sent(request).unwrap();
    assert_eq!(request.path(), Some(&b"*"[..]));
    assert_eq!(request.authority(), Some(&b"example.com"[..]));
    let parts = request_into_http(&request).unwrap();
    assert_eq!((parts.method, parts.uri.path()), (Method::OPTIONS, "*"));
    assert_eq!(parts.uri.host(), Some("example.com"));
}

#[test]
fn connect_has_an_authority_alone() {
    let request = sent(Request::connect("example.com:443")).unwrap();
    let expected = [":method: CONNECT", ":authority: example.com:443"];
    assert_eq!(text(request.section()), expected);
    let parts = request_into_http(&request).unwrap();
    assert_eq!(parts.uri, "example.com:443");
    let request = sent(Request::connect("http://example.com:443/a"));
    assert_eq!(text(request.unwrap().section()), expected);
}

#[test]
fn connect_without_an_authority_is_an_error() {
    let error = sent(Request::connect("/a")).unwrap_err();
    assert!(matches!(error, ConvertError::AuthorityMissing));
    assert_eq!(error.field(), Some(":authority"));
}

#[test]
fn extended_connect_is_an_extension() {
    let protocol = Protocol::from_static("websocket");
    let request = Request::connect("https://example.com/chat").extension(protocol.clone());
    let request = sent(request).unwrap();
    let expected = [
        ":method: CONNECT",
        ":protocol: websocket",
        ":scheme: https",
        ":authority: example.com",
        ":path: /chat",
    ];
    assert_eq!(text(request.section()), expected);
    let parts = request_into_http(&request).unwrap();
    assert_eq!(parts.uri, "https://example.com/chat");
    assert_eq!(parts.extensions.get(), Some(&protocol));
}

#[test]
fn a_protocol_at_another_method_is_an_error() {
    let protocol = Protocol::from("websocket".to_owned());
    let error = sent(Request::get("/").extension(protocol)).unwrap_err();
    assert!(matches!(error, ConvertError::ProtocolMisplaced));
}

#[test]
fn what_concerns_a_connection_of_http_1_is_left_out() {
    let request = Request::get("http://example.com/")
        .header("connection", "X-Hop , close")
        .header("connection", "te, y-hop")
        .header("keep-alive", "timeout=5")
        .header("proxy-connection", "keep-alive")
        .header("te", "gzip")
        .header("te", "Trailers")
        .header("transfer-encoding", "chunked")
        .header("upgrade", "h2c")
        .header("x-hop", "1")
        .header("y-hop", "1")
        .header("z-end", "1");
    let request = sent(request).unwrap();
    let fields: Vec<_> = text(request.section()).split_off(4);
    assert_eq!(fields, ["te: Trailers", "z-end: 1"]);
}

#[test]
fn white_space_around_a_value_is_left_out() {
    let request = sent(Request::get("http://example.com/").header("a", " b\tc \t")).unwrap();
    assert_eq!(request.field_value("a"), Some(&b"b\tc"[..]));
}

#[test]
fn a_host_without_an_authority_gives_the_uri_one_and_stays() {
    let request = proto::Request::get("https", "", "/a").field("host", "example.com:8443");
    let parts = request_into_http(&request).unwrap();
    assert_eq!(parts.uri, "https://example.com:8443/a");
    assert_eq!(values(&parts.headers, "host"), ["example.com:8443"]);
}

#[test]
fn without_authority_and_host_the_uri_is_a_path() {
    let request = proto::Request::get("https", "", "/a?b");
    assert_eq!(request_into_http(&request).unwrap().uri, "/a?b");
    let request = proto::Request::get("https", "", "/a?b").field("host", "");
    assert_eq!(request_into_http(&request).unwrap().uri, "/a?b");
}

#[test]
fn an_empty_path_of_another_scheme_is_a_slash() {
    let request = proto::Request::get("coap", "example.com", "");
    let parts = request_into_http(&request).unwrap();
    assert_eq!(parts.uri, "coap://example.com/");
}

#[test]
fn the_version_is_http_2() {
    let request = proto::Request::get("https", "example.com", "/");
    assert_eq!(
        request_into_http(&request).unwrap().version,
        Version::HTTP_2
    );
}

#[test]
fn a_path_that_no_uri_can_hold_names_its_field() {
    let request = proto::Request::get("https", "example.com", "/<");
    let error = request_into_http(&request).unwrap_err();
    assert!(matches!(error, ConvertError::Path(_)));
    assert_eq!(error.field(), Some(":path"));
}

#[test]
fn control_data_that_no_uri_can_hold_name_their_field() {
    let at_fault = |request: proto::Request| {
        let error = request_into_http(&request).unwrap_err();
        error.field().unwrap().to_owned()
    };
    let get = |scheme: &str, authority: &str| proto::Request::get(scheme, authority, "/");
    let long = "s".repeat(65);
    assert_eq!(at_fault(get(&long, "example.com")), ":scheme");
    assert_eq!(at_fault(get("http", "a b")), ":authority");
    assert_eq!(at_fault(get("http", "").field("host", "a b")), "host");
    let request = proto::Request::new("a b", "http", "a", "/");
    assert_eq!(at_fault(request), ":method");
    let request = proto::Request::extended_connect([0xff], "http", "a", "/");
    assert_eq!(at_fault(request), ":protocol");
}

#[test]
fn fields_that_no_map_can_hold_are_named() {
    let get = || proto::Request::get("http", "example.com", "/");
    let error = request_into_http(&get().field("not one", "1")).unwrap_err();
    assert!(matches!(&error, ConvertError::FieldName { name, .. } if name == "not one"));
    let error = request_into_http(&get().field("lower", "\n")).unwrap_err();
    assert!(matches!(&error, ConvertError::FieldValue { name, .. } if name == "lower"));
    let many = (0..40_000).fold(get(), |request, at| request.field(format!("n{at}"), ""));
    let error = request_into_http(&many).unwrap_err();
    assert!(matches!(error, ConvertError::TooManyFields));
}

#[test]
fn the_pieces_of_a_cookie_are_joined_where_the_first_stands() {
    let request = proto::Request::get("https", "example.com", "/")
        .field("a", "1")
        .field("cookie", "b=2")
        .field("c", "3")
        .sensitive_field("cookie", "d=4")
        .field("cookie", "e=5");
    let parts = request_into_http(&request).unwrap();
    let names: Vec<_> = parts.headers.keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["a", "cookie", "c"]);
    assert_eq!(values(&parts.headers, "cookie"), ["b=2; d=4; e=5"]);
    assert!(parts.headers["cookie"].is_sensitive());
}

#[test]
fn cookies_that_leave_stay_as_many_as_they_are() {
    let request = Request::get("http://example.com/")
        .header("cookie", "a=1")
        .header("cookie", "b=2");
    let fields = text(sent(request).unwrap().section()).split_off(4);
    assert_eq!(fields, ["cookie: a=1", "cookie: b=2"]);
}

#[test]
fn what_is_sensitive_is_never_indexed_and_the_reverse() {
    let mut secret = HeaderValue::from_static("s");
    secret.set_sensitive(true);
    let request = Request::get("http://example.com/")
        .header("a", "1")
        .header("a", secret);
    let request = sent(request).unwrap();
    let marks = |request: &proto::Request| -> Vec<_> {
        request.fields().map(|field| field.sensitivity).collect()
    };
    use proto::Sensitivity::{NeverIndexed, Normal};
    assert_eq!(marks(&request), [Normal, NeverIndexed]);
    let parts = request_into_http(&request).unwrap();
    let marks: Vec<_> = parts
        .headers
        .values()
        .map(HeaderValue::is_sensitive)
        .collect();
    assert_eq!(marks, [false, true]);
}
