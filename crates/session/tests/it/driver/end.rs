//! How driving ends, and what is waited for.

use core::time::Duration;
use std::io::{self, ErrorKind};

use testkit::{Task, Wire};
use tress_session::proto::runtime::{Closing, Staged};
use tress_session::proto::{Client, Part};
use tress_session::{Bytes, Config, ErrorCode, Next, Response};

use super::support::{End, accept, connected, cx, join, post};
use crate::support::{get, ready, session, take};

#[test]
fn a_peer_that_never_closes_is_not_waited_for_long() {
    let (mut end, _) = connected();
    end.session().go_away();
    let (begin, mut deadlines) = (end.now, Vec::new());
    loop {
        match end.rounds().1 {
            Next::Read(Some(until)) => {
                deadlines.push(until - end.now);
                end.now = until;
            }
            Next::Over => break,
            next => panic!("{next:?}"),
        }
    }
    assert_eq!(deadlines.last(), Some(&Closing::LINGER), "{deadlines:?}");
    assert!(end.now - begin < Duration::from_secs(20), "{deadlines:?}");
    end.session().outcome().unwrap();
    ready(end.session().poll_closed(&mut cx())).unwrap();
}

/// The transport takes no more in the middle of the request, and the answer has been sent.
#[test]
fn an_answer_is_heard_although_the_rest_of_the_request_cannot_be_written() {
    for kind in [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset] {
        let (mut client, mut server) = (End::new(), End::new());
        join(&mut client, &mut server);
        let mut opened = client.session().request(post(), None).unwrap();
        let upload = opened.send.take().unwrap();
        upload.send_data(Bytes::from(vec![7; 30_000])).unwrap();
        client.offer();
        let (_, octets) = client.staged();
        client.writer.written(1000);
        server.hear(&octets[..1000]);
        server.rounds();
        let (recv, send) = accept(&server);
        drop(recv);
        send.reply(
            None,
            Response::new(413),
            Bytes::from_static(b"too large"),
            None,
        )
        .unwrap();
        let (answer, _) = server.rounds();

        let error = io::Error::from(kind);
        client
            .driver
            .fail_output(&mut client.writer, error)
            .unwrap();
        let mut cx = cx();
        assert_eq!(client.staged().0, Staged::Closed);
        assert!(matches!(client.next(), Next::Read(_)), "it is read on");
        client.hear(&answer);
        client.rounds();
        let head = ready(opened.recv.poll_part(&mut cx)).unwrap();
        assert!(matches!(head, Part::Head(head) if head.status() == 413));
        let content = ready(opened.recv.poll_data(&mut cx)).unwrap();
        assert_eq!(content.unwrap(), "too large");
        assert_eq!(client.session().octets().sent, take_sent(&octets));
    }
}

/// What had left before the write of `octets`, and the 1,000 of it that left.
fn take_sent(octets: &[u8]) -> u64 {
    assert!(octets.len() > 1000);
    let peer_settings = take(&session::<Client>(Config::default())).len() + 9;
    u64::try_from(peer_settings).unwrap() + 1000
}

#[test]
fn a_transport_that_fails_otherwise_ends_the_connection() {
    let (mut end, _) = connected();
    let error = io::Error::from(ErrorKind::ConnectionReset);
    end.driver.fail_input(&mut end.reader, error).unwrap();
    assert_eq!(end.rounds().1, Next::Over, "nothing is waited for");
    let error = end.session().outcome().unwrap_err();
    let found = error.find::<io::Error>().unwrap();
    assert_eq!(found.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn the_last_of_the_output_is_waited_for_while_it_makes_progress() {
    let (mut end, _) = connected();
    end.hear(&testkit::ping(*b"a ping!!").octets());
    end.offer();
    assert_eq!(end.staged().0, Staged::Octets);
    end.reader.ended();
    end.offer();
    let next = end.next();
    assert_eq!(next, Next::Wait(Some(end.now + Closing::PATIENCE)));
    end.later(Closing::PATIENCE / 2).writer.written(1);
    end.offer();
    assert_eq!(end.next(), Next::Wait(Some(end.now + Closing::PATIENCE)));
    end.later(Closing::PATIENCE).offer();
    assert_eq!(end.next(), Next::Again);
    assert_eq!(end.rounds().1, Next::Over);
}

#[test]
fn an_aborted_connection_waits_for_no_transport() {
    let (mut end, _) = connected();
    end.hear(&testkit::ping(*b"a ping!!").octets());
    end.offer();
    assert_eq!(end.staged().0, Staged::Octets);
    assert!(matches!(end.next(), Next::Read(_)));
    let task = Task::new();
    assert!(end.driver.may_rest(&task.cx().waker().clone()));
    end.session().abort(ErrorCode::ENHANCE_YOUR_CALM);
    assert_eq!(task.woken(), 1);
    end.offer();
    assert_eq!((end.staged().0, end.next()), (Staged::Octets, Next::Again));
    assert_eq!(end.next(), Next::Over);
}

#[test]
fn a_driver_that_is_dropped_takes_the_connection_along() {
    let mut end = End::<Client>::new();
    end.rounds();
    let session = end.session().clone();
    let mut opened = session.request(get(), Some(Bytes::new())).unwrap();
    end.rounds();
    drop(end);
    let error = ready(opened.recv.poll_part(&mut cx())).unwrap_err();
    let found = error
        .find::<io::Error>()
        .unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(found.kind(), ErrorKind::Interrupted);
    assert!(session.is_closed());
}
