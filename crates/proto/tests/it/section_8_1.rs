//! Messages: whole exchanges, as both ends say them (RFC 9113 §8.1).

use testkit::{
    PREFACE, Step, app, check, check_in_chunks, client, closed, code, continuation, data, eof,
    goaway, happens, headers, kind, ping, rest, rst_stream, says, script, server, settings,
    settings_ack,
};
use tress_proto::{
    Bytes, Client, Config, Connection, Event, Limits, Request, Response, Server, StreamId,
    StreamMut, Trailers, UserError,
};

use crate::support::{End, asking, get, post, serving};

/// What a client says before anything else.
fn hello() -> Step<Connection<Server>> {
    client((PREFACE, settings(), settings_ack()))
}

/// What a server says before anything else.
fn welcome() -> Step<Connection<Client>> {
    server((settings(), settings_ack()))
}

/// The application of a server does this with a stream.
fn serve(
    id: u32,
    does: impl Fn(&mut StreamMut<'_, Server>) -> Result<(), UserError> + 'static,
) -> Step<Connection<Server>> {
    app(move |server: &mut Connection<Server>| {
        let id = StreamId::from_wire(id);
        does(&mut server.stream_mut(id).unwrap()).unwrap();
    })
}

/// The application of a client asks, and does this with the stream.
fn ask(
    request: Request,
    does: impl Fn(&mut StreamMut<'_, Client>) -> Result<(), UserError> + 'static,
) -> Step<Connection<Client>> {
    app(move |client: &mut Connection<Client>| {
        let id = client.request(request.clone()).unwrap();
        does(&mut client.stream_mut(id).unwrap()).unwrap();
    })
}

const fn text(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

#[test]
fn a_server_answers_a_request() {
    check_in_chunks(
        serving,
        script![
            hello(),
            rest(),
            client(headers(1).get("/path").field("accept", "*/*").end()),
            happens(["opened 1", "1: GET /path accept=*/*", "1: end"]),
            serve(1, |stream| {
                stream.respond(Response::new(200).field("content-length", "5"))?;
                stream.send_data(text("hello"))?;
                stream.end()
            }),
            server(headers(1).status(200).field("content-length", "5")),
            server(data(1, "hello").end()),
            happens(["finished 1"]),
        ],
    );
}

#[test]
fn a_client_asks_and_is_answered() {
    check_in_chunks(
        asking,
        script![
            ask(get(), |stream| stream.end()),
            rest(),
            welcome(),
            server(headers(1).status(200).field("x", "y")),
            server((data(1, "hel"), data(1, "lo").end())),
            happens(["1: 200 x=y", "1: \"hello\"", "1: end", "finished 1"]),
            client(settings_ack()),
        ],
    );
}

#[test]
fn a_server_hears_content_and_trailers_and_says_both() {
    check_in_chunks(
        serving,
        script![
            hello(),
            rest(),
            client((
                headers(1).post("/"),
                data(1, "con").padded(7),
                data(1, "tent")
            )),
            client((
                headers(1).trailers().no_end_headers(),
                continuation(1).field("sum", "1")
            )),
            happens([
                "opened 1",
                "1: POST /",
                "1: \"content\"",
                "1: trailers sum=1",
                "1: end"
            ]),
            serve(1, |stream| {
                stream.respond(Response::new(200))?;
                stream.send_data(text("answer"))?;
                stream.send_trailers(Trailers::new().field("status", "0"))
            }),
            server((headers(1).status(200), data(1, "answer"))),
            server(headers(1).field("status", "0").trailers()),
            happens(["finished 1"]),
        ],
    );
}

#[test]
fn a_client_says_content_and_trailers_and_hears_both() {
    check_in_chunks(
        asking,
        script![
            ask(post(), |stream| {
                stream.send_data(text("con"))?;
                stream.send_data(text("tent"))?;
                stream.send_trailers(Trailers::new().field("sum", "1"))
            }),
            says("settings", |seen| seen.kind == kind::SETTINGS),
            says("a larger window", |seen| seen.kind == kind::WINDOW_UPDATE),
            client(
                headers(1)
                    .field(":method", "POST")
                    .field(":scheme", "https")
                    .field(":authority", "a")
                    .field(":path", "/"),
            ),
            client((data(1, "content"), headers(1).field("sum", "1").trailers())),
            welcome(),
            client(settings_ack()),
            server((headers(1).status(200), data(1, "answer"))),
            server((
                headers(1).trailers().no_end_headers(),
                continuation(1).field("status", "0")
            )),
            happens([
                "1: 200",
                "1: \"answer\"",
                "1: trailers status=0",
                "1: end",
                "finished 1"
            ]),
        ],
    );
}

#[test]
fn informational_responses_come_before_the_final_one() {
    check_in_chunks(
        serving,
        script![
            hello(),
            rest(),
            client(headers(1).post("/").field("expect", "100-continue")),
            happens(["opened 1", "1: POST / expect=100-continue"]),
            serve(1, |stream| {
                stream.inform(Response::new(100))?;
                stream.inform(Response::new(103).field("link", "</style>"))
            }),
            server((
                headers(1).status(100),
                headers(1).status(103).field("link", "</style>")
            )),
            client(data(1, "content").end()),
            happens(["1: \"content\"", "1: end"]),
            serve(1, |stream| {
                stream.respond(Response::new(204))?;
                stream.end()
            }),
            server(headers(1).status(204).end()),
            happens(["finished 1"]),
        ],
    );
    check_in_chunks(
        asking,
        script![
            ask(get(), |stream| stream.end()),
            rest(),
            welcome(),
            client(settings_ack()),
            server((
                headers(1).status(100),
                headers(1).status(103).field("x", "y")
            )),
            happens(["1: 100", "1: 103 x=y"]),
            server(headers(1).status(200).end()),
            happens(["1: 200", "1: end", "finished 1"]),
        ],
    );
}

#[test]
fn a_server_may_answer_before_the_request_is_whole() {
    check_in_chunks(
        serving,
        script![
            hello(),
            rest(),
            client((headers(1).post("/"), data(1, "begun"))),
            happens(["opened 1", "1: POST /", "1: \"begun\""]),
            serve(1, |stream| {
                stream.respond(Response::new(200))?;
                stream.end()
            }),
            server(headers(1).status(200).end()),
            client(data(1, "and done").end()),
            happens(["1: \"and done\"", "1: end", "finished 1"]),
        ],
    );
}

#[test]
fn streams_are_served_in_any_order() {
    check_in_chunks(
        serving,
        script![
            hello(),
            rest(),
            client((
                headers(1).get("/1").end(),
                headers(3).post("/3"),
                headers(5).get("/5").end()
            )),
            client(data(3, "three").end()),
            happens([
                "opened 1",
                "1: GET /1",
                "1: end",
                "opened 3",
                "3: POST /3",
                "3: \"three\"",
                "3: end",
                "opened 5",
                "5: GET /5",
                "5: end",
            ]),
            serve(5, |stream| {
                stream.respond(Response::new(200))?;
                stream.end()
            }),
            server(headers(5).status(200).end()),
            serve(1, |stream| {
                stream.respond(Response::new(404))?;
                stream.end()
            }),
            server(headers(1).status(404).end()),
            serve(3, |stream| {
                stream.respond(Response::new(500))?;
                stream.end()
            }),
            server(headers(3).status(500).end()),
            happens(["finished 5", "finished 1", "finished 3"]),
        ],
    );
}

#[test]
fn a_response_to_head_has_the_length_and_no_content() {
    check(
        serving(),
        script![
            hello(),
            rest(),
            client(headers(1).request("HEAD", "/").end()),
            happens(["opened 1", "1: HEAD /", "1: end"]),
            serve(1, |stream| {
                stream.respond(Response::new(200).field("content-length", "1000"))?;
                stream.end()
            }),
            server(headers(1).status(200).field("content-length", "1000").end()),
            happens(["finished 1"]),
        ],
    );
    check(
        asking(),
        script![
            ask(Request::new("HEAD", "https", "a", "/"), |stream| stream
                .end()),
            rest(),
            welcome(),
            client(settings_ack()),
            server(headers(1).status(200).field("content-length", "1000").end()),
            happens(["1: 200 content-length=1000", "1: end", "finished 1"]),
        ],
    );
}

#[test]
fn a_connection_ends_after_its_last_exchange() {
    check_in_chunks(
        serving,
        script![
            hello(),
            rest(),
            client((headers(1).get("/").end(), goaway(0, code::NO_ERROR))),
            happens(["goaway 0 NO_ERROR", "opened 1", "1: GET /", "1: end"]),
            serve(1, |stream| {
                stream.respond(Response::new(204))?;
                stream.end()
            }),
            server((headers(1).status(204).end(), goaway(1, code::NO_ERROR))),
            happens(["finished 1", "closed"]),
            eof(),
            closed(),
        ],
    );
}

#[test]
fn a_canceled_request_is_heard_of_by_the_server() {
    check_in_chunks(
        serving,
        script![
            hello(),
            rest(),
            client(headers(1).get("/").end()),
            happens(["opened 1", "1: GET /", "1: end"]),
            client((rst_stream(1, code::CANCEL), ping(*b"question"))),
            server(ping(*b"question").ack()),
            happens([
                "1: the peer reset the stream with CANCEL",
                "finished 1: the peer reset the stream with CANCEL",
            ]),
        ],
    );
}

#[test]
fn a_second_field_section_without_end_stream_is_a_stream_error() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.resets(id, headers(id).field("x", "y"), code::PROTOCOL_ERROR);
    let mut end = End::<Client>::new();
    let id = end.open();
    end.resets(id, headers(id).field("x", "y"), code::PROTOCOL_ERROR);
}

#[test]
fn pseudo_header_fields_in_trailers_are_a_stream_error() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.resets(id, headers(id).get("/").end(), code::PROTOCOL_ERROR);
    let mut end = End::<Client>::new();
    let id = end.open();
    end.resets(id, headers(id).status(200).end(), code::PROTOCOL_ERROR);
}

/// Flaw 15 of the reference: an informational response was taken for the final one.
#[test]
fn an_informational_response_does_not_end_its_stream() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(get()).unwrap().value();
    end.opened();
    end.sent();
    end.resets(id, headers(id).status(103).end(), code::PROTOCOL_ERROR);
}

#[test]
fn an_informational_response_after_the_final_one_is_a_stream_error() {
    let mut end = End::<Client>::new();
    let id = end.open();
    end.resets(id, headers(id).status(103), code::PROTOCOL_ERROR);
}

#[test]
fn informational_responses_are_bounded() {
    let limits = Limits::default().informational(3);
    let mut end = End::<Client>::with(Config::default().limits(limits).unwrap());
    let id = end.machine().request(get()).unwrap().value();
    end.opened();
    end.sent();
    for _ in 0..3 {
        end.brings(id, headers(id).status(103));
    }
    end.resets(id, headers(id).status(103), code::ENHANCE_YOUR_CALM);
}

#[test]
fn the_parts_of_a_message_are_said_in_their_order() {
    let mut server = End::<Server>::new();
    let id = server.next_id();
    server.feed(headers(id).get("/").end());
    let mut stream = server.stream(id);
    let late = Err(UserError::OutOfOrder);
    assert_eq!(stream.send_data(text("x")), late, "before the head");
    assert_eq!(stream.send_trailers(Trailers::new()), late);
    assert_eq!(stream.end(), late);
    stream.inform(Response::new(103)).unwrap();
    assert_eq!(
        stream.send_data(text("x")),
        late,
        "an informational response is no head"
    );
    stream.respond(Response::new(200)).unwrap();
    assert_eq!(stream.respond(Response::new(200)), late);
    assert_eq!(stream.inform(Response::new(103)), late);
    stream.send_data(text("x")).unwrap();
    stream
        .send_trailers(Trailers::new().field("x", "y"))
        .unwrap();
    assert_eq!(stream.send_data(text("x")), late, "after the end");
    assert_eq!(stream.send_trailers(Trailers::new()), late);
    assert_eq!(stream.end(), late);
    assert_eq!(stream.respond(Response::new(200)), late);
    // What was refused has left no trace.
    let said = server.said();
    assert_eq!(
        said,
        [
            format!("HEADERS stream {id} END_HEADERS [:status: 103]"),
            format!("HEADERS stream {id} END_HEADERS [:status: 200]"),
            format!("DATA stream {id} \"x\""),
            format!("HEADERS stream {id} END_STREAM END_HEADERS [x: y]"),
        ]
    );
}

#[test]
fn content_without_octets_is_no_frame() {
    let mut server = End::<Server>::new();
    let id = server.open();
    server.stream(id).send_data(Bytes::new()).unwrap();
    assert!(server.sent().is_empty());
    server.stream(id).end().unwrap();
    assert_eq!(server.said(), [format!("DATA stream {id} END_STREAM \"\"")]);
}

#[test]
fn the_end_is_known_before_all_is_taken() {
    let mut server = End::<Server>::new();
    let id = server.open();
    assert!(!server.stream(id).is_ended());
    server.feed((data(id, "content"), headers(id).field("x", "y").trailers()));
    assert!(server.stream(id).is_ended());
    assert_eq!(server.take(id).len(), 3);
    assert!(server.stream(id).is_ended());
}

/// Pins: rST_STREAM(NO_ERROR) behind a whole answer took the answer along.
#[test]
fn what_arrived_before_a_reset_can_be_taken() {
    let mut end = End::<Client>::new();
    let id = end.open();
    end.feed((data(id, "all of it").end(), rst_stream(id, code::NO_ERROR)));
    assert_eq!(
        end.take(id),
        [format!("{id}: \"all of it\""), format!("{id}: end")]
    );
    let finished = |event: &Event| matches!(event, Event::Finished { stream_id, result: Ok(()) } if stream_id.value() == id);
    assert_eq!(
        end.events().iter().filter(|event| finished(event)).count(),
        1
    );
}
