//! Malformed requests, and the answers of an error handler (RFC 9113 §8.1.1).

use std::sync::mpsc;

use testkit::{PREFACE, Peer, Seen, code, headers, kind, settings};
use tress_handlers::proto::{MessageRule, StreamError, Violation};
use tress_handlers::{Config, Error, Response, Server};

use crate::support::{of_kind, resets};

/// A request with a name in upper case.
fn malformed(id: u32) -> testkit::Frame<testkit::Headers> {
    headers(id).get("/").field("X", "y")
}

fn server() -> Server {
    Server::new(Config::default(), |reqd| {
        let path = reqd.request().path().map(<[u8]>::to_vec);
        let path = String::from_utf8(path.unwrap_or_default()).unwrap();
        reqd.respond_with_string(Response::new(200), path).unwrap();
    })
}

/// Feeds in pieces of four lengths; returns what was said each time.
fn fed(make: impl Fn() -> Server, wire: &impl Fn() -> Vec<u8>) -> Vec<Vec<Seen>> {
    let run = |chunk| {
        let mut peer = Peer::new(make()).chunks(chunk);
        peer.feed((PREFACE.to_vec(), settings()));
        peer.sent();
        peer.feed(wire());
        peer.sent()
    };
    [1, 9, 100, 16_384].map(run).into()
}

fn octets(wire: impl testkit::Wire) -> Vec<u8> {
    wire.octets()
}

#[test]
fn a_malformed_request_goes_to_the_error_handler_which_answers_it() {
    let (sender, heard) = mpsc::channel();
    let make = || {
        let sender = sender.clone();
        server().error_handler(move |request, error, start| {
            assert!(request.is_none());
            sender.send(error).unwrap();
            let writer = start.unwrap().start(Response::new(400)).unwrap();
            writer.write("an upper-case name").unwrap();
            writer.close();
        })
    };
    for sent in fed(make, &|| {
        octets((malformed(1).end(), headers(3).get("/next").end()))
    }) {
        let heads = of_kind(&sent, kind::HEADERS);
        let statuses: Vec<_> = heads
            .iter()
            .map(|head| (head.stream, head.field(":status").unwrap()))
            .collect();
        assert_eq!(statuses, [(1, "400".to_owned()), (3, "200".to_owned())]);
        let data = of_kind(&sent, kind::DATA);
        assert_eq!(data[0].content(), b"an upper-case name");
        assert!(data.last().unwrap().is_end());
        assert_eq!(resets(&sent), []);
    }
    let errors: Vec<_> = heard.try_iter().collect();
    assert_eq!(errors.len(), 4, "an error is reported once: {errors:?}");
    let rule = Violation::Message(MessageRule::NameUpperCase);
    let is_rule = |error: &Error| matches!(error, Error::Stream(StreamError::Violation(violation)) if *violation == rule);
    assert!(errors.iter().all(is_rule), "{errors:?}");
}

#[test]
fn the_rest_of_a_malformed_request_is_asked_to_be_spared_once_it_is_answered() {
    let make = || {
        server().error_handler(|_, _, start| {
            start.unwrap().start(Response::new(400)).unwrap().close();
        })
    };
    for sent in fed(make, &|| octets(malformed(1))) {
        let head = of_kind(&sent, kind::HEADERS);
        assert_eq!(head[0].field(":status").as_deref(), Some("400"));
        assert_eq!(resets(&sent), [(1, code::NO_ERROR)]);
    }
}

#[test]
fn a_malformed_request_is_answered_with_400_where_there_is_no_error_handler() {
    for sent in fed(server, &|| octets(malformed(1).end())) {
        let head = of_kind(&sent, kind::HEADERS);
        assert_eq!(head[0].field(":status").as_deref(), Some("400"));
        assert!(head[0].is_end() || of_kind(&sent, kind::DATA)[0].is_end());
        assert_eq!(resets(&sent), []);
    }
}

#[test]
fn a_request_with_too_many_fields_is_answered_with_431_where_there_is_no_error_handler() {
    let many = || {
        let fields = (0..300).fold(headers(1).get("/"), |head, n| {
            head.field(format!("x-{n}"), "y")
        });
        octets(fields.end())
    };
    for sent in fed(server, &many) {
        let head = of_kind(&sent, kind::HEADERS);
        assert_eq!(head[0].field(":status").as_deref(), Some("431"));
    }
}

#[test]
fn a_malformed_request_that_the_error_handler_does_not_answer_is_reset_with_the_code_of_its_rule() {
    let (sender, heard) = mpsc::channel();
    let make = || {
        let sender = sender.clone();
        server().error_handler(move |_, error, _| sender.send(error.to_string()).unwrap())
    };
    for sent in fed(make, &|| octets(malformed(1).end())) {
        assert_eq!(resets(&sent), [(1, code::PROTOCOL_ERROR)]);
    }
    assert_eq!(heard.try_iter().count(), 4, "an error is reported once");
}

#[test]
fn a_flood_of_malformed_requests_ends_the_connection_when_the_budget_is_spent() {
    let mut peer = Peer::new(server());
    peer.feed((PREFACE.to_vec(), settings()));
    let mut answers = 0;
    for id in (1..1000).step_by(2) {
        let sent = peer.feed(malformed(id).end()).sent();
        answers += of_kind(&sent, kind::HEADERS).len();
        if let Some(goaway) = of_kind(&sent, kind::GOAWAY).first() {
            assert_eq!(goaway.code(), Some(code::ENHANCE_YOUR_CALM));
            break;
        }
    }
    assert_eq!(answers, 200);
}
