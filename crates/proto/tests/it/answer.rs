//! Answers in one turn, and heads that are made once.

use testkit::{Pair, Rng};
use tress_proto::{
    Bytes, Client, Config, Connection, FieldName, MessageRule, Part, Request, Response, Server,
    StreamId, UserError,
};

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
    stream.respond(response)?;
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
        assert_eq!(stream.recv().unwrap(), Some(Part::Head(response)));
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
        prepare(Response::new(200).field("Server", "a")),
        rule(MessageRule::NameUpperCase)
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
fn an_answer_lets_go_what_was_held_back() {
    let (mut pair, id) = asked(Request::get("https", "a", "/"));
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.cork();
    stream
        .answer(Response::new(200), Bytes::from_static(b"x"))
        .unwrap();
    let heard = heard(&mut pair, id);
    assert!(heard.iter().any(|it| it == "End"), "{heard:?}");
}
