//! Malformed requests that the application answers (RFC 9113 §8.1.1).

use testkit::{Peer, code, data, headers, kind, rst_stream};
use tress_proto::{
    Bytes, Config, Connection, ErrorCode, Event, Limit, MessageRule, Part, Response, Server,
    StreamError, StreamId, Violation,
};

use super::malformed::{events, parts, server};

/// Does the same to servers that want to hear of malformed requests, fed in pieces of all lengths.
fn each(mut act: impl FnMut(Peer<Connection<Server>>)) {
    for chunk in [1, 9, 100, 16_384] {
        act(server(Config::default().receive_malformed(), chunk));
    }
}

/// A request with a name in upper case, that has not ended.
fn malformed(id: u32) -> testkit::Frame<testkit::Headers> {
    headers(id).post("/").field("X", "y")
}

const UPPER_CASE: Violation = Violation::Message(MessageRule::NameUpperCase);

fn stream_id(id: u32) -> StreamId {
    StreamId::new(id).unwrap()
}

/// What was said, one line for each frame.
fn said(peer: &mut Peer<Connection<Server>>) -> Vec<String> {
    let sent = peer.run().sent();
    sent.iter().map(|seen| format!("{seen:?}")).collect()
}

fn answer(peer: &mut Peer<Connection<Server>>, id: u32, status: u16, content: &'static str) {
    let mut stream = peer.machine.stream_mut(stream_id(id)).unwrap();
    stream.respond(Response::new(status)).unwrap();
    stream.send_data(Bytes::from(content)).unwrap();
    stream.end().unwrap();
}

/// How a stream finished, and that nothing was reported of it twice.
fn finished(peer: &mut Peer<Connection<Server>>, id: u32) -> Result<(), StreamError> {
    let mut results = events(&mut peer.machine)
        .into_iter()
        .filter_map(|event| match event {
            Event::Finished { stream_id, result } if stream_id.value() == id => Some(result),
            _ => None,
        });
    let result = results.next().expect("it has finished");
    assert!(results.next().is_none());
    result
}

#[test]
fn a_malformed_request_is_answered_by_the_application_that_asks_for_it() {
    each(|mut peer| {
        peer.feed(malformed(3));
        assert!(said(&mut peer).is_empty(), "the application has the word");
        let heard = events(&mut peer.machine);
        let is_opened =
            |event: &Event| matches!(event, Event::Opened { stream_id } if stream_id.value() == 3);
        assert_eq!(
            heard.iter().filter(|event| is_opened(event)).count(),
            1,
            "{heard:?}"
        );
        assert_eq!(parts(&mut peer.machine, 3), [Part::Malformed(UPPER_CASE)]);
        answer(&mut peer, 3, UPPER_CASE.status(), "no");
        assert_eq!(
            said(&mut peer),
            [
                "HEADERS stream 3 END_HEADERS [:status: 400]",
                "DATA stream 3 END_STREAM \"no\"",
                "RST_STREAM stream 3 NO_ERROR",
            ]
        );
        assert_eq!(
            finished(&mut peer, 3),
            Err(StreamError::Violation(UPPER_CASE))
        );
        assert!(peer.machine.stream(stream_id(3)).is_none());
    });
}

#[test]
fn a_malformed_request_that_has_ended_is_not_reset_after_its_answer() {
    each(|mut peer| {
        peer.feed((malformed(3), data(3, "more"), data(3, "").end()));
        assert_eq!(parts(&mut peer.machine, 3), [Part::Malformed(UPPER_CASE)]);
        answer(&mut peer, 3, 400, "no");
        let sent = peer.run().sent();
        assert!(
            sent.iter().all(|seen| seen.kind != kind::RST_STREAM),
            "{sent:?}"
        );
        assert_eq!(
            finished(&mut peer, 3),
            Err(StreamError::Violation(UPPER_CASE))
        );
        assert!(peer.machine.stream(stream_id(3)).is_none());
    });
}

#[test]
fn content_of_a_malformed_request_is_dropped_and_credited() {
    each(|mut peer| {
        peer.feed(malformed(3));
        for _ in 0..48 {
            peer.feed(data(3, "x".repeat(16_384)));
        }
        let sent = peer.run().sent();
        let granted = |stream: u32| -> u32 {
            let updates = sent.iter().filter(|seen| seen.stream == stream);
            updates.filter_map(testkit::Seen::increment).sum()
        };
        assert!(
            granted(3) >= 46 * 16_384,
            "all but half a window: {}",
            granted(3)
        );
        assert_eq!(parts(&mut peer.machine, 3), [Part::Malformed(UPPER_CASE)]);
    });
}

#[test]
fn a_malformed_request_that_is_dropped_is_reset_with_the_code_of_its_rule() {
    each(|mut peer| {
        peer.feed(malformed(3));
        peer.machine.stream_mut(stream_id(3)).unwrap().release();
        assert_eq!(said(&mut peer), ["RST_STREAM stream 3 PROTOCOL_ERROR"]);
        assert!(peer.machine.stream(stream_id(3)).is_none());
    });
}

#[test]
fn a_malformed_request_may_be_reset_with_another_code() {
    each(|mut peer| {
        peer.feed(malformed(3));
        let mut stream = peer.machine.stream_mut(stream_id(3)).unwrap();
        stream.reset(ErrorCode::HTTP_1_1_REQUIRED).unwrap();
        assert_eq!(said(&mut peer), ["RST_STREAM stream 3 HTTP_1_1_REQUIRED"]);
        assert_eq!(finished(&mut peer, 3), Err(StreamError::Canceled));
    });
}

#[test]
fn a_malformed_request_that_its_client_resets_is_withdrawn() {
    each(|mut peer| {
        peer.feed((malformed(3), rst_stream(3, code::CANCEL)));
        assert!(said(&mut peer).is_empty());
        let heard = events(&mut peer.machine);
        assert!(
            heard
                .iter()
                .all(|event| !matches!(event, Event::Opened { .. })),
            "{heard:?}"
        );
        assert!(peer.machine.stream(stream_id(3)).is_none());
    });
}

#[test]
fn a_request_that_ends_without_the_content_it_announces_is_answered_too() {
    each(|mut peer| {
        peer.feed(headers(3).post("/").field("content-length", "4").end());
        let rule = Violation::Message(MessageRule::ContentTooShort);
        assert_eq!(parts(&mut peer.machine, 3), [Part::Malformed(rule)]);
        answer(&mut peer, 3, rule.status(), "no");
        let sent = said(&mut peer);
        assert_eq!(sent[0], "HEADERS stream 3 END_HEADERS [:status: 400]");
    });
}

#[test]
fn a_request_with_too_many_fields_is_answered_by_the_application_that_asks_for_it() {
    each(|mut peer| {
        let long = (0..300).fold(headers(3).get("/"), |head, n| {
            head.field(format!("x-{n}"), "y")
        });
        peer.feed(long.end());
        let rule = Violation::Limit(Limit::Fields);
        assert_eq!(rule.status(), 431);
        assert_eq!(parts(&mut peer.machine, 3), [Part::Malformed(rule)]);
        answer(&mut peer, 3, rule.status(), "no");
        assert_eq!(
            said(&mut peer)[0],
            "HEADERS stream 3 END_HEADERS [:status: 431]"
        );
        assert_eq!(
            finished(&mut peer, 3),
            Err(StreamError::Limit(Limit::Fields))
        );
    });
}

#[test]
fn what_follows_a_malformed_head_may_be_malformed_too() {
    each(|mut peer| {
        peer.feed((malformed(3), headers(3).field("Y", "z").end()));
        assert_eq!(said(&mut peer), ["RST_STREAM stream 3 PROTOCOL_ERROR"]);
        assert_eq!(
            finished(&mut peer, 3),
            Err(StreamError::Violation(UPPER_CASE))
        );
    });
}

#[test]
fn answers_to_malformed_requests_are_charged_as_resets_are() {
    // The same number of streams, whether they are reset at once or answered.
    let until_it_ends = |config: Config, is_answered: bool| {
        let mut peer = server(config, 16_384);
        for id in (3..).step_by(2) {
            peer.feed(malformed(id).end());
            if is_answered && peer.machine.stream(stream_id(id)).is_some() {
                answer(&mut peer, id, 400, "");
                peer.run();
                events(&mut peer.machine);
            }
            if let Some(goaway) = peer.sent().iter().find(|seen| seen.kind == kind::GOAWAY) {
                assert_eq!(goaway.code(), Some(code::ENHANCE_YOUR_CALM));
                return id;
            }
        }
        unreachable!()
    };
    let reset = until_it_ends(Config::default(), false);
    assert_eq!(reset, 3 + 2 * 200);
    assert_eq!(
        until_it_ends(Config::default().receive_malformed(), true),
        reset
    );
}

#[test]
fn malformed_requests_that_nobody_answers_are_as_many_as_streams() {
    each(|mut peer| {
        for id in (3..401).step_by(2) {
            peer.feed(malformed(id));
        }
        // One more runs beside them.
        assert_eq!(peer.machine.streams().count(), 100);
        let refused = peer.sent();
        assert!(
            refused
                .iter()
                .all(|seen| seen.code() == Some(code::REFUSED_STREAM)),
            "{refused:?}"
        );
        assert_eq!(refused.len(), 100);
    });
}
