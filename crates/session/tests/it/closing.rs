//! How a connection ends, and what both ends hear of it (RFC 9113 §6.8).

use testkit::{Task, kind};
use tress_session::proto::{ConnectionError, Part};
use tress_session::{Bytes, Config, ErrorCode, Response};

use crate::support::{Pair, failed, get, give, narrow, ready, take};

#[test]
fn the_last_user_ends_the_connection_in_good_order() {
    let pair = Pair::new();
    let users = pair.client.users();
    let other = users.clone();
    drop(users);
    assert!(!pair.client.is_going_away().unwrap());
    drop(other);
    assert!(pair.client.is_going_away().unwrap());
    pair.run();
    assert!(pair.client.is_closed() && pair.server.is_closed());
    assert!(pair.client.outcome().is_ok() && pair.server.outcome().is_ok());
}

#[test]
fn whoever_waits_for_the_end_is_woken_when_the_driver_is_at_its() {
    let pair = Pair::new();
    let task = Task::new();
    assert!(pair.client.poll_closed(&mut task.cx()).is_pending());
    pair.client.go_away();
    pair.run();
    assert_eq!(task.woken(), 0);
    pair.client.turn(|locked| locked.finish()).unwrap();
    assert_eq!(task.woken(), 1);
    ready(pair.client.poll_closed(&mut task.cx())).unwrap();
}

#[test]
fn past_the_limit_what_nobody_began_is_refused_and_what_runs_is_canceled() {
    let pair = Pair::with(Config::default(), narrow(3));
    let mut begun = pair.ask(Some(""));
    let _handler = pair.accept();
    let mut told = pair.ask(Some(""));
    pair.server.go_away();
    // The client does not hear of it yet, and sends another.
    let first = take(&pair.server);
    let mut under_way = pair.client.request(get(), Some(Bytes::new())).unwrap();
    give(&pair.server, &take(&pair.client));
    pair.server.shut_down();
    assert!(pair.server.is_closed());
    let last = take(&pair.server);
    let said = testkit::frames(&last);
    let resets: Vec<_> = said
        .iter()
        .filter(|frame| frame.kind == kind::RST_STREAM)
        .collect();
    assert_eq!(resets.len(), 3, "{said:?}");
    let goaway = said.last().unwrap();
    assert_eq!(
        (goaway.kind, &goaway.payload[..4]),
        (kind::GOAWAY, &[0, 0, 0, 5][..]),
        "the true last stream"
    );
    give(&pair.client, &first);
    give(&pair.client, &last);
    pair.client
        .turn(|locked| locked.machine().read_eof(&[]))
        .unwrap();
    let task = Task::new();
    let error = failed(begun.recv.poll_part(&mut task.cx()));
    assert!(error.is_go_away() && !error.is_retryable(), "{error:?}");
    assert_eq!(error.reason(), Some(ErrorCode::CANCEL));
    for opened in [&mut told, &mut under_way] {
        let error = failed(opened.recv.poll_part(&mut task.cx()));
        assert!(error.is_go_away() && error.is_retryable(), "{error:?}");
    }
}

#[test]
fn a_connection_whose_peer_leaves_after_it_said_so_says_going_away() {
    let pair = Pair::new();
    let mut opened = pair.ask(Some(""));
    pair.server.go_away();
    give(&pair.client, &take(&pair.server));
    pair.client
        .turn(|locked| locked.machine().read_eof(&[]))
        .unwrap();
    let error = failed(opened.recv.poll_part(&mut Task::new().cx()));
    assert!(error.is_go_away() && !error.is_retryable(), "{error:?}");
    let lost = error.find::<ConnectionError>();
    assert!(
        matches!(lost, Some(ConnectionError::UnexpectedEof)),
        "{lost:?}"
    );
}

#[test]
fn what_the_peer_said_when_it_went_is_in_the_errors() {
    let pair = Pair::new();
    let mut opened = pair.ask(Some(""));
    let said = testkit::goaway(1, testkit::code::ENHANCE_YOUR_CALM).debug("too many pets");
    give(&pair.client, &testkit::Wire::octets(&said));
    pair.client
        .turn(|locked| locked.machine().read_eof(&[]))
        .unwrap();
    let error = failed(opened.recv.poll_part(&mut Task::new().cx()));
    assert!(error.is_go_away(), "{error:?}");
    let said = error.going_away().unwrap();
    assert_eq!(said.code, ErrorCode::ENHANCE_YOUR_CALM);
    assert_eq!(said.last_stream_id.value(), 1);
    assert_eq!(&*said.debug_data, b"too many pets");
    assert!(format!("{error:#}").contains("too many pets"), "{error:#}");
}

#[test]
fn an_answer_that_came_before_the_end_is_still_there() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let accepted = pair.accept();
    accepted.send.respond(Response::new(413)).unwrap();
    accepted
        .send
        .finish(Bytes::from_static(b"no"), None)
        .unwrap();
    pair.run();
    pair.client.lose("the cable was cut".into());
    let task = Task::new();
    let head = ready(opened.recv.poll_part(&mut task.cx())).unwrap();
    assert!(matches!(head, Part::Head(head) if head.status() == 413));
    assert_eq!(
        ready(opened.recv.poll_data(&mut task.cx()))
            .unwrap()
            .unwrap(),
        "no"
    );
}

#[test]
fn a_connection_that_nobody_drives_any_more_ends_for_all() {
    let pair = Pair::new();
    let mut opened = pair.ask(Some(""));
    let task = Task::new();
    assert!(opened.recv.poll_part(&mut task.cx()).is_pending());
    assert!(pair.client.poll_closed(&mut task.cx()).is_pending());
    pair.client.lose("the driver was dropped".into());
    assert!(task.woken() >= 1);
    let error = failed(opened.recv.poll_part(&mut task.cx()));
    assert!(
        format!("{error:#}").ends_with("the driver was dropped"),
        "{error:#}"
    );
    let error = pair.client.request(get(), None).unwrap_err();
    assert!(error.is_retryable(), "nothing was sent of it: {error:?}");
    assert!(
        failed(pair.client.poll_closed(&mut task.cx()))
            .find::<ConnectionError>()
            .is_some()
    );
}
