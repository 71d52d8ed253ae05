//! When a driver may rest, and what ends that.

use core::task::Waker;
use core::time::Duration;

use testkit::{Task, Wire};
use tress_session::Next;
use tress_session::proto::runtime::Staged;
use tress_session::proto::{Client, Server};

use super::support::{End, connected, cx, join};
use crate::support::get;

/// A server whose answers have piled up, so that it reads no more until they leave.
fn behind() -> End<Server> {
    let (mut server, _) = connected();
    let pings = testkit::ping(*b"a ping!!").octets().repeat(500);
    server.hear(&pings);
    server.offer();
    assert_eq!(server.staged().0, Staged::Octets);
    let mut next = server.next();
    for _ in 0..100 {
        if matches!(next, Next::Read(_)) {
            server.hear(&pings);
        }
        server.offer();
        next = server.next();
    }
    assert!(matches!(next, Next::Wait(_)), "{next:?}");
    server.hear(&pings);
    server.offer();
    assert_eq!(server.reader.held(), pings.len());
    server
}

#[test]
fn an_alarm_is_a_deadline_too() {
    let mut end = End::<Client>::new();
    end.rounds();
    let second = Duration::from_secs(1);
    let at = end.now + second;
    let (alarm, task) = (end.session().alarm(second).unwrap().unwrap(), Task::new());
    assert!(alarm.poll(&mut task.cx()).is_pending());
    assert!(
        !end.driver.may_rest(Waker::noop()),
        "it does not know of it yet"
    );
    assert!(matches!(end.rounds().1, Next::Read(Some(until)) if until <= at));
    end.later(Duration::from_secs(1)).rounds();
    assert_eq!(task.woken(), 1);
}

#[test]
fn a_task_that_rests_is_woken_when_there_is_something_to_write() {
    let mut end = End::<Client>::new();
    end.rounds();
    let task = Task::new();
    let waker = task.cx().waker().clone();
    assert!(end.driver.may_rest(&waker));
    let ping = end.session().ping().unwrap();
    assert_eq!(task.woken(), 1);
    end.offer();
    let _other = end.session().ping().unwrap();
    assert_eq!(task.woken(), 0, "it is in the middle of a round, and looks");
    let (said, next) = end.round();
    assert_eq!(testkit::frames(&said).len(), 2);
    assert!(matches!(next, Next::Read(_)));
    assert!(end.driver.may_rest(&waker));
    // Something came, and nobody woke it.
    end.offer();
    drop(ping);
    end.session().go_away();
    assert_eq!(task.woken(), 0, "it looks");
}

#[test]
fn a_task_that_rests_is_woken_when_the_machine_reads_on() {
    let mut server = behind();
    assert!(server.driver.may_rest(Waker::noop()));
    let End { driver, writer, .. } = &mut server;
    // In the turns of somebody else.
    for _ in 0..100 {
        writer.written(writer.left());
        let turn = driver.session().turn(|locked| {
            writer.settle(locked.machine());
            writer.stage(locked.machine(), true)
        });
        turn.unwrap();
    }
    assert!(!driver.may_rest(Waker::noop()), "it is to look");
}

#[test]
fn what_is_held_is_offered_before_more_is_read() {
    let mut server = behind();
    server.writer.written(server.writer.left());
    let (said, next) = server.round();
    assert_eq!((said.is_empty(), next), (false, Next::Again));
    assert!(matches!(server.rounds().1, Next::Read(_)));
    assert_eq!(server.reader.held(), 0);
}

/// Nobody is notified of output that is never written: so every turn is looked at.
#[test]
fn a_task_that_rests_is_woken_by_every_turn_once_the_output_is_closed() {
    let (mut client, mut server) = (End::<Client>::new(), End::<Server>::new());
    join(&mut client, &mut server);
    let (mut opened, task) = (client.session().request(get(), None).unwrap(), Task::new());
    client.rounds();
    let error = std::io::ErrorKind::BrokenPipe.into();
    client
        .driver
        .fail_output(&mut client.writer, error)
        .unwrap();
    assert!(matches!(client.rounds().1, Next::Read(_)));
    assert!(client.driver.may_rest(task.cx().waker()));
    assert!(opened.recv.poll_part(&mut cx()).is_pending());
    assert_eq!(task.woken(), 1);
}
