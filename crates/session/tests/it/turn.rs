//! What a turn leaves to be done, and pings, settings and alarms, which wait by turns.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use testkit::Task;
use tress_session::proto::{Connection, Server, SettingsChange};
use tress_session::{Adapter, Bytes, Due, ErrorCode, Octets, Options, Response, Session};

use crate::support::{Pair, failed, get, give, narrow, ready, session, take};

/// Keeps what was due.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Due>>>);

impl Adapter<Server> for Kept {
    fn settle(&self, session: &Session<Server>, due: Due) {
        // The lock is free.
        session.turn(|_| ()).unwrap();
        self.0.lock().unwrap().push(due);
    }
}

#[test]
fn what_is_due_after_a_turn_the_adapter_hears_and_the_driver_sees_by_itself() {
    let kept = Kept::default();
    let machine = Box::new(Connection::new(Default::default()));
    let options = Options {
        adapter: Some(Box::new(kept.clone())),
        ..Options::default()
    };
    let server = Session::<Server>::new(machine, options);
    let client = session(Default::default());
    client
        .request(get(), Some(Default::default()))
        .unwrap()
        .recv
        .reset(ErrorCode::CANCEL);
    let _opened = client.request(get(), Some(Default::default())).unwrap();
    take(&server);
    assert!(
        kept.0.lock().unwrap().is_empty(),
        "those were the driver's own turns"
    );
    let octets = take(&client);
    let (count, due) = server
        .turn(|locked| locked.machine().read(&octets))
        .unwrap();
    assert_eq!(count, octets.len());
    assert!(due.opened && !due.canceled && due.is_any());
    assert!(kept.0.lock().unwrap().is_empty());
    let mut ended = Vec::new();
    let accepted = server.accept(0, &mut ended).unwrap().pop().unwrap();
    take(&server);
    kept.0.lock().unwrap().clear();
    accepted.send.respond(Response::new(200)).unwrap();
    let seen = kept.0.lock().unwrap().clone();
    assert!(seen.iter().any(|due| due.output), "{seen:?}");
    assert!(seen.iter().all(|due| !due.opened), "{seen:?}");
}

#[test]
fn handlers_whose_streams_were_reset_are_told_and_hold_their_place_until_they_have_ended() {
    let pair = Pair::with(Default::default(), narrow(1));
    let opened = pair.ask(Some(""));
    let mut ended = Vec::new();
    let accepted = pair.server.accept(0, &mut ended).unwrap().pop().unwrap();
    let id = accepted.id();
    opened.recv.reset(ErrorCode::CANCEL);
    pair.run();
    let (canceled, _) = pair.server.turn(|locked| locked.take_canceled()).unwrap();
    assert_eq!(canceled, [id]);
    // It goes on, and so nobody else begins.
    let _next = pair.ask(Some(""));
    assert!(pair.server.accept(1, &mut ended).unwrap().is_empty());
    drop(accepted);
    pair.server.end_handlers([id]).unwrap();
    assert_eq!(pair.server.accept(0, &mut ended).unwrap().len(), 1);
    assert!(ended.is_empty());
}

#[test]
fn pings_are_answered_or_lost() {
    let pair = Pair::new();
    let (one, other) = (
        pair.client.ping().unwrap(),
        pair.client.ping_with(Some(*b"our ping")).unwrap(),
    );
    let task = Task::new();
    assert!(one.poll(&mut task.cx()).is_pending() && other.poll(&mut task.cx()).is_pending());
    pair.run();
    assert_eq!(task.woken(), 2);
    ready(one.poll(&mut task.cx())).unwrap();
    ready(other.poll(&mut task.cx())).unwrap();
    let lost = pair.server.ping().unwrap();
    assert!(lost.poll(&mut task.cx()).is_pending());
    pair.server.abort(ErrorCode::INTERNAL_ERROR);
    assert_eq!(task.woken(), 1);
    let error = failed(lost.poll(&mut task.cx()));
    assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR));
}

#[test]
fn settings_are_waited_for_and_changed() {
    let pair = Pair {
        client: session(Default::default()),
        server: session(narrow(7)),
    };
    let task = Task::new();
    assert!(pair.client.poll_settings(&mut task.cx()).is_pending());
    pair.run();
    assert_eq!(task.woken(), 1);
    ready(pair.client.poll_settings(&mut task.cx())).unwrap();
    let streams = |pair: &Pair| pair.client.peer_settings().unwrap().max_concurrent_streams;
    assert_eq!(streams(&pair), Some(7));
    assert_eq!(pair.server.settings_acked().unwrap(), 1);
    let change = SettingsChange::default().concurrent_streams(3);
    pair.server.update_settings(change).unwrap();
    pair.run();
    assert_eq!(
        (streams(&pair), pair.server.settings_acked().unwrap()),
        (Some(3), 2)
    );
}

#[test]
fn an_alarm_fires_when_the_driver_tells_that_its_time_has_come() {
    let pair = Pair::new();
    let hour = Duration::from_secs(3600);
    assert!(
        pair.client.alarm(hour).unwrap().is_none(),
        "nobody would fire it"
    );
    pair.client.turn(|locked| locked.enable_alarms()).unwrap();
    let alarm = pair.client.alarm(hour).unwrap().unwrap();
    let task = Task::new();
    assert!(alarm.poll(&mut task.cx()).is_pending());
    let tell = |hours: u64| {
        let told = pair.client.turn(|locked| {
            let now = Duration::from_secs(3600 * hours);
            locked
                .tick(now)
                .is_some_and(|next| next <= Duration::from_secs(3601))
        });
        told.unwrap().0
    };
    assert!(tell(0), "it is a deadline");
    assert_eq!(task.woken(), 0);
    tell(2);
    assert_eq!(task.woken(), 1);
    assert!(alarm.poll(&mut task.cx()).is_ready());
    // The time was told long ago: a while runs from when it is told next.
    let alarm = pair.client.alarm(hour).unwrap().unwrap();
    assert!(alarm.poll(&mut task.cx()).is_pending());
    tell(10);
    assert!(alarm.poll(&mut task.cx()).is_pending());
    tell(11);
    assert!(alarm.poll(&mut task.cx()).is_ready());
    assert_eq!(task.woken(), 1);
}

#[test]
fn octets_are_counted() {
    let pair = Pair::new();
    let Octets { received, sent, .. } = pair.client.octets();
    assert!(received > 9 && sent > 24, "{received} {sent}");
    assert_eq!(pair.server.octets().received, sent);
    give(&pair.client, &[]);
    assert_eq!(pair.client.octets().received, received);
}

/// What a request costs in uses of the lock, beside those of whoever moves the octets.
#[test]
fn an_exchange_takes_four_turns_of_a_client_and_two_of_a_server() {
    let pair = Pair::new();
    for _ in 0..3 {
        let before = pair.client.turns();
        let mut opened = pair
            .client
            .request(get(), Some(Default::default()))
            .unwrap();
        assert_eq!(pair.client.turns() - before, 1, "to ask");
        pair.run();
        let before = pair.server.turns();
        let mut accepted = pair.accept();
        let received = Some(&mut accepted.recv);
        let content = Bytes::from_static(b"hello");
        accepted
            .send
            .reply(received, Response::new(200), content, None)
            .unwrap();
        drop(accepted.recv);
        assert_eq!(pair.server.turns() - before, 2, "to take it, and to answer");
        pair.run();
        let (before, task) = (pair.client.turns(), Task::new());
        ready(opened.recv.poll_part(&mut task.cx())).unwrap();
        assert_eq!(pair.client.turns() - before, 1, "for the head");
        ready(opened.recv.poll_data(&mut task.cx())).unwrap();
        drop(opened);
        let turns = pair.client.turns() - before;
        assert!(turns <= 3, "for the content, and to let go: {turns}");
    }
}

/// The half that receives has nothing to receive, and takes no turn to say that it is gone.
#[test]
fn of_a_handlers_request_without_content_only_the_answer_holds_the_stream() {
    let pair = Pair::new();
    for keeps_recv in [false, true] {
        let opened = pair.ask(Some(""));
        let mut ended = Vec::new();
        let before = pair.server.turns();
        let accepted = pair.server.accept(0, &mut ended).unwrap().pop().unwrap();
        let (id, mut recv) = (accepted.id(), accepted.recv);
        assert!(recv.is_spent());
        assert!(pair.server.with_stream(id, |_| Ok(())).is_ok());
        let received = keeps_recv.then_some(&mut recv);
        accepted
            .send
            .reply(received, Response::new(200), Bytes::new(), None)
            .unwrap();
        drop(recv);
        pair.server.end_handlers([id]).unwrap();
        assert_eq!(
            pair.server.turns() - before,
            4,
            "to take it, to look, to answer, and for the handler's end"
        );
        pair.run();
        assert!(pair.server.with_stream(id, |_| Ok(())).is_err(), "it left");
        drop(opened);
    }
    // Unanswered, it is reset as ever, whoever still has the other half.
    let (mut opened, task) = (pair.ask(Some("")), Task::new());
    let accepted = pair
        .server
        .accept(0, &mut Vec::new())
        .unwrap()
        .pop()
        .unwrap();
    let _recv = accepted.recv;
    drop(accepted.send);
    pair.run();
    let error = failed(opened.recv.poll_part(&mut task.cx()));
    assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR));
}

#[test]
fn an_answer_begins_with_the_first_of_its_content_in_one_turn() {
    let pair = Pair::new();
    let (mut opened, task) = (pair.ask(Some("")), Task::new());
    let send = pair.accept().send;
    let before = pair.server.turns();
    let head = Response::new(200).field("content-length", "5");
    send.respond_with(head, Bytes::from_static(b"hel")).unwrap();
    assert_eq!(pair.server.turns() - before, 1);
    let refused = send.respond_with(Response::new(200), Bytes::new());
    let refused = refused.unwrap_err();
    assert!(format!("{refused:#}").contains("out of order"));
    send.finish(Bytes::from_static(b"lo"), None).unwrap();
    pair.run();
    let mut content = Vec::new();
    while let Some(piece) = ready(opened.recv.poll_data(&mut task.cx())).unwrap() {
        content.extend_from_slice(&piece);
    }
    assert_eq!(content, b"hello");
}
