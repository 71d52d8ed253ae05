//! Models of the hand-over between tasks and the driver: every interleaving is tried.
//!
//! A wake-up that is lost leaves the driver or a task asleep for ever, which `loom` reports as a
//! deadlock. The session, the engine and the handles are the real ones; the transport answers by
//! itself. That such a fault is found the models of `tress-session` show.

use alloc::sync::Arc;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::io::{self, IoSlice};

use loom::future::block_on;
use loom::model::Builder;
use loom::thread::{self, JoinHandle};
use proto::{Client as ClientRole, Config, Connection, Request, Response, Server as ServerRole};
use session::transport::{ReadHalf, WriteHalf};
use testkit::{Answers, PREFACE, Wire, data, goaway, headers, kind, settings, settings_ack};

use crate::sync::Mutex;
use crate::{Client, Error, serve_connection};

/// How often a thread is interrupted at most where it could go on.
const PREEMPTIONS: usize = 3;

/// Takes all that is written, and answers by itself.
struct Answering(Answers);

impl ReadHalf for Answering {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        // Whoever writes polls again, and nobody else makes input.
        self.0
            .say(into)
            .map_or(Poll::Pending, |count| Poll::Ready(Ok(count)))
    }
}

impl WriteHalf for Answering {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        for slice in from {
            self.0.hear(slice);
        }
        cx.waker().wake_by_ref();
        Poll::Ready(Ok(from.iter().map(|slice| slice.len()).sum()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(PREEMPTIONS);
    builder.check(model);
}

/// A client, and its driver on a thread of its own.
fn client(answers: Vec<(u8, Vec<u8>)>) -> (Client, JoinHandle<Result<(), Error>>) {
    let io = Answering(Answers::server((settings(), settings_ack()), answers));
    let (client, driver) = Client::new(Connection::<ClientRole>::new(Config::default()), io);
    (client, thread::spawn(move || block_on(driver)))
}

#[test]
fn a_request_of_another_thread_wakes_the_driver_and_its_answer_the_request() {
    check(|| {
        let answer = (headers(1).status(200), data(1, "ok").end(), goaway(1, 0));
        let (client, driving) = client(vec![(kind::HEADERS, answer.octets())]);
        let reply = block_on(client.fetch(Request::get("http", "a", "/"))).unwrap();
        drop(reply);
        let _ = driving.join().unwrap();
    });
}

#[test]
fn closing_waits_for_the_driver_and_the_driver_for_nobody() {
    check(|| {
        let (client, driving) = client(vec![(kind::GOAWAY, Vec::new())]);
        block_on(client.close()).unwrap();
        driving.join().unwrap().unwrap();
    });
}

#[test]
fn a_canceled_request_wakes_the_driver() {
    check(|| {
        let answers = vec![(kind::RST_STREAM, Vec::new()), (kind::GOAWAY, Vec::new())];
        let (client, driving) = client(answers);
        let pending = block_on(client.send_whole(Request::get("http", "a", "/"), "")).unwrap();
        drop(pending);
        drop(client);
        driving.join().unwrap().unwrap();
    });
}

/// What a handler waits for until another thread says so.
#[derive(Default)]
struct Signal {
    state: Mutex<(bool, Option<Waker>)>,
}

impl Signal {
    fn give(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 = true;
        let waker = state.1.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.state.lock().unwrap();
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

#[test]
fn a_handler_that_is_woken_by_another_thread_is_polled_and_its_answer_leaves() {
    check(|| {
        let request = (
            PREFACE,
            settings(),
            settings_ack(),
            headers(1).get("/").end(),
        );
        let answers = vec![(kind::DATA, goaway(0, 0).octets())];
        let io = Answering(Answers::client(request, answers));
        let signal = Arc::new(Signal::default());
        let giving = Arc::clone(&signal);
        let giver = thread::spawn(move || giving.give());
        let machine = Connection::<ServerRole>::new(Config::default());
        let serving = serve_connection(machine, io, move |exchange| {
            let signal = Arc::clone(&signal);
            async move {
                core::future::poll_fn(|cx| signal.poll(cx)).await;
                exchange.reply(Response::new(200), "ok")
            }
        });
        block_on(serving).unwrap();
        giver.join().unwrap();
    });
}

#[test]
fn an_abort_of_another_thread_wakes_a_driver_whose_transport_takes_nothing() {
    check(|| {
        let request = (
            PREFACE,
            settings(),
            settings_ack(),
            headers(1).get("/").end(),
        );
        let io = Full(Answering(Answers::client(request, Vec::new())));
        let machine = Connection::<ServerRole>::new(Config::default());
        let serving = serve_connection(machine, io, |exchange| async move {
            exchange.reply(Response::new(200), "ok")
        });
        let handle = serving.handle();
        let aborting = thread::spawn(move || handle.abort(proto::ErrorCode::NO_ERROR));
        let _ = block_on(serving);
        aborting.join().unwrap();
    });
}

/// Takes nothing that is written, and never will.
struct Full(Answering);

impl ReadHalf for Full {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(cx, into)
    }
}

impl WriteHalf for Full {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Poll::Pending
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}
