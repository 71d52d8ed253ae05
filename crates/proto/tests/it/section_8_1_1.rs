//! Malformed messages: content and what was said of its length (RFC 9113 §8.1.1).

mod answered;
pub(crate) mod malformed;

use crate::support::{End, post};
use testkit::{code, data, headers};
use tress_proto::MessageRule as Rule;
use tress_proto::{
    Bytes, Client, Config, Part, Request, Response, Server, StreamId, Trailers, UserError,
};

use self::malformed::{
    client, client_accepts, client_refuses, good, server, server_accepts, server_ends,
    server_refuses,
};

fn octets(content: &'static [u8]) -> Bytes {
    Bytes::from_static(content)
}

fn head() -> Request {
    Request::new("HEAD", "https", "a", "/")
}

#[test]
fn the_content_of_a_request_is_as_long_as_it_says() {
    let post = || headers(3).post("/").field("content-length", "4");
    let heard = server_accepts((post(), data(3, "ab"), data(3, "cd").padded(9).end()));
    assert_eq!(heard[1..], [Part::Data(octets(b"abcd")), Part::End]);
    let heard = server_accepts((post(), data(3, "abcd"), data(3, "").end()));
    assert_eq!(heard[1..], [Part::Data(octets(b"abcd")), Part::End]);
    let heard = server_accepts((post(), data(3, "abcd"), headers(3).field("x", "y").end()));
    let trailers = Part::Trailers(Trailers::new().field("x", "y"));
    assert_eq!(
        heard[1..],
        [Part::Data(octets(b"abcd")), trailers, Part::End]
    );
}

#[test]
fn a_request_with_more_content_than_it_says_is_malformed() {
    let post = |length| headers(3).post("/").field("content-length", length);
    server_ends((post("4"), data(3, "abcde")), Rule::ContentTooLong);
    server_ends(
        (post("4"), data(3, "abc"), data(3, "de").end()),
        Rule::ContentTooLong,
    );
    server_ends((post("0"), data(3, "a").end()), Rule::ContentTooLong);
}

#[test]
fn a_request_with_less_content_than_it_says_is_malformed() {
    let post = || headers(3).post("/").field("content-length", "4");
    server_ends((post(), data(3, "abc").end()), Rule::ContentTooShort);
    server_ends((post(), data(3, "").end()), Rule::ContentTooShort);
    let trailers = headers(3).field("x", "y").end();
    server_ends((post(), data(3, "abc"), trailers), Rule::ContentTooShort);
}

#[test]
fn a_request_that_ends_with_its_head_has_no_content() {
    let heard = server_accepts(headers(3).post("/").field("content-length", "0").end());
    assert!(matches!(heard[..], [Part::Head(_), Part::End]), "{heard:?}");
    server_refuses(headers(3).post("/").field("content-length", "4").end());
}

#[test]
fn the_content_of_a_response_is_as_long_as_it_says() {
    let ok = || headers(1).status(200).field("content-length", "4");
    let heard = client_accepts(&good(), (ok(), data(1, "abcd").end()));
    assert_eq!(heard[1..], [Part::Data(octets(b"abcd")), Part::End]);
    client_refuses(&good(), (ok(), data(1, "abcde")), Rule::ContentTooLong);
    client_refuses(&good(), (ok(), data(1, "abc").end()), Rule::ContentTooShort);
    client_refuses(&good(), ok().end(), Rule::ContentTooShort);
    let trailers = headers(1).field("x", "y").end();
    client_refuses(
        &good(),
        (ok(), data(1, "abc"), trailers),
        Rule::ContentTooShort,
    );
}

#[test]
fn a_response_to_head_may_say_a_length_but_has_no_content() {
    let ok = || headers(1).status(200).field("content-length", "4");
    let heard = client_accepts(&head(), ok().end());
    let said = Response::new(200).field("content-length", "4");
    assert_eq!(heard, [Part::Head(said), Part::End]);
    let heard = client_accepts(&head(), (ok(), data(1, "").end()));
    assert_eq!(heard.len(), 2);
    client_refuses(
        &head(),
        (ok(), data(1, "abcd").end()),
        Rule::ContentForbidden,
    );
    client_refuses(
        &head(),
        (headers(1).status(404), data(1, "a")),
        Rule::ContentForbidden,
    );
}

#[test]
fn responses_of_status_204_and_304_have_no_content() {
    for status in [204, 304] {
        let content = (headers(1).status(status), data(1, "a"));
        client_refuses(&good(), content, Rule::ContentForbidden);
        let heard = client_accepts(&good(), headers(1).status(status).end());
        assert_eq!(heard, [Part::Head(Response::new(status)), Part::End]);
    }
    let unchanged = headers(1).status(304).field("content-length", "4").end();
    let heard = client_accepts(&good(), unchanged);
    let said = Response::new(304).field("content-length", "4");
    assert_eq!(heard, [Part::Head(said), Part::End]);
}

#[test]
fn the_status_205_is_sent_without_content_and_its_length_is_nothing() {
    let mut peer = server(Config::default(), usize::MAX);
    peer.feed((
        headers(3).get("/").end(),
        headers(5).request("HEAD", "/").end(),
    ));
    for id in [3, 5] {
        let mut stream = peer.machine.stream_mut(StreamId::new(id).unwrap()).unwrap();
        let long = Response::new(205).field("content-length", "4");
        assert_eq!(
            stream.respond(long),
            Err(UserError::Malformed(Rule::ContentForbidden))
        );
        stream
            .respond(Response::new(205).field("content-length", "0"))
            .unwrap();
        assert_eq!(
            stream.send_data(octets(b"abcd")),
            Err(UserError::Malformed(Rule::ContentForbidden))
        );
        stream.end().unwrap();
    }
    let sent = peer.run().sent();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|frame| frame.is_end()));
}

#[test]
fn content_that_comes_with_205_is_taken() {
    // RFC 9110 §6.4.1 does not count it among the responses that never have content.
    let heard = client_accepts(&good(), (headers(1).status(205), data(1, "abcd").end()));
    assert_eq!(heard[1..], [Part::Data(octets(b"abcd")), Part::End]);
}

#[test]
fn responses_of_status_1xx_and_204_say_no_length() {
    let rule = Rule::ContentLengthForbidden;
    for (status, length) in [(100, "0"), (103, "4"), (204, "4")] {
        let response = headers(1).status(status).field("content-length", length);
        client_refuses(&good(), response, rule);
    }
    let zero = headers(1).status(204).field("content-length", "0").end();
    let heard = client_accepts(&good(), zero);
    assert_eq!(heard, [Part::Head(Response::new(204)), Part::End]);
}

#[test]
fn a_length_is_a_number() {
    for value in ["+3", "3, 3", "", "-1", "0x3", "3 3", "18446744073709551616"] {
        server_refuses(headers(3).post("/").field("content-length", value));
        let response = headers(1).status(200).field("content-length", value);
        client_refuses(&good(), response, Rule::ContentLengthSyntax);
    }
    let largest = headers(3)
        .post("/")
        .field("content-length", "18446744073709551615");
    let heard = server_accepts(largest);
    let [Part::Head(head)] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(head.content_length(), Some(u64::MAX));
}

#[test]
fn lengths_that_differ_are_malformed_and_equal_ones_count_as_one() {
    let twice = |one, other| {
        let request = headers(3).post("/").field("content-length", one);
        request.field("x", "y").field("content-length", other)
    };
    server_refuses(twice("3", "4"));
    let heard = server_accepts((twice("3", "3"), data(3, "abc").end()));
    let [Part::Head(head), Part::Data(content), Part::End] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert_eq!(head.section().get_all(b"content-length").count(), 1);
    assert_eq!(content, "abc");
    let response = headers(1).status(200).field("content-length", "3");
    let response = response.field("content-length", "4");
    client_refuses(&good(), response, Rule::ContentLengthRepeated);
}

#[test]
fn the_application_sends_as_much_as_it_says() {
    let mut peer = client(&[], usize::MAX);
    let post = Request::post("https", "a", "/").field("content-length", "4");
    let id = peer.machine.request(post).unwrap();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    let malformed = |rule| Err(UserError::Malformed(rule));
    assert_eq!(
        stream.send_data(octets(b"abcde")),
        malformed(Rule::ContentTooLong)
    );
    assert_eq!(stream.send_data(octets(b"abc")), Ok(()));
    assert_eq!(stream.end(), malformed(Rule::ContentTooShort));
    assert_eq!(
        stream.send_trailers(Trailers::new()),
        malformed(Rule::ContentTooShort)
    );
    assert_eq!(stream.send_data(octets(b"d")), Ok(()));
    assert_eq!(stream.end(), Ok(()));
    let content: Vec<u8> = peer.run().sent()[1..]
        .iter()
        .flat_map(|frame| frame.content().to_vec())
        .collect();
    assert_eq!(content, b"abcd");
}

#[test]
fn the_application_sends_no_content_where_there_is_none() {
    for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 205), ("GET", 304)] {
        let mut peer = server(Config::default(), usize::MAX);
        peer.feed(headers(3).request(method, "/").end());
        let mut stream = peer.machine.stream_mut(StreamId::new(3).unwrap()).unwrap();
        stream.respond(Response::new(status)).unwrap();
        assert_eq!(
            stream.send_data(octets(b"a")),
            Err(UserError::Malformed(Rule::ContentForbidden)),
        );
        assert_eq!(stream.end(), Ok(()));
        let sent = peer.run().sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert!(sent[0].is_end());
    }
}

/// Pins: the last of several lengths counted.
#[test]
fn lengths_that_contradict_each_other_are_refused() {
    let contradicts = |head: testkit::Frame<testkit::Headers>| {
        head.field("content-length", "3")
            .field("content-length", "4")
    };
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.resets(id, contradicts(headers(id).post("/")), code::PROTOCOL_ERROR);
    let mut end = End::<Client>::new();
    let id = end.machine().request(post()).unwrap().value();
    end.quiet();
    end.resets(
        id,
        contradicts(headers(id).status(200)),
        code::PROTOCOL_ERROR,
    );
}
