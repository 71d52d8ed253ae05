//! Whole exchanges between our two ends, through the wire.

use testkit::Pair;
use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Event, Part, Request, Response, Server, State,
    StreamId, Trailers,
};

/// A client and a server joined by a perfect wire.
fn pair() -> Pair<Connection<Client>, Connection<Server>> {
    Pair::new(
        Connection::new(Config::default()),
        Connection::new(Config::default()),
    )
}

fn get() -> Request {
    Request::get("http", "example.org", "/")
}

/// All parts of a stream that have arrived.
fn parts<R: tress_proto::Role>(connection: &mut Connection<R>, id: StreamId) -> Vec<Part<R>> {
    let mut parts = Vec::new();
    while let Ok(mut stream) = connection.stream_mut(id) {
        match stream.recv() {
            Ok(Some(part)) => parts.push(part),
            _ => break,
        }
    }
    parts
}

fn events<R: tress_proto::Role>(connection: &mut Connection<R>) -> Vec<String> {
    core::iter::from_fn(|| connection.poll_event())
        .map(|event| format!("{event:?}"))
        .collect()
}

#[test]
fn a_request_is_answered_with_five_octets() {
    let mut pair = pair();
    let id = pair.a.request(get()).unwrap();
    pair.a.stream_mut(id).unwrap().end().unwrap();
    pair.run();

    assert!(matches!(pair.b.poll_event(), Some(Event::SettingsChanged)));
    let opened = core::iter::from_fn(|| pair.b.poll_event()).find_map(|event| {
        if let Event::Opened { stream_id } = event {
            Some(stream_id)
        } else {
            None
        }
    });
    assert_eq!(opened, Some(id));
    assert_eq!(parts(&mut pair.b, id), [Part::Head(get()), Part::End]);

    let mut stream = pair.b.stream_mut(id).unwrap();
    stream
        .respond(Response::new(200).field("content-length", "5"))
        .unwrap();
    stream.send_data(Bytes::from_static(b"hello")).unwrap();
    stream.end().unwrap();
    pair.run();

    let head = Response::new(200).field("content-length", "5");
    let data = Part::Data(Bytes::from_static(b"hello"));
    assert_eq!(parts(&mut pair.a, id), [Part::Head(head), data, Part::End]);
    let last = events(&mut pair.a);
    assert!(
        last.contains(&format!("Finished {{ stream_id: {id:?}, result: Ok(()) }}")),
        "{last:?}"
    );
    assert!(pair.a.stream(id).is_none(), "the stream has left");
}

#[test]
fn head_content_and_end_leave_in_one_write() {
    let mut pair = pair();
    let id = pair.a.request(Request::post("http", "a", "/")).unwrap();
    let mut stream = pair.a.stream_mut(id).unwrap();
    stream.send_data(Bytes::from_static(b"hi")).unwrap();
    stream
        .send_trailers(Trailers::new().field("x", "y"))
        .unwrap();
    pair.run();
    let end = parts(&mut pair.b, id);
    assert_eq!(end[1], Part::Data(Bytes::from_static(b"hi")));
    assert_eq!(end[2], Part::Trailers(Trailers::new().field("x", "y")));
    assert_eq!(end[3], Part::End);
}

#[test]
fn a_server_that_goes_away_lets_running_streams_finish() {
    let mut pair = pair();
    let id = pair.a.request(get()).unwrap();
    pair.a.stream_mut(id).unwrap().end().unwrap();
    pair.run();
    pair.b.go_away();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.respond(Response::new(204)).unwrap();
    stream.end().unwrap();
    pair.run();
    assert!(matches!(
        parts(&mut pair.a, id).as_slice(),
        [Part::Head(_), Part::End]
    ));
    assert!(
        events(&mut pair.a)
            .last()
            .unwrap()
            .contains("Closed(Ok(()))")
    );
    assert!(parts(&mut pair.b, id).len() == 2);
    assert!(
        events(&mut pair.b)
            .last()
            .unwrap()
            .contains("Closed(Ok(()))")
    );
}

fn flushed<R: tress_proto::Role>(connection: &mut Connection<R>) -> Vec<String> {
    let mut events = events(connection);
    events.retain(|event| event.starts_with("Flushed"));
    events
}

#[test]
fn a_flush_is_resolved_once_the_last_octet_is_written() {
    let mut client = Connection::<Client>::new(Config::default());
    let id = client.request(Request::post("http", "a", "/")).unwrap();
    let mut stream = client.stream_mut(id).unwrap();
    stream.send_data(Bytes::from(vec![0; 5000])).unwrap();
    stream.flush().unwrap();
    let WriteOperation::Write(chunks) = client.next_write_operation() else {
        panic!("there is something to write");
    };
    let octets = chunks.octets();
    client.report_write_result(WriteResult::Ok(octets - 1));
    assert_eq!(flushed(&mut client).len(), 0);
    client.report_write_result(WriteResult::Ok(1));
    assert_eq!(
        flushed(&mut client),
        ["Flushed { token: FlushToken(1), result: Ok(()) }"]
    );
    client.shutdown();
    assert_eq!(flushed(&mut client).len(), 0, "and not again");
}

#[test]
fn a_flush_of_a_stream_that_is_reset_is_resolved_with_the_reason() {
    let mut pair = pair();
    let id = pair.a.request(Request::post("http", "a", "/")).unwrap();
    let mut stream = pair.a.stream_mut(id).unwrap();
    // More than the window lets through.
    stream.send_data(Bytes::from(vec![0; 500_000])).unwrap();
    let token = stream.flush().unwrap();
    pair.run();
    let mut stream = pair.b.stream_mut(id).unwrap();
    stream.reset(ErrorCode::CANCEL).unwrap();
    pair.run();
    let expected = format!("Flushed {{ token: {token:?}, result: Err(Reset(CANCEL)) }}");
    assert_eq!(flushed(&mut pair.a), [expected]);
}

#[test]
fn a_flush_is_resolved_when_the_transport_is_lost() {
    let mut client = Connection::<Client>::new(Config::default());
    let id = client.request(get()).unwrap();
    let token = client.stream_mut(id).unwrap().flush().unwrap();
    client.report_exn("cut".into());
    let expected = format!("Flushed {{ token: {token:?}, result: Err(Unsent) }}");
    assert_eq!(flushed(&mut client), [expected]);
}

#[test]
fn a_corked_head_waits_for_what_follows_it() {
    let mut client = Connection::<Client>::new(Config::default());
    let id = client.request(Request::post("http", "a", "/")).unwrap();
    let mut stream = client.stream_mut(id).unwrap();
    stream.cork();
    write_all(&mut client);
    assert_eq!(client.stream(id).unwrap().state(), State::Idle);
    let mut stream = client.stream_mut(id).unwrap();
    stream.send_data(Bytes::from_static(b"hi")).unwrap();
    stream.uncork();
    write_all(&mut client);
    assert_eq!(client.stream(id).unwrap().state(), State::Open);
}

#[test]
fn a_later_opening_lets_a_corked_one_go() {
    let mut client = Connection::<Client>::new(Config::default());
    let first = client.request(Request::post("http", "a", "/")).unwrap();
    client.stream_mut(first).unwrap().cork();
    let second = client.request(get()).unwrap();
    write_all(&mut client);
    assert_eq!(client.stream(first).unwrap().state(), State::Open);
    assert_eq!(client.stream(second).unwrap().state(), State::Open);
}

#[test]
fn the_end_lets_a_corked_message_go() {
    let mut client = Connection::<Client>::new(Config::default());
    let id = client.request(get()).unwrap();
    let mut stream = client.stream_mut(id).unwrap();
    stream.cork();
    stream.end().unwrap();
    write_all(&mut client);
    assert_eq!(client.stream(id).unwrap().state(), State::HalfClosedLocal);
}

fn write_all(client: &mut Connection<Client>) {
    while let WriteOperation::Write(chunks) = client.next_write_operation() {
        let octets = chunks.octets();
        client.report_write_result(WriteResult::Ok(octets));
    }
}
