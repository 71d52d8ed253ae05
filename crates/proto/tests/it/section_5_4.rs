//! Errors: who is told, and what ends (RFC 9113 §5.4).

use runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use testkit::{
    Peer, Seen, Wire, code, continuation, data, headers, kind, ping, rst_stream, settings,
    window_update,
};
use tress_proto::{
    Bytes, Client, Config, Connection, ConnectionError, ErrorCode, Event, Limits, Part, Request,
    Response, Server, SettingsChange, StreamError, StreamId, UserError, Violation,
};

use crate::support::{End, both, get};

/// Any mistake that ends the connection.
fn mistake() -> Vec<u8> {
    ping(*b"question").stream(1).octets()
}

fn last_goaway(sent: &[Seen]) -> &Seen {
    let goaway = sent.last().unwrap();
    assert_eq!(goaway.kind, kind::GOAWAY, "{sent:?}");
    goaway
}

#[test]
fn only_the_first_connection_error_is_reported() {
    both!(R => {
        let again = (mistake(), window_update(0, 0), data(0, "x"));
        End::<R>::new().dies(again, code::PROTOCOL_ERROR);
    });
}

#[test]
fn goaway_for_an_error_names_the_last_stream_of_the_peer() {
    both!(R => {
        let mut end = End::<R>::new();
        end.open();
        end.closed();
        end.open();
        // `dies` compares it: 7 for a server, 0 for a client.
        end.dies(mistake(), code::PROTOCOL_ERROR);
    });
}

#[test]
fn nothing_that_waited_is_sent_besides_goaway() {
    both!(R => {
        let mut end = End::<R>::new();
        end.stream(1).send_data(Bytes::from_static(b"never sent")).unwrap();
        end.machine().ping(*b"question").unwrap();
        end.machine().read(&mistake());
        let sent = end.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        last_goaway(&sent);
    });
}

#[test]
fn goaway_for_an_error_carries_the_rule_for_the_debugger() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(data(0, "x"));
        let sent = end.sent();
        let text = String::from_utf8(last_goaway(&sent).debug_data().to_vec()).unwrap();
        assert_eq!(text, "DATA on stream 0: the frame must name a stream");
    });
}

#[test]
fn the_debug_data_can_be_left_out() {
    both!(R => {
        let mut end = End::<R>::with(Config::default().without_debug_data());
        end.feed(data(0, "x"));
        let sent = end.sent();
        assert!(last_goaway(&sent).debug_data().is_empty());
        assert_eq!(last_goaway(&sent).code(), Some(code::PROTOCOL_ERROR));
    });
}

#[test]
fn the_application_learns_which_rule_was_broken() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed(window_update(0, 0));
        let Some(Event::Closed(Err(ConnectionError::Violation(Violation::Frame(error))))) =
            end.events().pop()
        else {
            panic!("the violation is the last event");
        };
        assert_eq!(error.section(), "RFC 9113 §6.9");
        assert_eq!(error.to_string(), "WINDOW_UPDATE on stream 0: the increment must not be 0");
    });
}

#[test]
fn a_reset_is_not_answered_with_a_reset() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed(rst_stream(id, code::INTERNAL_ERROR));
        assert!(end.sent().is_empty());
        end.feed((rst_stream(id, code::CANCEL), rst_stream(id, code::CANCEL)));
        assert!(end.sent().is_empty());
        end.is_unharmed();
    });
}

#[test]
fn a_stream_is_reset_once() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        let wrong = window_update(id, 0);
        end.resets(id, (&wrong, &wrong, &wrong), code::PROTOCOL_ERROR);
        end.tolerates((&wrong, data(id, "under way")));
    });
}

#[test]
fn a_stream_error_tells_the_application_and_keeps_what_arrived() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.feed((data(id, "good"), window_update(id, 0)));
        let event_lines = end.event_lines();
        let rule = format!("WINDOW_UPDATE on stream {id}: the increment must not be 0");
        let error = format!("the peer broke a rule: {rule}");
        assert_eq!(event_lines, [format!("readable {id}"), format!("finished {id}: {error}")]);
        assert_eq!(end.take(id), [format!("{id}: \"good\""), format!("{id}: {error}")]);
        assert!(end.machine().stream(StreamId::from_wire(id)).is_none(), "it was taken");
    });
}

#[test]
fn a_stream_error_drops_what_waited_to_be_sent() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).send_data(Bytes::from_static(b"never sent")).unwrap();
        end.machine().read(&window_update(id, 0).octets());
        assert_eq!(end.said(), [format!("RST_STREAM stream {id} PROTOCOL_ERROR")]);
        end.is_unharmed();
    });
}

#[test]
fn too_many_stream_errors_end_the_connection() {
    both!(R => {
        let limits = Limits::default().resets_sent(3, 0);
        let mut end = End::<R>::with(Config::default().limits(limits).unwrap());
        for _ in 0..3 {
            let id = end.open();
            end.resets(id, window_update(id, 0), code::PROTOCOL_ERROR);
            end.stream(id).release();
        }
        let id = end.open();
        end.closes(window_update(id, 0), code::ENHANCE_YOUR_CALM);
    });
}

#[test]
fn finished_exchanges_make_up_for_stream_errors() {
    both!(R => {
        let limits = Limits::default().resets_sent(3, 0);
        let mut end = End::<R>::with(Config::default().limits(limits).unwrap());
        for _ in 0..20 {
            end.closed();
            let id = end.open();
            end.resets(id, window_update(id, 0), code::PROTOCOL_ERROR);
            end.stream(id).release();
        }
    });
}

/// Flaw 16 of the reference: the end of input told no stream and left the writer open.
#[test]
fn an_end_of_input_reaches_every_stream_and_closes_the_writer() {
    both!(R => {
        let mut end = End::<R>::new();
        let ids = [end.open(), end.half_closed_local(), end.half_closed_remote()];
        end.feed(data(ids[0], "in time"));
        end.quiet();
        end.peer.eof();
        assert!(end.peer.is_closed());
        assert!(end.sent().is_empty());
        let lost = "the connection was lost";
        let event_lines = end.event_lines();
        for id in ids {
            assert!(event_lines.contains(&format!("finished {id}: {lost}")), "{event_lines:?}");
        }
        let eof = "closed: the peer closed the transport while streams were running";
        assert_eq!(event_lines.last().unwrap(), eof);
        assert_eq!(event_lines.iter().filter(|line| line.starts_with("closed")).count(), 1);
        // What arrived before can still be taken.
        let id = ids[0];
        assert_eq!(end.take(id), [format!("{id}: \"in time\""), format!("{id}: {lost}")]);
        assert_eq!(end.take(ids[1]), [format!("{}: {lost}", ids[1])]);
        assert!(end.event_lines().is_empty());
    });
}

#[test]
fn an_end_of_input_while_no_stream_runs_is_in_good_order() {
    both!(R => {
        let mut end = End::<R>::new();
        end.stream(1).end().unwrap();
        end.feed(data(1, "").end());
        end.take(1);
        end.quiet();
        end.peer.eof();
        assert_eq!(end.event_lines(), ["closed"]);
        assert!(end.peer.is_closed());
    });
}

#[test]
fn what_was_said_before_the_end_of_input_is_still_answered() {
    both!(R => {
        let mut end = End::<R>::new();
        let octets = ping(*b"question").octets();
        assert_eq!(end.machine().read_eof(&octets), octets.len());
        assert_eq!(end.said(), ["PING stream 0 ACK \"question\""]);
        assert!(end.machine().is_closed());
    });
}

#[test]
fn a_request_that_was_never_sent_can_be_taken_back_after_the_end() {
    let mut end = End::<Client>::new();
    end.feed(settings().set(3, 1));
    let id = end.machine().request(get()).unwrap().value();
    end.peer.eof();
    let stream = end.machine().stream(StreamId::from_wire(id)).unwrap();
    assert_eq!(stream.result(), Some(Err(StreamError::Unsent)));
    let (request, _) = end.stream(id).take_unsent().unwrap();
    assert_eq!(request, get());
}

/// Flaw 18 of the reference: a request after the close gave no callback at all.
#[test]
fn commands_after_the_end_say_so() {
    both!(R => {
        let mut end = End::<R>::new();
        end.peer.eof();
        let closed = Err(UserError::ConnectionClosed);
        assert_eq!(end.machine().ping(*b"question"), closed);
        assert_eq!(end.machine().update_settings(SettingsChange::default()), closed);
        assert_eq!(end.stream(1).send_data(Bytes::new()), Err(UserError::StreamClosed));
        end.machine().go_away();
        end.machine().abort(ErrorCode::CANCEL);
        assert!(end.sent().is_empty());
    });
    let mut end = End::<Client>::new();
    end.peer.eof();
    assert_eq!(
        end.machine().request(get()),
        Err(UserError::ConnectionClosed)
    );
}

/// Flaw 22 of the reference: GOAWAY carried the text of internal exceptions.
#[test]
fn a_failure_of_the_transport_reaches_the_application_and_not_the_wire() {
    both!(R => {
        let mut end = End::<R>::new();
        end.stream(1).send_data(Bytes::from_static(b"never sent")).unwrap();
        end.machine().report_exn("the disk is on fire".into());
        let sent = end.sent();
        assert!(sent.is_empty(), "{sent:?}");
        assert!(end.peer.is_closed());
        let event_lines = end.event_lines();
        assert!(event_lines.contains(&"finished 1: the connection was lost".to_owned()), "{event_lines:?}");
        let last = "closed: the connection failed: the disk is on fire";
        assert_eq!(event_lines.last().unwrap(), last);
    });
}

/// A peer that has answered early may have left already; what it said is still to be heard.
#[test]
fn a_transport_that_takes_no_more_is_read_to_its_end() {
    both!(R => {
        let mut end = End::<R>::new();
        end.machine().ping(*b"question").unwrap();
        let WriteOperation::Write(chunks) = end.machine().next_write_operation() else {
            panic!("the ping waits");
        };
        let octets = chunks.octets();
        end.machine().report_write_result(WriteResult::Closed);
        let WriteOperation::Close(lost) = end.machine().next_write_operation() else {
            panic!("nothing is written any more");
        };
        assert_eq!(lost, octets, "it says how much was lost");
        assert_eq!(end.machine().next_read_operation(), ReadOperation::Read);
        end.machine().read(&(data(1, "heard"), ping(*b"nobody??")).octets());
        assert_eq!(end.take(1), ["1: \"heard\""]);
        end.machine().read_eof(b"");
        let event_lines = end.event_lines();
        let eof = "closed: the peer closed the transport while streams were running";
        assert_eq!(event_lines.last().unwrap(), eof);
        assert!(event_lines.contains(&"ping lost question".to_owned()));
    });
}

#[test]
fn a_shutdown_says_goaway_and_closes_both_halves() {
    both!(R => {
        let mut end = End::<R>::new();
        end.machine().shutdown();
        let sent = end.sent();
        assert_eq!(last_goaway(&sent).code(), Some(code::NO_ERROR));
        assert!(end.peer.is_closed());
        let event_lines = end.event_lines();
        assert_eq!(event_lines, ["readable 1", "finished 1: the connection was lost", "closed"]);
        end.machine().shutdown();
        assert!(end.sent().is_empty());
        assert!(end.event_lines().is_empty());
    });
}

#[test]
fn an_abort_says_its_code() {
    both!(R => {
        let mut end = End::<R>::new();
        end.machine().abort(ErrorCode::ENHANCE_YOUR_CALM);
        let sent = end.sent();
        assert_eq!(last_goaway(&sent).code(), Some(code::ENHANCE_YOUR_CALM));
        let event_lines = end.event_lines();
        let aborted = "closed: the connection was aborted with ENHANCE_YOUR_CALM";
        assert_eq!(event_lines.last().unwrap(), aborted);
        assert!(end.peer.is_closed());
    });
}

#[test]
fn input_after_the_end_changes_nothing() {
    both!(R => for way in 0..3 {
        let mut end = End::<R>::new();
        match way {
            0 => end.machine().shutdown(),
            1 => end.machine().report_exn("gone".into()),
            _ => { end.machine().read(&mistake()); }
        }
        end.quiet();
        let more = (ping(*b"question"), data(1, "x"), headers(9).get("/").end()).octets();
        assert_eq!(end.machine().read(&more), more.len());
        assert_eq!(end.machine().read_eof(&more), more.len());
        end.machine().report_exn("again".into());
        assert!(end.events().is_empty());
        assert!(end.sent().is_empty());
    });
}

#[test]
fn a_mistake_while_going_away_is_reported_all_the_same() {
    let mut end = End::<Server>::new();
    end.machine().go_away();
    end.quiet();
    end.feed(mistake());
    let sent = end.sent();
    assert_eq!(last_goaway(&sent).code(), Some(code::PROTOCOL_ERROR));
    assert_eq!(
        last_goaway(&sent).last_stream(),
        Some(1),
        "it does not grow"
    );
}

#[test]
fn pings_that_nobody_answers_are_lost_before_the_end() {
    both!(R => {
        let mut end = End::<R>::new();
        end.machine().ping(*b"question").unwrap();
        end.quiet();
        end.feed(continuation(1));
        let event_lines = end.event_lines();
        let lost = event_lines.iter().position(|line| line == "ping lost question").unwrap();
        assert!(lost < event_lines.len() - 1, "{event_lines:?}");
    });
}

/// Pins: a transport that takes no more was taken for one that brings no more.
#[test]
fn what_the_peer_said_before_it_stopped_listening_is_heard() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    let request = Request::post("http", "example.org", "/");
    let id = peer.machine.request(request).unwrap();
    peer.run();
    peer.machine.ping(*b"too late").unwrap();
    peer.hang_up();
    assert!(peer.machine.stream(id).unwrap().result().is_none());
    peer.feed((settings(), headers(1).status(413).end())).eof();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    let head = Part::Head(Response::new(413));
    assert_eq!(stream.recv().unwrap(), Some(head));
    assert_eq!(stream.recv().unwrap(), Some(Part::End));
    let events = core::iter::from_fn(|| peer.machine.poll_event());
    let closed = events.last().map(|event| format!("{event:?}"));
    assert_eq!(closed.as_deref(), Some("Closed(Ok(()))"));
    assert!(peer.is_closed());
}

/// Pins: the end was told before a flush that came first.
#[test]
fn closed_waits_for_a_flush_whose_octets_are_still_to_be_written() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default())).undrained();
    let request = Request::post("http", "example.org", "/");
    let id = peer.machine.request(request).unwrap();
    let mut stream = peer.machine.stream_mut(id).unwrap();
    stream.send_data(vec![0; 10].into()).unwrap();
    stream.end().unwrap();
    stream.flush().unwrap();
    peer.run().feed((settings(), headers(1).status(204).end()));
    peer.eof();
    let names = |peer: &mut Peer<Connection<Client>>| {
        let events = core::iter::from_fn(|| peer.machine.poll_event());
        let events = events.map(|event| format!("{event:?}"));
        let names = events.map(|event| event.split([' ', '(']).next().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let before = names(&mut peer);
    assert!(
        before
            .iter()
            .all(|name| name != "Closed" && name != "Flushed")
    );
    peer.drain();
    assert_eq!(names(&mut peer), ["Flushed", "Closed"]);
}

/// Pins: transports that are closed without close_notify or GOAWAY.
#[test]
fn an_end_of_input_between_exchanges_is_an_end_in_good_order() {
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    let id = peer.machine.request(get()).unwrap();
    peer.machine.stream_mut(id).unwrap().end().unwrap();
    peer.feed((settings(), headers(1).status(204).end())).eof();
    let events: Vec<_> = core::iter::from_fn(|| peer.machine.poll_event()).collect();
    assert!(
        matches!(events.last(), Some(Event::Closed(Ok(())))),
        "{events:?}"
    );
    assert_eq!(peer.machine.next_read_operation(), ReadOperation::Close);
    // In the middle of one it is not.
    let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
    peer.machine.request(get()).unwrap();
    peer.feed(settings()).eof();
    let events: Vec<_> = core::iter::from_fn(|| peer.machine.poll_event()).collect();
    let is_lost = |event: &Event| {
        matches!(
            event,
            Event::Finished {
                result: Err(StreamError::ConnectionLost),
                ..
            }
        )
    };
    assert!(events.iter().any(is_lost), "{events:?}");
    assert!(
        matches!(events.last(), Some(Event::Closed(Err(_)))),
        "{events:?}"
    );
}
