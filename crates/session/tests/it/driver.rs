//! The rounds of whoever drives a session over a transport of its own.

mod content;
mod cuts;
mod end;
mod rest;
mod support;

use core::task::Poll;
use core::time::Duration;

use testkit::{Task, Wire, kind};
use tress_session::proto::runtime::{Closing, Staged};
use tress_session::proto::{Connection, Server};
use tress_session::{Bytes, Driver, ErrorCode, Next, Options, Session};

use self::support::{End, accept, connected, cx, join};
use crate::support::{get, narrow};

#[test]
fn a_round_offers_what_came_and_stages_what_that_brought_about() {
    let (mut end, said) = connected();
    let kinds: Vec<u8> = said.iter().map(|frame| frame.kind).collect();
    assert_eq!(kinds, [kind::SETTINGS, kind::SETTINGS, kind::WINDOW_UPDATE]);
    let octets = end.session().octets();
    assert_eq!(octets.received, 24 + 9, "{octets:?}");
    end.hear(&testkit::ping(*b"a ping!!").octets());
    let (said, next) = end.rounds();
    let frames = testkit::frames(&said);
    assert_eq!(
        (frames.len(), frames[0].kind, &*frames[0].payload),
        (1, kind::PING, &b"a ping!!"[..])
    );
    assert!(matches!(next, Next::Read(_)));
    let counted = end.session().octets();
    assert_eq!(counted.sent - octets.sent, 17);
    assert_eq!(counted.received - octets.received, 17);
}

#[test]
fn a_request_that_was_not_accepted_yet_is_notified_of_in_a_round_at_once() {
    let (mut end, _) = connected();
    end.hear(&testkit::headers(1).get("/").end().octets());
    assert!(end.offer().opened);
    assert_eq!(end.next(), Next::Again);
    assert!(end.offer().opened);
    let taken = accept(&end);
    assert!(matches!(end.round().1, Next::Read(_)));
    assert!(!end.offer().opened);
    drop(taken);
}

#[test]
fn what_breaks_a_rule_is_answered_by_goaway_and_the_end() {
    let (mut end, _) = connected();
    end.hear(&testkit::data(0, "lost").octets());
    let (said, next) = end.rounds();
    let frames = testkit::frames(&said);
    let last = frames.last().unwrap();
    assert_eq!(
        (last.kind, &last.payload[4..8]),
        (kind::GOAWAY, &[0, 0, 0, 1][..])
    );
    // Our last words are not destroyed by dropping a transport on unread input.
    assert_eq!(next, Next::Read(Some(end.now + Closing::LINGER)));
    end.hear(b"whatever comes");
    assert_eq!(end.rounds().1, next);
    assert_eq!(end.reader.held(), 0, "it was dropped");
    end.reader.ended();
    assert_eq!(end.rounds().1, Next::Over);
    let error = end.session().outcome().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::PROTOCOL_ERROR));
}

/// A peer that does not acknowledge our settings is asked by a PING (RFC 9113 §6.5.3).
#[test]
fn a_deadline_is_said_and_kept() {
    let (mut end, _) = connected();
    let Next::Read(Some(until)) = end.rounds().1 else {
        panic!("it has a limit")
    };
    end.now = until - Duration::from_millis(1);
    assert!(end.rounds().0.is_empty());
    end.now = until;
    let asked = testkit::frames(&end.rounds().0);
    assert_eq!((asked.len(), asked[0].kind), (1, kind::PING));
    let answer = testkit::ping(asked[0].payload.clone().try_into().unwrap());
    end.hear(&answer.ack().octets());
    let Next::Read(Some(until)) = end.rounds().1 else {
        panic!("it has a limit again")
    };
    end.now = until;
    let said = testkit::frames(&end.rounds().0);
    assert_eq!(said[0].kind, kind::GOAWAY);
    assert_eq!(said[0].payload[4..8], [0, 0, 0, 4]);
    let error = end.session().outcome().unwrap_err();
    assert_eq!(error.reason(), Some(ErrorCode::SETTINGS_TIMEOUT));
}

#[test]
fn a_request_is_reported_once_whoever_takes_it() {
    let (mut client, mut server) = (End::new(), End::new());
    join(&mut client, &mut server);
    let task = Task::new();
    assert!(server.session().poll_accept(&mut task.cx()).is_pending());
    let _opened = client.session().request(get(), Some(Bytes::new())).unwrap();
    server.hear(&client.rounds().0);
    assert!(server.offer().opened);
    assert_eq!(task.woken(), 1);
    // Whoever was woken has not come yet, and nobody turns in circles meanwhile.
    let (_, next) = server.rounds();
    assert!(matches!(next, Next::Read(_)), "{next:?}");
    assert!(server.driver.may_rest(task.cx().waker()));
    assert!(matches!(
        server.session().poll_accept(&mut task.cx()),
        Poll::Ready(Some(Ok(_)))
    ));
}

#[test]
fn handlers_to_be_dropped_are_kept_for_an_adapter_that_takes_them() {
    for keeps in [true, false] {
        let machine = Box::new(Connection::<Server>::new(narrow(1)));
        let (mut client, mut server) = (
            End::new(),
            End::with(Session::new(machine, Options::default())),
        );
        if keeps {
            let other = Driver::new(server.session().clone())
                .unwrap()
                .keep_canceled();
            // Whoever drove before it is gone without a word.
            core::mem::forget(core::mem::replace(&mut server.driver, other));
        }
        join(&mut client, &mut server);
        let opened = client.session().request(get(), Some(Bytes::new())).unwrap();
        server.hear(&client.rounds().0);
        server.round();
        let (_recv, _send) = accept(&server);
        opened.recv.reset(ErrorCode::CANCEL);
        server.hear(&client.rounds().0);
        let due = server.offer();
        assert!(due.canceled);
        assert_eq!(server.next() == Next::Again, keeps);
        let (canceled, _) = server
            .session()
            .turn(|locked| locked.take_canceled())
            .unwrap();
        assert_eq!(canceled.len(), usize::from(keeps));
        assert!(matches!(server.rounds().1, Next::Read(_)));
    }
}

#[test]
fn what_comes_up_after_the_offer_is_told_with_the_next() {
    let (mut client, mut server) = (End::new(), End::new());
    join(&mut client, &mut server);
    let _opened = client.session().request(get(), Some(Bytes::new())).unwrap();
    let (octets, _) = client.rounds();
    assert!(!server.offer().opened);
    // In the turn of somebody else.
    let heard = (server.session()).turn(|locked| locked.machine().read(&octets));
    assert_eq!(heard.unwrap().0, octets.len());
    while server.staged().0 == Staged::Octets {
        server.writer.written(server.writer.left());
    }
    assert_eq!(server.next(), Next::Again);
    assert!(server.session().poll_accept(&mut cx()).is_ready());
    assert!(server.offer().opened, "although it has been taken");
    assert!(matches!(server.next(), Next::Read(_)));
}
