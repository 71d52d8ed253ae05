//! Models of how a connection's threads take turns: every interleaving is tried.
//!
//! A wake-up that is lost, and a write that nobody does, leave a thread asleep for ever, which
//! `loom` reports as a deadlock. The connection, its session, its output, its threads and the handles are the real
//! ones; the socket is a script.

mod socket;

use alloc::sync::Arc;

use loom::model::Builder;
use proto::{Client as ClientRole, Config, Connection, Request, Response, Server as ServerRole};
use testkit::{Answers, PREFACE, Wire, data, goaway, headers, kind, settings, settings_ack};

use self::socket::Fate::{self, Broken, Late, Mutual, Stuck, Taken};
use self::socket::{Half, Scripted};
use crate::pool::{Pool, Share};
use crate::server::serving::{Mode, Service, serve};
use crate::sync::thread::{self, JoinHandle};
use crate::sync::{Fault, Mutex, plant};
use crate::{Client, Exchange, Pending, TcpOptions};

/// How often a thread is interrupted at most where it could go on.
const PREEMPTIONS: usize = 3;

/// The same, where there are three threads and more.
const FEWER: usize = 2;

/// The same, for two threads that write, one that reads, and the one that is started to write.
const FEWEST: usize = 1;

/// Asks for a fault that must be found.
const PLANT: &str = "TRESS_PLANT";

fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(preemptions);
    let fault = std::env::var(PLANT).ok().map(|fault| match &*fault {
        "doze" => Fault::Doze,
        _ => Fault::Leave,
    });
    plant(fault);
    builder.check(model);
    plant(None);
}

fn machine() -> Connection<ClientRole> {
    Connection::new(Config::default())
}

/// A server that says `answers`, each when it has heard a frame of a kind.
fn server(fate: &'static [Fate], answers: Vec<(u8, Vec<u8>)>) -> Scripted {
    let first = (settings(), settings_ack());
    Scripted::new(fate, Answers::server(first, answers))
}

fn client(fate: &'static [Fate], answers: Vec<(u8, Vec<u8>)>) -> Client {
    Client::new(machine(), server(fate, answers)).unwrap()
}

fn get() -> Request {
    Request::get("http", "a", "/")
}

/// A response to the request on a stream.
fn answer(stream: u32) -> Vec<u8> {
    (headers(stream).status(200), data(stream, "ok").end()).octets()
}

/// The last of the answers to requests: the server says that it goes away, and ends.
fn last(octets: impl Wire) -> (u8, Vec<u8>) {
    (kind::HEADERS, (octets, goaway(9, 0)).octets())
}

fn receive(pending: Pending) {
    let reply = pending.wait().unwrap();
    assert_eq!(&reply.body.bytes(9).unwrap()[..], b"ok");
}

fn fetch(client: &Client) {
    receive(client.send_whole(get(), "").unwrap());
}

fn fetch_elsewhere(client: &Client) -> JoinHandle<()> {
    let client = client.clone();
    thread::spawn(move || fetch(&client))
}

/// Two requests at once, of which none is answered before both have come.
fn fetch_twice(fate: &'static [Fate]) {
    let answers = vec![(kind::HEADERS, Vec::new()), last((answer(1), answer(3)))];
    let client = client(fate, answers);
    let other = fetch_elsewhere(&client);
    fetch(&client);
    other.join().unwrap();
}

#[test]
fn the_thread_that_reads_wakes_the_one_that_waits_for_the_response() {
    check(PREEMPTIONS, || {
        fetch(&client(&[Taken], vec![last(answer(1))]))
    });
}

#[test]
fn what_two_threads_write_at_once_leaves() {
    check(FEWER, || fetch_twice(&[Taken]));
}

#[test]
fn a_request_that_is_handed_over_leaves_and_is_answered() {
    check(PREEMPTIONS, || {
        fetch(&client(&[Late, Taken], vec![last(answer(1))]))
    });
}

#[test]
fn requests_are_handed_over_while_another_thread_waits_for_its_response() {
    check(FEWEST, || fetch_twice(&[Taken, Late, Taken]));
}

#[test]
fn a_write_after_one_that_was_handed_over_never_keeps_the_thread_that_reads() {
    check(FEWER, || {
        fetch(&client(&[Late, Taken, Late, Taken], vec![last(answer(1))]));
    });
}

#[test]
fn a_handed_over_write_that_waits_for_the_peer_lets_the_connection_read() {
    check(FEWER, || {
        fetch(&client(&[Mutual, Taken], vec![last(answer(1))]))
    });
}

#[test]
fn the_last_handle_dropped_during_a_handed_over_write_lets_what_runs_finish() {
    check(FEWER, || {
        let answers = vec![(kind::HEADERS, answer(1)), (kind::GOAWAY, Vec::new())];
        let client = client(&[Late, Taken], answers);
        let pending = client.send_whole(get(), "").unwrap();
        drop(client);
        receive(pending);
    });
}

#[test]
fn a_request_canceled_during_a_handed_over_write_leaves_nothing_that_runs() {
    check(FEWER, || {
        let client = client(&[Late, Taken], vec![(kind::GOAWAY, Vec::new())]);
        drop(client.send_whole(get(), "").unwrap());
    });
}

#[test]
fn closing_lets_another_thread_have_its_response() {
    check(FEWER, || {
        let answers = vec![(kind::HEADERS, Vec::new()), (kind::GOAWAY, answer(1))];
        let client = client(&[Taken], answers);
        let pending = client.send_whole(get(), "").unwrap();
        let other = thread::spawn(move || receive(pending));
        client.close().unwrap();
        other.join().unwrap();
    });
}

#[test]
fn a_socket_that_breaks_fails_the_thread_that_waits() {
    for fate in [&[Broken] as &[_], &[Late, Broken], &[Late, Late, Broken]] {
        check(FEWER, move || {
            let client = client(fate, vec![last(answer(1))]);
            let error = client.fetch(get()).unwrap_err();
            assert!(!error.is_timeout(), "{error}");
        });
    }
}

#[test]
fn an_abort_frees_who_waits_and_the_thread_whose_write_never_ends() {
    check(FEWER, || {
        let client = client(&[Stuck], Vec::new());
        let pending = client.send_whole(get(), "").unwrap();
        let other = thread::spawn(move || pending.wait().unwrap_err());
        client.abort();
        assert!(!other.join().unwrap().is_timeout());
    });
}

#[test]
fn the_answer_of_another_thread_leaves_while_the_connection_goes_to_sleep() {
    for fate in [&[Taken] as &[_], &[Taken, Late, Taken]] {
        check(FEWER, move || {
            let hello = (PREFACE, settings(), settings_ack());
            let first = (hello, headers(1).get("/").end());
            let peer = Answers::client(first, vec![(kind::DATA, goaway(0, 0).octets())]);
            let machine = Connection::<ServerRole>::new(Config::default());
            let service = Service {
                mode: Mode::Inline,
                handler: Arc::new(|exchange: Exchange| {
                    thread::spawn(|| exchange.reply(Response::new(200), "ok").unwrap());
                    Ok(())
                }),
                pool: Arc::new(Pool::new(0)),
                limit: None,
                error_hook: None,
                tcp: TcpOptions::default(),
            };
            let socket = Arc::new(Scripted::new(fate, peer));
            serve(Box::new(machine), socket, &service, |_| ()).unwrap();
        });
    }
}

#[test]
fn a_thread_that_does_all_the_writing_is_woken_by_those_who_have_something_to_write() {
    check(FEWER, || {
        let near = Arc::new(server(&[Taken], vec![last(answer(1))]));
        let halves = (Half(Arc::clone(&near)), Half(near));
        fetch(&Client::over_halves(machine(), halves.0, halves.1).unwrap());
    });
}

/// Has work done that counts how often, and how many did it at once for the connection.
fn count(share: &Share, counts: &Arc<Mutex<(usize, usize, usize)>>) {
    let counts = Arc::clone(counts);
    let begin = move |_| {
        let mut now = counts.lock().unwrap();
        now.1 += 1;
        now.2 = now.2.max(now.1);
        drop(now);
        thread::yield_now();
        let mut now = counts.lock().unwrap();
        (now.0, now.1) = (now.0 + 1, now.1 - 1);
    };
    share.submit(begin).unwrap();
}

#[test]
fn all_work_is_done_and_a_connection_never_has_the_last_quarter_of_the_threads() {
    check(FEWER, || {
        let pool = Arc::new(Pool::new(2));
        let (greedy, other) = (pool.share(), pool.share());
        let [of_one, of_other] = [(); 2].map(|()| Arc::new(Mutex::new((0, 0, 0))));
        count(&greedy, &of_one);
        count(&greedy, &of_one);
        count(&other, &of_other);
        pool.close();
        assert_eq!(*of_one.lock().unwrap(), (2, 0, 1));
        assert_eq!(of_other.lock().unwrap().0, 1);
    });
}

#[test]
fn work_that_two_threads_have_done_at_once_is_done() {
    check(FEWER, || {
        let pool = Arc::new(Pool::new(2));
        let counts = Arc::new(Mutex::new((0, 0, 0)));
        let (one, other) = (pool.share(), pool.share());
        let counted = Arc::clone(&counts);
        let submitting = thread::spawn(move || count(&other, &counted));
        count(&one, &counts);
        submitting.join().unwrap();
        pool.close();
        assert_eq!(counts.lock().unwrap().0, 2);
    });
}

/// Runs a model by itself with a fault, which must be found.
fn expect_found(fault: &str, model: &str) {
    // What holds the connection cannot be dropped in a model that has failed: the process ends.
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("models::{model}")]);
    let output = command.env(PLANT, fault).output().unwrap();
    assert!(!output.status.success());
    let said = [output.stderr, output.stdout]
        .map(|said| String::from_utf8_lossy(&said).into_owned())
        .concat();
    assert!(said.contains("deadlock"), "{said}");
}

#[test]
fn a_thread_that_unlocks_before_it_begins_to_wait_is_found() {
    let model = "the_thread_that_reads_wakes_the_one_that_waits_for_the_response";
    expect_found("doze", model);
}

#[test]
fn a_writer_that_leaves_without_a_look_at_what_others_left_to_it_is_found() {
    expect_found("leave", "what_two_threads_write_at_once_leaves");
}
