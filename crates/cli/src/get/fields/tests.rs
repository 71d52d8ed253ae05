//! What the command line says becomes fields, and nothing that could break a message.

use super::{Field, parse, request};
use crate::get::data::Data;
use crate::get::url::Url;
use blocking::proto::{Request, Sensitivity};

fn fields(texts: &[&str]) -> Result<Vec<Field>, crate::exit::Failure> {
    let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
    parse(&texts)
}

fn made(texts: &[&str], data: Option<&Data>) -> Request {
    let url = Url::parse("http://h:1/p?q").unwrap();
    request("GET", &url, fields(texts).unwrap().iter(), data)
}

#[test]
fn names_are_written_small_and_values_trimmed() {
    let request = made(&["Content-Type:  text/plain\t", "x:", "x: a: b"], None);
    assert_eq!(
        request.field_value("content-type"),
        Some(&b"text/plain"[..])
    );
    let values: Vec<_> = request.section().get_all(b"x").collect();
    assert_eq!(values, [&b""[..], b"a: b"]);
}

#[test]
fn what_breaks_a_message_is_refused() {
    for text in [
        "no colon",
        ": x",
        ":path: /",
        "a b: c",
        "x: a\r\ny: b",
        "x: \0",
        "é: x",
        "Connection: close",
        "transfer-encoding: chunked",
    ] {
        let failure = fields(&[text]).expect_err(text);
        assert_eq!(failure.kind(), crate::exit::Kind::Usage, "{text}");
    }
}

#[test]
fn host_becomes_the_authority() {
    let request = made(&["Host: other.example"], None);
    assert_eq!(request.authority(), Some(&b"other.example"[..]));
    assert_eq!(request.field_value("host"), None);
    assert_eq!(made(&[], None).authority(), Some(&b"h:1"[..]));
    assert_eq!(made(&[], None).path(), Some(&b"/p?q"[..]));
}

#[test]
fn secrets_are_never_indexed() {
    let request = made(&["Authorization: Basic eA==", "cookie: a=b", "x: y"], None);
    for field in request.fields() {
        let is_secret = matches!(field.name, b"authorization" | b"cookie");
        assert_eq!(field.sensitivity == Sensitivity::NeverIndexed, is_secret);
    }
}

#[test]
fn the_length_is_said_if_it_is_known_and_not_said_already() {
    let data = Data::Text("hello".into());
    assert_eq!(
        made(&[], Some(&data)).field_value("content-length"),
        Some(&b"5"[..])
    );
    let said = made(&["content-length: 7"], Some(&data));
    assert_eq!(said.section().get_all(b"content-length").count(), 1);
    assert_eq!(
        made(&[], Some(&Data::Stdin)).field_value("content-length"),
        None
    );
    assert_eq!(made(&[], None).field_value("content-length"), None);
}

#[test]
fn defaults_give_way() {
    let request = made(&["User-Agent: x", "accept: y"], None);
    assert_eq!(request.section().get_all(b"user-agent").count(), 1);
    assert_eq!(request.field_value("accept"), Some(&b"y"[..]));
}
