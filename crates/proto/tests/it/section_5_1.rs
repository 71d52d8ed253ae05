//! The life of a stream, and what may arrive in each state (RFC 9113 §5.1).

use runtime::Runtime;
use testkit::{
    Peer, Wire, code, data, headers, kind, priority, push_promise, rst_stream, settings, unknown,
    window_update,
};
use tress_proto::{
    Bytes, Client, ClosedBy, Config, Connection, ErrorCode, Part, Request, Response, Role, Server,
    State, StreamId, Trailers, UserError,
};

use crate::support::{End, Ends, both, get};

/// Frames that say something on a stream: content, and fields.
fn says(id: u32) -> [Vec<u8>; 4] {
    [
        data(id, "late").octets(),
        data(id, "").end().octets(),
        headers(id).field("x", "y").trailers().octets(),
        headers(id).get("/").octets(),
    ]
}

/// Frames that may come late.
fn controls(id: u32) -> [Vec<u8>; 3] {
    [
        window_update(id, 1).octets(),
        rst_stream(id, code::CANCEL).octets(),
        priority(id, 0, 15).octets(),
    ]
}

fn state<R: Role>(end: &End<R>, id: u32) -> Option<State> {
    let stream = end.peer.machine.stream(StreamId::from_wire(id))?;
    Some(stream.state())
}

#[test]
fn an_idle_stream_takes_headers_and_priority_only() {
    both!(R => for far in [false, true] {
        // One of ours that was never opened, and one of the peer's.
        for even in [0, 1] {
            let id = End::<R>::new().next_id() + even + if far { 1000 } else { 0 };
            for frame in [
                data(id, "x").octets(),
                data(id, "").end().octets(),
                rst_stream(id, code::CANCEL).octets(),
                window_update(id, 1).octets(),
                window_update(id, 0).octets(),
            ] {
                End::<R>::new().dies(frame, code::PROTOCOL_ERROR);
            }
            let mut end = End::<R>::new();
            end.tolerates(priority(id, 1, 15));
            end.tolerates(unknown(0xee, 0, id, "x"));
            assert_eq!(end.machine().streams().count(), 1, "nothing is kept of it");
        }
    });
}

#[test]
fn headers_on_an_idle_stream_of_the_server_are_a_connection_error() {
    both!(R => End::<R>::new().dies(R::head(2).end(), code::PROTOCOL_ERROR));
}

#[test]
fn headers_on_a_stream_that_the_client_never_opened_are_a_connection_error() {
    let end = End::<Client>::new();
    let id = end.next_id();
    end.dies(headers(id).status(200).end(), code::PROTOCOL_ERROR);
}

#[test]
fn a_stream_is_idle_until_its_headers_are_sent() {
    let id = End::<Client>::new().next_id();
    for frame in [
        headers(id).status(200).octets(),
        data(id, "x").octets(),
        rst_stream(id, code::CANCEL).octets(),
        window_update(id, 1).octets(),
    ] {
        let mut end = End::<Client>::new();
        end.feed(settings().set(3, 1));
        end.machine().request(get()).unwrap();
        end.quiet();
        assert_eq!(state(&end, id), Some(State::Idle));
        end.dies(frame, code::PROTOCOL_ERROR);
    }
}

#[test]
fn a_stream_that_was_taken_back_before_it_was_sent_is_idle_for_the_peer() {
    let mut end = End::<Client>::new();
    let id = end.next_id();
    end.opened();
    end.machine().request(get()).unwrap();
    end.stream(id).release();
    assert!(end.sent().is_empty());
    let next = end.open();
    assert_eq!(next, id + 2, "its identifier is skipped");
    end.tolerates(priority(id, 0, 15));
    end.dies(headers(id).status(200).end(), code::PROTOCOL_ERROR);
}

/// A server that has promised stream 2 on its first stream.
fn promised() -> End<Server> {
    let mut end = End::<Server>::new();
    end.stream(1).push(get()).unwrap();
    end.quiet();
    assert_eq!(state(&end, 2), Some(State::ReservedLocal));
    end
}

/// A client that was promised stream 2 on its first stream.
fn promising() -> End<Client> {
    let mut end = End::<Client>::with(Config::default().allow_push());
    end.feed(push_promise(1, 2).get("/"));
    end.quiet();
    assert_eq!(state(&end, 2), Some(State::ReservedRemote));
    end
}

#[test]
fn a_stream_that_we_reserved_takes_what_controls_it_only() {
    promised().tolerates((window_update(2, 1), priority(2, 0, 15)));
    let mut end = promised();
    end.feed(rst_stream(2, code::CANCEL));
    assert_eq!(state(&end, 2), Some(State::Closed(ClosedBy::ResetReceived)));
    end.is_unharmed();
    for frame in says(2) {
        promised().dies(frame, code::PROTOCOL_ERROR);
    }
}

#[test]
fn a_stream_that_the_peer_reserved_takes_headers_and_reset_and_priority_only() {
    promising().tolerates(priority(2, 0, 15));
    let mut end = promising();
    end.feed(rst_stream(2, code::CANCEL));
    assert_eq!(state(&end, 2), Some(State::Closed(ClosedBy::ResetReceived)));
    end.is_unharmed();
    let mut end = promising();
    end.feed(headers(2).status(200));
    assert_eq!(state(&end, 2), Some(State::HalfClosedLocal));
    for frame in [
        data(2, "x").octets(),
        data(2, "").end().octets(),
        window_update(2, 1).octets(),
    ] {
        let mut end = promising();
        end.feed(frame);
        let goaway = end.sent().pop().unwrap();
        assert_eq!(
            (goaway.code(), goaway.last_stream()),
            (Some(code::PROTOCOL_ERROR), Some(2))
        );
    }
}

#[test]
fn nothing_but_headers_and_a_reset_is_said_on_a_stream_that_we_reserved() {
    let mut end = promised();
    let mut stream = end.stream(2);
    assert_eq!(stream.send_data(Bytes::new()), Err(UserError::OutOfOrder));
    assert_eq!(stream.end(), Err(UserError::OutOfOrder));
    assert!(end.sent().is_empty());
    end.stream(2).reset(ErrorCode::CANCEL).unwrap();
    assert_eq!(end.said(), ["RST_STREAM stream 2 CANCEL"]);
}

#[test]
fn an_open_stream_takes_every_frame() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        assert_eq!(state(&end, id), Some(State::Open));
        end.tolerates((window_update(id, 1), priority(id, 0, 15)));
        end.feed(data(id, "x"));
        assert_eq!(end.take(id), [format!("{id}: \"x\"")]);
        end.feed(headers(id).field("x", "y").trailers());
        assert_eq!(state(&end, id), Some(State::HalfClosedRemote));
        assert_eq!(end.take(id), [format!("{id}: trailers x=y"), format!("{id}: end")]);
        let id = end.open();
        end.feed(rst_stream(id, code::CANCEL));
        assert_eq!(state(&end, id), Some(State::Closed(ClosedBy::ResetReceived)));
        end.is_unharmed();
    });
}

#[test]
fn a_stream_whose_local_side_has_ended_takes_every_frame() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.half_closed_local();
        assert_eq!(state(&end, id), Some(State::HalfClosedLocal));
        end.tolerates((window_update(id, 1), priority(id, 0, 15)));
        end.feed((data(id, "x"), headers(id).field("x", "y").trailers()));
        assert_eq!(state(&end, id), Some(State::Closed(ClosedBy::EndStream)));
        let heard = end.take(id);
        assert_eq!(heard[0], format!("{id}: \"x\""));
        assert_eq!(end.event_lines().pop(), Some(format!("finished {id}")));
        let id = end.half_closed_local();
        end.feed(rst_stream(id, code::CANCEL));
        assert_eq!(state(&end, id), Some(State::Closed(ClosedBy::ResetReceived)));
        end.is_unharmed();
    });
}

#[test]
fn a_stream_whose_remote_side_has_ended_takes_what_controls_it_only() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.half_closed_remote();
        assert_eq!(state(&end, id), Some(State::HalfClosedRemote));
        end.tolerates((window_update(id, 1), priority(id, 0, 15)));
        end.send(id, b"on and on");
        assert_eq!(end.said(), [format!("DATA stream {id} \"on and on\"")]);
        end.feed(rst_stream(id, code::CANCEL));
        assert_eq!(state(&end, id), Some(State::Closed(ClosedBy::ResetReceived)));
    });
}

#[test]
fn headers_or_data_after_end_stream_are_a_stream_error() {
    both!(R => for which in 0..4 {
        let mut end = End::<R>::new();
        let id = end.half_closed_remote();
        end.resets(id, says(id)[which].clone(), code::STREAM_CLOSED);
        // The next ones were under way.
        end.tolerates(says(id)[which].clone());
    });
}

#[test]
fn what_controls_a_closed_stream_may_come_late() {
    both!(R => {
        let makers: [fn(&mut End<R>) -> u32; 3] =
            [End::<R>::closed, End::<R>::reset_by_us, End::<R>::reset_by_peer];
        for make in makers {
            let mut end = End::<R>::new();
            let id = make(&mut end);
            for frame in controls(id) {
                end.tolerates((&frame, &frame));
            }
        }
    });
}

#[test]
fn what_controls_a_closed_stream_may_come_late_while_it_is_still_there() {
    both!(R => {
        for which in 0..3 {
            let mut end = End::<R>::new();
            let id = end.half_closed_local();
            end.feed(data(id, "untaken").end());
            assert_eq!(state(&end, id), Some(State::Closed(ClosedBy::EndStream)));
            end.tolerates(controls(id)[which].clone());
            assert_eq!(end.take(id), [format!("{id}: \"untaken\""), format!("{id}: end")]);
        }
    });
}

#[test]
fn headers_or_data_on_a_stream_that_both_sides_ended_are_a_connection_error() {
    both!(R => for which in 0..4 {
        let mut end = End::<R>::new();
        let id = end.closed();
        end.dies(says(id)[which].clone(), code::STREAM_CLOSED);
        // Also while it is still there.
        let mut end = End::<R>::new();
        let id = end.half_closed_local();
        end.feed(data(id, "untaken").end());
        end.dies(says(id)[which].clone(), code::STREAM_CLOSED);
    });
}

#[test]
fn whatever_comes_on_a_stream_that_we_reset_is_discarded() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.reset_by_us();
        for frame in says(id).into_iter().chain(controls(id)) {
            end.tolerates(frame);
        }
        // Also while it is still there.
        let id = end.open();
        end.stream(id).reset(ErrorCode::CANCEL).unwrap();
        end.sent();
        for frame in says(id).into_iter().chain(controls(id)) {
            end.tolerates(frame);
        }
        assert_eq!(end.take(id), [format!("{id}: the stream was canceled")]);
    });
}

#[test]
fn headers_or_data_on_a_stream_that_the_peer_reset_are_a_stream_error_once() {
    both!(R => for which in 0..4 {
        let mut end = End::<R>::new();
        let id = end.reset_by_peer();
        end.resets(id, says(id)[which].clone(), code::STREAM_CLOSED);
        end.tolerates(says(id)[which].clone());
        // Also while it is still there.
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(rst_stream(id, code::CANCEL));
        end.quiet();
        end.resets(id, says(id)[which].clone(), code::STREAM_CLOSED);
        end.tolerates(says(id)[which].clone());
    });
}

#[test]
fn the_end_of_a_stream_is_remembered_for_256_others() {
    both!(R => {
        let run = |make: fn(&mut End<R>) -> u32, others: usize| {
            let mut end = End::<R>::new();
            let id = make(&mut end);
            for _ in 0..others {
                end.closed();
            }
            (end, id)
        };
        let (mut end, id) = run(End::<R>::reset_by_peer, 200);
        end.resets(id, data(id, "x"), code::STREAM_CLOSED);
        // Late frames are no error of the connection up to the last stream that we reset.
        let (mut end, id) = run(End::<R>::reset_by_us, 600);
        end.tolerates(data(id, "x"));
        let (mut end, id) = run(End::<R>::closed, 600);
        end.tolerates(window_update(id, 1));
        end.dies(data(id, "x"), code::STREAM_CLOSED);
    });
}

#[test]
fn priority_changes_nothing_in_any_state() {
    both!(R => {
        let makers: [fn(&mut End<R>) -> u32; 6] = [
            End::<R>::open,
            End::<R>::half_closed_local,
            End::<R>::half_closed_remote,
            End::<R>::closed,
            End::<R>::reset_by_us,
            End::<R>::reset_by_peer,
        ];
        for make in makers {
            let mut end = End::<R>::new();
            let id = make(&mut end);
            let before = state(&end, id);
            end.tolerates((priority(id, 0, 15), priority(id, id, 0), priority(id, 1, 255).exclusive()));
            assert_eq!(state(&end, id), before);
        }
    });
}

#[test]
fn nothing_is_said_on_a_side_that_has_ended() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.half_closed_local();
        let mut stream = end.stream(id);
        assert_eq!(stream.send_data(Bytes::new()), Err(UserError::OutOfOrder));
        assert_eq!(stream.send_trailers(Trailers::new()), Err(UserError::OutOfOrder));
        assert_eq!(stream.end(), Err(UserError::OutOfOrder));
        assert!(end.sent().is_empty());
        end.is_unharmed();
    });
}

#[test]
fn nothing_is_said_on_a_closed_stream() {
    both!(R => for by_us in [true, false] {
        let mut end = End::<R>::new();
        let id = end.open();
        end.send(id, b"queued");
        match by_us {
            true => end.stream(id).reset(ErrorCode::CANCEL).unwrap(),
            false => { end.machine().read(&rst_stream(id, code::CANCEL).octets()); }
        }
        let mut stream = end.stream(id);
        assert_eq!(stream.send_data(Bytes::new()), Err(UserError::StreamClosed));
        assert_eq!(stream.send_trailers(Trailers::new()), Err(UserError::StreamClosed));
        assert_eq!(stream.end(), Err(UserError::StreamClosed));
        assert_eq!(stream.reset(ErrorCode::CANCEL), Err(UserError::StreamClosed));
        assert_eq!(stream.stop(ErrorCode::CANCEL), Err(UserError::StreamClosed));
        let wanted = if by_us { vec![kind::RST_STREAM] } else { Vec::new() };
        let kinds: Vec<_> = end.sent().iter().map(|seen| seen.kind).collect();
        assert_eq!(kinds, wanted, "no DATA before it, and no RST_STREAM in answer to one");
        end.is_unharmed();
    });
}

#[test]
fn a_stream_leaves_once_its_end_was_taken() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.half_closed_local();
        end.feed(data(id, "").end());
        end.events();
        assert!(state(&end, id).is_some(), "its end was not taken");
        end.take(id);
        assert!(state(&end, id).is_none());
        let id = StreamId::from_wire(id);
        let error = end.machine().stream_mut(id).map(|_| ()).unwrap_err();
        assert_eq!(error, UserError::UnknownStream);
    });
}

#[test]
fn a_stream_leaves_only_once_its_events_were_polled() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.half_closed_local();
        end.feed(data(id, "").end());
        end.take(id);
        assert!(state(&end, id).is_some());
        assert_eq!(end.event_lines(), [format!("readable {id}"), format!("finished {id}")]);
        assert!(state(&end, id).is_none());
    });
}

/// Flaw 6 of the reference: request trailers closed the stream.
#[test]
fn trailers_of_a_request_end_one_side_only() {
    let mut end = End::<Server>::new();
    let id = end.open();
    end.feed(headers(id).field("x", "y").trailers());
    assert_eq!(state(&end, id), Some(State::HalfClosedRemote));
    end.send(id, b"content");
    let mut stream = end.stream(id);
    stream
        .send_trailers(Trailers::new().field("a", "b"))
        .unwrap();
    let said = end.said();
    assert_eq!(said[0], format!("DATA stream {id} \"content\""));
    assert_eq!(
        said[1],
        format!("HEADERS stream {id} END_STREAM END_HEADERS [a: b]")
    );
}

/// A client whose request on stream 1 was answered, which it may not have taken.
fn answered_client() -> (Peer<Connection<Client>>, StreamId) {
    let mut peer = Peer::new(Connection::new(Config::default()));
    let connection = &mut peer.machine;
    let request = Request::get("http", "example.org", "/");
    let id = connection.request(request).unwrap();
    connection.stream_mut(id).unwrap().end().unwrap();
    peer.feed((settings(), headers(1).status(204).end()));
    while peer.machine.poll_event().is_some() {}
    (peer, id)
}

fn goaway_code(peer: &mut Peer<Connection<Client>>) -> Option<u32> {
    let frames = peer.sent();
    let last = frames.iter().find(|frame| frame.kind == kind::GOAWAY)?;
    last.code()
}

/// Pins: it depended on whether the application had taken the end.
#[test]
fn headers_that_begin_a_block_on_a_closed_stream_end_the_connection_at_once() {
    for is_taken in [false, true] {
        let (mut peer, id) = answered_client();
        if is_taken {
            let mut stream = peer.machine.stream_mut(id).unwrap();
            let parts: Vec<_> = core::iter::from_fn(|| stream.recv().unwrap()).collect();
            assert_eq!(parts, [Part::Head(Response::new(204)), Part::End]);
        }
        assert_eq!(peer.machine.stream(id).is_none(), is_taken);
        peer.feed(headers(1).status(200).no_end_headers());
        assert_eq!(goaway_code(&mut peer), Some(code::STREAM_CLOSED));
    }
}

/// Pins: identifiers that are given away but not used are idle.
#[test]
fn frames_on_streams_whose_headers_were_never_sent_are_errors() {
    for wire in [
        Wire::octets(&data(5, "x")),
        Wire::octets(&headers(5).status(200)),
        Wire::octets(&rst_stream(5, code::CANCEL)),
        Wire::octets(&window_update(5, 1)),
    ] {
        let mut end = End::<Client>::new();
        end.feed(settings().set(0x3, 1));
        // They wait at the peer's limit, or are taken back.
        end.machine().request(get()).unwrap();
        let id = end.machine().request(get()).unwrap();
        assert_eq!(id.value(), 5);
        end.quiet();
        end.dies(wire, code::PROTOCOL_ERROR);
    }
}
