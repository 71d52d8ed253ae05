//! Whole exchanges between our two ends, through the wire.

use testkit::{Pair, written};
use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{
    Bytes, Client, Config, Connection, Credit, ErrorCode, Event, Part, Request, Response,
    Sensitivity, Server, State, StreamId, Trailers, UserError,
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

/// Whatever of it had been shown: once output is lost, nothing is confirmed any more.
#[test]
fn a_flush_after_output_was_lost_is_never_confirmed() {
    for octets in [0, 5_000, 500_000] {
        for is_shown in [false, true] {
            let mut client = Connection::<Client>::new(Config::default());
            let id = client.request(Request::post("http", "a", "/")).unwrap();
            let mut stream = client.stream_mut(id).unwrap();
            stream.send_data(Bytes::from(vec![0; octets])).unwrap();
            let before = stream.flush().unwrap();
            if is_shown {
                assert!(matches!(
                    client.next_write_operation(),
                    WriteOperation::Write(_)
                ));
            }
            client.report_write_result(WriteResult::Closed);
            let mut stream = client.stream_mut(id).unwrap();
            let after = stream.flush().unwrap();
            stream.send_data(Bytes::from_static(b"late")).unwrap();
            let last = stream.flush().unwrap();
            let expected = [before, after, last].map(|token| {
                format!("Flushed {{ token: {token:?}, result: Err(ConnectionLost) }}")
            });
            assert_eq!(flushed(&mut client), expected);
        }
    }
}

#[test]
fn a_corked_head_waits_for_what_follows_it() {
    let mut client = Connection::<Client>::new(Config::default());
    let id = client.request(Request::post("http", "a", "/")).unwrap();
    let mut stream = client.stream_mut(id).unwrap();
    stream.cork();
    written(&mut client);
    assert_eq!(client.stream(id).unwrap().state(), State::Idle);
    let mut stream = client.stream_mut(id).unwrap();
    stream.send_data(Bytes::from_static(b"hi")).unwrap();
    stream.uncork();
    written(&mut client);
    assert_eq!(client.stream(id).unwrap().state(), State::Open);
}

#[test]
fn a_later_request_releases_a_corked_one() {
    let mut client = Connection::<Client>::new(Config::default());
    let first = client.request(Request::post("http", "a", "/")).unwrap();
    client.stream_mut(first).unwrap().cork();
    let second = client.request(get()).unwrap();
    written(&mut client);
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
    written(&mut client);
    assert_eq!(client.stream(id).unwrap().state(), State::HalfClosedLocal);
}

#[test]
fn manual_credit_goes_back_when_the_application_returns_it() {
    let manual = Config::default()
        .credit(Credit::Manual)
        .and_then(|config| config.initial_window(65_535))
        .unwrap();
    let mut pair = Pair::new(
        Connection::<Client>::new(Config::default()),
        Connection::<Server>::new(manual),
    );
    let id = pair.a.request(Request::post("http", "a", "/")).unwrap();
    let mut stream = pair.a.stream_mut(id).unwrap();
    stream.send_data(Bytes::from(vec![0; 100_000])).unwrap();
    pair.run();
    let taken = octets(&parts(&mut pair.b, id));
    pair.run();
    assert_eq!(taken, 65_535);
    assert_eq!(octets(&parts(&mut pair.b, id)), 0, "nothing was returned");
    let mut stream = pair.b.stream_mut(id).unwrap();
    assert_eq!(stream.release_credit(65_536), Err(UserError::Credit));
    stream.release_credit(65_535).unwrap();
    pair.run();
    assert_eq!(octets(&parts(&mut pair.b, id)), 100_000 - 65_535);
}

fn octets<R: tress_proto::Role>(parts: &[Part<R>]) -> usize {
    let content = parts.iter().map(|part| match part {
        Part::Data(data) => data.len(),
        _ => 0,
    });
    content.sum()
}

#[test]
fn cookie_pairs_are_kept_or_joined_by_choice() {
    let request = get()
        .field("cookie", "a=1")
        .field("x", "y")
        .sensitive_field("cookie", "b=2");
    for (config, expected) in [
        (Config::default(), request.clone()),
        (
            Config::default().join_cookies(),
            get().sensitive_field("cookie", "a=1; b=2").field("x", "y"),
        ),
    ] {
        let mut pair = Pair::new(
            Connection::<Client>::new(Config::default()),
            Connection::<Server>::new(config),
        );
        let id = pair.a.request(request.clone()).unwrap();
        pair.run();
        // A short cookie is never indexed by the encoder, so that all cookie pairs come as secrets.
        let [Part::Head(head)] = &parts(&mut pair.b, id)[..] else {
            panic!("a head");
        };
        let values = |request: &Request| -> Vec<(Vec<u8>, Vec<u8>)> {
            let fields = request.fields();
            fields
                .map(|field| (field.name.to_vec(), field.value.to_vec()))
                .collect()
        };
        assert_eq!(values(head), values(&expected));
        assert!(
            head.fields()
                .any(|field| field.sensitivity == Sensitivity::NeverIndexed)
        );
    }
}
