//! Answers in one turn, and heads that are made once.

use testkit::{Pair, Rng, data, headers};
use tress_proto::{
    Bytes, Client, Config, Connection, FieldName, MessageRule, Part, Request, Response, Server,
    StreamId, StreamMut, Trailers, UserError,
};

use crate::support::End;

/// A server that was asked, and its client.
fn asked(request: Request) -> (Pair<Connection<Client>, Connection<Server>>, StreamId) {
    let mut pair = Pair::new(
        Connection::new(Config::default()),
        Connection::new(Config::default()),
    );
    let id = pair.a.request(request).unwrap();
    pair.a.stream_mut(id).unwrap().end().unwrap();
    pair.run();
    (pair, id)
}

/// All that the client hears of it, in the end.
fn heard(pair: &mut Pair<Connection<Client>, Connection<Server>>, id: StreamId) -> Vec<String> {
    pair.run();
    let mut heard = Vec::new();
    while let Ok(mut stream) = pair.a.stream_mut(id) {
        match stream.recv() {
            Ok(Some(part)) => heard.push(format!("{part:?}")),
            Ok(None) => break,
            Err(error) => {
                heard.push(format!("{error:?}"));
                break;
            }
        }
    }
    while let Some(event) = pair.a.poll_event() {
        heard.push(format!("{event:?}"));
    }
    heard
}

fn in_three_calls(
    server: &mut Connection<Server>,
    id: StreamId,
    response: Response,
    content: Bytes,
) -> Result<(), UserError> {
    let mut stream = server.stream_mut(id)?;
    stream.begin_answer(response, u64::try_from(content.len()).ok())?;
    stream.send_data(content)?;
    stream.end()
}

/// A response that may be wrong, alone or for what was asked.
fn response(rng: &mut Rng) -> Response {
    let status = [200, 204, 205, 304, 404, 103, 42][rng.range(0..7)];
    let response = Response::new(status);
    let response = match rng.range(0..4) {
        0 => response.with_content_length(rng.range(0..4) as u64),
        1 => response.field("content-length", rng.range(0..4).to_string()),
        _ => response,
    };
    match rng.range(0..6) {
        0 => response.field("priority", "u=1"),
        1 => response.field("connection", "close"),
        _ => response.with(FieldName::SERVER, "tress"),
    }
}

#[test]
fn an_answer_in_one_call_is_the_same_as_in_three() {
    let mut rng = Rng::new(15);
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let request = match rng.range(0..4) {
            0 => Request::new("HEAD", "https", "a", "/"),
            1 => Request::connect("a:1"),
            _ => Request::get("https", "a", "/"),
        };
        let (response, content) = (response(&mut rng), vec![b'x'; rng.range(0..4)]);
        let ((mut one, id), (mut three, _)) = (asked(request.clone()), asked(request));
        let stream = one.b.stream_mut(id);
        let said = stream.and_then(|mut it| it.answer(response.clone(), content.clone().into()));
        let again = in_three_calls(&mut three.b, id, response, content.into());
        assert_eq!(said, again);
        if said.is_ok() {
            assert_eq!(heard(&mut one, id), heard(&mut three, id));
            answered += 1;
        } else {
            refused += 1;
        }
    }
    assert!(answered > 300 && refused > 300, "{answered}, {refused}");
}

#[test]
fn an_answer_that_is_refused_leaves_nothing_behind() {
    let (mut pair, id) = asked(Request::get("https", "a", "/"));
    let mut stream = pair.b.stream_mut(id).unwrap();
    let short = Response::new(200).with_content_length(5);
    assert_eq!(
        stream.answer(short, Bytes::from_static(b"four")),
        Err(UserError::Malformed(MessageRule::ContentTooShort))
    );
    assert_eq!(pair.b.queued(), 0);
    let mut stream = pair.b.stream_mut(id).unwrap();
    let right = Response::new(200).with_content_length(4);
    stream.answer(right, Bytes::from_static(b"four")).unwrap();
    let mut stream = pair.b.stream_mut(id).unwrap();
    assert_eq!(
        stream.answer(Response::new(200), Bytes::new()),
        Err(UserError::OutOfOrder)
    );
    let heard = heard(&mut pair, id).concat();
    assert!(heard.contains("four") && heard.contains("End"), "{heard}");
}

#[test]
fn a_prepared_head_says_the_same_whatever_was_said_before() {
    let page = Response::new(200)
        .with(FieldName::CONTENT_TYPE, "text/html")
        .sensitive_field("x-secret", "1")
        .field("x-long", "y".repeat(300))
        .prepare()
        .unwrap();
    let mut pair = Pair::new(
        Connection::<Client>::new(Config::default()),
        Connection::<Server>::new(Config::default()),
    );
    for number in 0..20_u8 {
        let id = pair.a.request(Request::get("https", "a", "/")).unwrap();
        pair.a.stream_mut(id).unwrap().end().unwrap();
        pair.run();
        let mut stream = pair.b.stream_mut(id).unwrap();
        let Some(Part::Head(request)) = stream.recv().unwrap() else {
            panic!("a request has come");
        };
        let response = match number % 2 {
            0 => page.to_response_within(request),
            _ => page.to_response(),
        };
        // What is added goes to the table, and moves what the head refers to.
        let response = response
            .with(FieldName::ETAG, [b'a' + number])
            .field("x-number", number.to_string());
        stream.answer(response.clone(), Bytes::new()).unwrap();
        pair.run();
        let mut stream = pair.a.stream_mut(id).unwrap();
        let heard = response.with_content_length(0);
        assert_eq!(stream.recv().unwrap(), Some(Part::Head(heard)));
        while pair.a.poll_event().is_some() || pair.b.poll_event().is_some() {}
    }
}

#[test]
fn a_head_is_judged_when_it_is_prepared() {
    let prepare = |response: Response| response.prepare().map(drop);
    let rule = |rule| Err(UserError::Malformed(rule));
    assert_eq!(prepare(Response::new(204)), Ok(()));
    assert_eq!(
        prepare(Response::new(103)),
        rule(MessageRule::StatusMisplaced)
    );
    assert_eq!(
        prepare(Response::new(200).field("ser ver", "a")),
        rule(MessageRule::NameSyntax)
    );
    assert_eq!(
        prepare(Response::new(200).with(FieldName::SERVER, "a\nb")),
        rule(MessageRule::ValueDelimiter)
    );
}

#[test]
fn what_is_added_to_a_prepared_head_is_judged() {
    let page = Response::new(200).with_content_length(1).prepare().unwrap();
    for (response, rule) in [
        (
            page.to_response().with(FieldName::DATE, " now"),
            MessageRule::ValueWhitespace,
        ),
        (
            page.to_response().with_content_length(2),
            MessageRule::ContentLengthRepeated,
        ),
        (
            page.to_response().field("te", "trailers"),
            MessageRule::TeMisplaced,
        ),
    ] {
        let (mut pair, id) = asked(Request::get("https", "a", "/"));
        let mut stream = pair.b.stream_mut(id).unwrap();
        let answered = stream.answer(response, Bytes::from_static(b"x"));
        assert_eq!(answered, Err(UserError::Malformed(rule)));
    }
}

#[test]
fn an_answer_releases_what_was_held_back() {
    let (mut pair, id) = asked(Request::get("https", "a", "/"));
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.cork();
    stream
        .answer(Response::new(200), Bytes::from_static(b"x"))
        .unwrap();
    let heard = heard(&mut pair, id);
    assert!(heard.iter().any(|it| it == "End"), "{heard:?}");
}

/// What a server sends to a request of this method.
fn said_to(
    method: &str,
    answer: impl Fn(&mut StreamMut<'_, Server>) -> Result<(), UserError>,
) -> Vec<String> {
    let mut end = End::<Server>::new();
    end.feed(headers(3).request(method, "/").end()).quiet();
    answer(&mut end.stream(3)).unwrap();
    end.said()
}

const HEAD: &str = "HEADERS stream 3 END_STREAM END_HEADERS";

/// RFC 9110 §9.3.2, RFC 9110 §15.3.5, RFC 9110 §15.3.6, RFC 9110 §15.4.5: whatever is given.
#[test]
fn what_has_no_content_ends_with_its_head_and_says_the_length_that_it_may_say() {
    let cases = [
        (
            "HEAD",
            200,
            format!("{HEAD} [:status: 200, content-length: 5]"),
        ),
        (
            "HEAD",
            404,
            format!("{HEAD} [:status: 404, content-length: 5]"),
        ),
        (
            "GET",
            304,
            format!("{HEAD} [:status: 304, content-length: 5]"),
        ),
        ("GET", 204, format!("{HEAD} [:status: 204]")),
        ("GET", 205, format!("{HEAD} [:status: 205]")),
        ("HEAD", 204, format!("{HEAD} [:status: 204]")),
    ];
    for (method, status, expected) in cases {
        let content = || Bytes::from_static(b"hello");
        let whole = said_to(method, |stream| {
            stream.answer(Response::new(status), content())
        });
        assert_eq!(whole, [&*expected], "{method} {status}");
        // With a length that the application says, and in pieces.
        let pieces = said_to(method, |stream| {
            let response = Response::new(status).with_content_length(5);
            assert_eq!(stream.begin_answer(response, None), Ok(false));
            stream.send_data(content())?;
            stream.send_data(content())?;
            stream.send_trailers(Trailers::new().field("x", "y"))?;
            stream.end()
        });
        assert_eq!(pieces, [&*expected], "{method} {status}");
    }
}

/// RFC 9110 §9.3.2: who answers HEAD without content may not know how much there would be.
#[test]
fn a_head_that_is_answered_without_content_says_no_length() {
    let said = said_to("HEAD", |stream| {
        stream.answer(Response::new(200), Bytes::new())
    });
    assert_eq!(said, [format!("{HEAD} [:status: 200]")]);
}

/// RFC 9110 §8.6: a known length is said, unless it is said already.
#[test]
fn the_length_of_content_that_is_known_is_said_once() {
    let head = "HEADERS stream 3 END_HEADERS [:status: 200, content-length: 2]";
    let data = "DATA stream 3 END_STREAM \"hi\"";
    for response in [
        Response::new(200),
        Response::new(200).with_content_length(2),
    ] {
        let said = said_to("GET", |stream| {
            stream.answer(response.clone(), Bytes::from_static(b"hi"))
        });
        assert_eq!(said, [head, data]);
    }
    let said = said_to("GET", |stream| {
        stream.answer(Response::new(200), Bytes::new())
    });
    assert_eq!(said, [format!("{HEAD} [:status: 200, content-length: 0]")]);
    let said = said_to("GET", |stream| {
        assert_eq!(stream.begin_answer(Response::new(200), None), Ok(true));
        stream.end()
    });
    assert_eq!(said, [format!("{HEAD} [:status: 200]")]);
}

/// RFC 9110 §9.3.6: a tunnel has no length; RFC 9113 §8.5: one that is refused is a response.
#[test]
fn a_tunnel_is_granted_without_a_length_and_refused_with_one() {
    for (status, expected) in [
        (
            200,
            [
                "HEADERS stream 3 END_HEADERS [:status: 200]",
                "DATA stream 3 END_STREAM \"hi\"",
            ],
        ),
        (
            404,
            [
                "HEADERS stream 3 END_HEADERS [:status: 404, content-length: 2]",
                "DATA stream 3 END_STREAM \"hi\"",
            ],
        ),
    ] {
        let mut end = End::<Server>::new();
        let connect = headers(3)
            .field(":method", "CONNECT")
            .field(":authority", "a:1");
        end.feed(connect).quiet();
        let response = Response::new(status).with_content_length(2);
        end.stream(3)
            .answer(response, Bytes::from_static(b"hi"))
            .unwrap();
        assert_eq!(end.said()[..2], expected);
    }
}

/// RFC 9113 §8.2: the names of fields are lower-cased before they are sent.
#[test]
fn names_of_fields_are_sent_in_lower_case_however_they_are_given() {
    let said = said_to("GET", |stream| {
        let response = Response::new(200)
            .field("X-Powered-By", "tress")
            .sensitive_field("Set-Cookie", "a=B");
        stream.begin_answer(response, None)?;
        stream.send_trailers(Trailers::new().field("Checksum", "1"))
    });
    assert_eq!(
        said,
        [
            "HEADERS stream 3 END_HEADERS [:status: 200, x-powered-by: tress, set-cookie: a=B!]",
            "HEADERS stream 3 END_STREAM END_HEADERS [checksum: 1]",
        ]
    );
}

/// What was sent is whole, and so is what is given of it later, also when the stream is over.
#[test]
fn what_is_said_after_an_answer_without_content_is_no_error_and_goes_nowhere() {
    let mut end = End::<Server>::new();
    end.feed(headers(3).request("POST", "/")).quiet();
    assert_eq!(
        end.stream(3).begin_answer(Response::new(204), None),
        Ok(false)
    );
    end.stream(3).send_data(Bytes::from_static(b"x")).unwrap();
    end.feed(data(3, "rest").end());
    let mut stream = end.stream(3);
    stream.send_data(Bytes::from_static(b"x")).unwrap();
    stream.end().unwrap();
    let said = end.said();
    assert_eq!(said, [format!("{HEAD} [:status: 204]")]);
}
