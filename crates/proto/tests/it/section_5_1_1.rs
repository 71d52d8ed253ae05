//! Stream identifiers (RFC 9113 §5.1.1).

use testkit::{code, data, headers, kind, rst_stream, settings, window_update};
use tress_proto::{Client, Config, Connection, Limits, Server, StreamId, UserError};

use crate::support::{End, get};

#[test]
fn a_client_opens_streams_with_odd_identifiers_in_ascending_order() {
    let mut client = Connection::<Client>::new(Config::default());
    let ids: Vec<_> = (0..5)
        .map(|_| client.request(get()).unwrap().value())
        .collect();
    assert_eq!(ids, [1, 3, 5, 7, 9]);
    let mut end = testkit::Peer::new(client);
    end.run();
    let heads = end
        .sent()
        .into_iter()
        .filter(|seen| seen.kind == kind::HEADERS);
    let opened: Vec<_> = heads.map(|seen| seen.stream).collect();
    assert_eq!(opened, [1, 3, 5, 7, 9]);
}

#[test]
fn streams_are_opened_in_the_order_of_their_identifiers_however_long_they_waited() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(3, 1));
    for _ in 0..4 {
        end.machine().request(get()).unwrap();
    }
    end.quiet();
    // What is queued later on an earlier stream changes nothing.
    for id in [9, 5, 3, 7] {
        end.stream(id).end().unwrap();
    }
    assert!(end.sent().is_empty());
    end.feed(settings().set(3, 100));
    let sent = end.sent();
    let opened: Vec<_> = sent
        .iter()
        .filter(|seen| seen.kind == kind::HEADERS)
        .map(|seen| seen.stream)
        .collect();
    assert_eq!(opened, [3, 5, 7, 9]);
}

#[test]
fn an_even_identifier_from_a_client_is_a_connection_error() {
    for id in [2, 4, 1000, 0x7fff_fffe] {
        End::<Server>::new().dies(headers(id).get("/").end(), code::PROTOCOL_ERROR);
    }
}

#[test]
fn an_identifier_that_does_not_grow_is_a_connection_error() {
    // Skipped, as 3 is by 5, and all that was below it.
    let mut end = End::<Server>::new();
    end.feed(headers(5).get("/").end());
    end.opened();
    end.opened();
    end.quiet();
    end.dies(headers(3).get("/").end(), code::PROTOCOL_ERROR);
}

#[test]
fn an_identifier_is_not_used_again() {
    let mut end = End::<Server>::new();
    let id = end.closed();
    end.dies(headers(id).get("/").end(), code::STREAM_CLOSED);
    let mut end = End::<Server>::new();
    let id = end.reset_by_peer();
    end.resets(id, headers(id).get("/").end(), code::STREAM_CLOSED);
}

#[test]
fn a_stream_that_was_refused_has_used_its_identifier() {
    let limits = Limits::default().concurrent_streams(1);
    let mut end = End::<Server>::with(Config::default().limits(limits).unwrap());
    end.resets(5, headers(5).get("/").end(), code::REFUSED_STREAM);
    end.opened();
    end.opened();
    end.dies(headers(3).get("/").end(), code::PROTOCOL_ERROR);
}

#[test]
fn frames_on_a_skipped_identifier_are_a_connection_error() {
    for frame in [
        testkit::Wire::octets(&data(3, "x")),
        testkit::Wire::octets(&rst_stream(3, code::CANCEL)),
        testkit::Wire::octets(&window_update(3, 1)),
        testkit::Wire::octets(&window_update(3, 0x7fff_ffff)),
    ] {
        let mut end = End::<Server>::new();
        end.feed(headers(5).get("/").end());
        end.opened();
        end.opened();
        end.quiet();
        end.dies(frame, code::PROTOCOL_ERROR);
    }
}

#[test]
fn the_greatest_identifier_opens_a_stream_and_is_the_last() {
    let mut end = End::<Server>::new();
    let last = 0x7fff_ffff;
    end.feed(headers(last).get("/").end());
    assert_eq!(end.take(last), ["2147483647: GET /", "2147483647: end"]);
    end.is_unharmed();
    end.feed(headers(last - 2).get("/").end());
    let goaway = end.sent().pop().unwrap();
    assert_eq!(goaway.code(), Some(code::PROTOCOL_ERROR));
    assert_eq!(goaway.last_stream(), Some(last));
}

#[test]
fn headers_of_no_stream_are_a_connection_error() {
    End::<Server>::new().dies(headers(0).get("/").end(), code::PROTOCOL_ERROR);
    End::<Client>::new().dies(headers(0).status(200).end(), code::PROTOCOL_ERROR);
}

#[test]
fn commands_on_a_stream_that_never_was_are_the_applications_mistake() {
    let mut end = End::<Client>::new();
    for id in [0, 2, 3, 0x7fff_ffff] {
        let id = StreamId::from_wire(id);
        let error = end.machine().stream_mut(id).map(|_| ()).unwrap_err();
        assert_eq!(error, UserError::UnknownStream);
    }
    end.is_unharmed();
}
