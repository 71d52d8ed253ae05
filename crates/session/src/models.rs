//! Models of the hand-over between tasks and whoever drives the connection: every interleaving is
//! tried.
//!
//! A wake-up that is lost leaves the driver or a task asleep for ever, which `loom` reports as a
//! deadlock. The connection and the session are the real ones; the peer answers by itself.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::future::poll_fn;
use core::task::{Context, Poll};

use loom::future::block_on;
use loom::model::Builder;
use loom::thread::{self, JoinHandle};
use proto::{Client, Config, Connection, ErrorCode, Part, Request, Response, Role, Server};
use runtime::{WriteOperation, WriteResult};
use testkit::{Answers, PREFACE, Wire, data, goaway, headers, kind, settings, settings_ack};

use crate::error::Error;
use crate::locked::Locked;
use crate::session::{Options, Session};
use crate::sync::plant;

/// How often a thread is interrupted at most where it could go on.
const PREEMPTIONS: usize = 3;

/// Asks for the fault that must be found.
const PLANT: &str = "TRESS_PLANT";

/// The model in which it is planted.
const PLANTED: &str =
    "models::a_request_of_another_thread_wakes_the_driver_and_its_answer_the_request";

fn check(fault: bool, model: impl Fn() + Send + Sync + 'static) {
    check_within(PREEMPTIONS, fault, model);
}

fn check_within(preemptions: usize, fault: bool, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(preemptions);
    plant(fault);
    builder.check(model);
    plant(false);
}

/// Offers the machine what the peer says, and tells the peer what the machine says; says whether the
/// connection is over.
fn exchange<R: Role>(locked: &mut Locked<R>, peer: &mut Answers) -> bool {
    let mut held = [0; 1024];
    loop {
        while let WriteOperation::Write(chunks) = locked.machine().next_write_operation() {
            let mut count = 0;
            for slice in chunks.as_slices() {
                peer.hear(slice);
                count += slice.len();
            }
            locked.machine().report_write_result(WriteResult::Ok(count));
        }
        match peer.say(&mut held) {
            Some(0) => drop(locked.machine().read_eof(&[])),
            Some(count) => drop(locked.machine().read(&held[..count])),
            None => break,
        }
        if locked.machine().is_closed() {
            return true;
        }
    }
    locked.park_writer();
    locked.machine().is_closed()
}

/// Drives a connection until it is over.
fn poll_drive<R: Role>(session: &Session<R>, peer: &mut Answers, cx: &mut Context<'_>) -> Poll<()> {
    let driver = session.driver();
    driver.begin();
    loop {
        driver.clear();
        let (is_over, _) = session.turn(|locked| exchange(locked, peer)).unwrap();
        if is_over {
            session.turn(Locked::finish).unwrap();
            return Poll::Ready(());
        }
        if driver.rest(cx.waker(), || true) {
            return Poll::Pending;
        }
    }
}

fn drive<R: Role>(session: &Session<R>, mut peer: Answers) -> JoinHandle<()> {
    let session = session.clone();
    thread::spawn(move || block_on(poll_fn(move |cx| poll_drive(&session, &mut peer, cx))))
}

/// A client, and its driver on a thread of its own.
fn client(answers: Vec<(u8, Vec<u8>)>) -> (Session<Client>, JoinHandle<()>) {
    let machine = Connection::<Client>::new(Config::default());
    let session = Session::new(Box::new(machine), Options::default());
    let peer = Answers::server((settings(), settings_ack()), answers);
    let driving = drive(&session, peer);
    (session, driving)
}

/// Sends a request, and waits for the head of its answer.
fn fetch(session: &Session<Client>) -> Result<u16, Error> {
    let mut pending_request =
        session.open(Request::get("http", "a", "/"), Some(Default::default()));
    let mut opened = block_on(poll_fn(|cx| pending_request.poll(cx)))?;
    match block_on(poll_fn(|cx| opened.recv.poll_part(cx)))? {
        Part::Head(head) => Ok(head.status()),
        part => panic!("{part:?}"),
    }
}

#[test]
fn a_request_of_another_thread_wakes_the_driver_and_its_answer_the_request() {
    check(std::env::var_os(PLANT).is_some(), || {
        let answer = (headers(1).status(200), data(1, "ok").end(), goaway(1, 0));
        let (session, driving) = client(vec![(kind::HEADERS, answer.octets())]);
        assert_eq!(fetch(&session).unwrap(), 200);
        driving.join().unwrap();
    });
}

#[test]
fn a_driver_that_looks_before_it_says_that_it_rests_is_found() {
    // What holds the connection cannot be dropped in a model that has failed: the process ends.
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", PLANTED]);
    let output = command.env(PLANT, "1").output().unwrap();
    assert!(!output.status.success());
    let said = [output.stderr, output.stdout]
        .map(|said| String::from_utf8_lossy(&said).into_owned())
        .concat();
    assert!(said.contains("deadlock"), "{said}");
}

#[test]
fn a_request_beyond_the_limit_is_opened_by_the_driver_and_whoever_waits_for_it_is_woken() {
    // Three threads: with one interruption more it takes minutes.
    check_within(2, false, || {
        let one = settings().set(3, 1);
        let first = (one, settings_ack());
        let answer = |id| headers(id).status(200).end().octets();
        let answers = vec![
            (kind::HEADERS, answer(1)),
            (kind::HEADERS, [answer(3), goaway(0, 0).octets()].concat()),
        ];
        let machine = Connection::<Client>::new(Config::default());
        let session = Session::new(Box::new(machine), Options::default());
        let driving = drive(&session, Answers::server(first, answers));
        let both = session.clone();
        let other = thread::spawn(move || fetch(&both));
        let outcomes = [fetch(&session), other.join().unwrap()];
        driving.join().unwrap();
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    });
}

#[test]
fn closing_waits_for_the_driver_and_the_driver_for_nobody() {
    check(false, || {
        let (session, driving) = client(vec![(kind::GOAWAY, Vec::new())]);
        session.go_away();
        block_on(poll_fn(|cx| session.poll_closed(cx))).unwrap();
        driving.join().unwrap();
    });
}

#[test]
fn a_canceled_request_wakes_the_driver() {
    check(false, || {
        let answers = vec![(kind::RST_STREAM, Vec::new()), (kind::GOAWAY, Vec::new())];
        let (session, driving) = client(answers);
        let users = session.users();
        let request = Request::get("http", "a", "/");
        drop(session.request(request, Some(Default::default())).unwrap());
        drop(users);
        driving.join().unwrap();
    });
}

#[test]
fn an_abort_of_another_thread_wakes_the_driver() {
    check(false, || {
        let (session, driving) = client(Vec::new());
        session.abort(ErrorCode::CANCEL);
        driving.join().unwrap();
        assert!(session.is_closed());
    });
}

#[test]
fn a_request_that_arrives_wakes_whoever_accepts_and_the_answer_leaves() {
    check(false, || {
        let request = (
            PREFACE,
            settings(),
            settings_ack(),
            headers(1).get("/").end(),
        );
        let answers = vec![(kind::DATA, goaway(0, 0).octets())];
        let machine = Connection::<Server>::new(Config::default());
        let session = Session::new(Box::new(machine), Options::default());
        let driving = drive(&session, Answers::client(request, answers));
        let accepted = block_on(poll_fn(|cx| session.poll_accept(cx)));
        let mut accepted = accepted.unwrap().unwrap();
        let content = proto::Bytes::from_static(b"ok");
        let received = Some(&mut accepted.recv);
        accepted
            .send
            .reply(received, Response::new(200), content, None)
            .unwrap();
        driving.join().unwrap();
    });
}
