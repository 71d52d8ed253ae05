//! What must not hang, spin or starve, whatever the transport, the peer and the handlers do.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::future::{Future, pending, poll_fn};
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::io::{self, ErrorKind, IoSlice};
use std::sync::{Mutex, mpsc};
use std::thread;

use testkit::{PREFACE, Wire, code, frames, headers, kind, push_promise, settings, settings_ack};
use tress_async::compat::tokio::TokioTimer;
use tress_async::proto::{Connection, Limits};
use tress_async::{
    Client, Config, ErrorCode, ReadHalf, RecvBody, Response, SendBody, WriteHalf, serve_connection,
};

use crate::by_hand::{Executor, Flag};
use crate::pipe::{End, Script, Scripted, pipe};
use crate::world::{LIMIT, get, in_time, post};

/// Counts what the driver does, and gives the end of the input when it is told to.
#[derive(Default)]
struct Counting {
    writes: AtomicUsize,
    closes: AtomicUsize,
    ended: Mutex<(bool, Option<Waker>)>,
}

impl Counting {
    fn end(&self) {
        let mut ended = self.ended.lock().unwrap();
        ended.0 = true;
        if let Some(waker) = ended.1.take() {
            waker.wake();
        }
    }
}

/// Answers writes and flushes as it is told.
struct Refusing {
    count: Arc<Counting>,
    write: fn(usize) -> io::Result<usize>,
    flush: fn() -> io::Result<()>,
}

impl ReadHalf for Refusing {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut ended = self.count.ended.lock().unwrap();
        if ended.0 {
            return Poll::Ready(Ok(0));
        }
        ended.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl WriteHalf for Refusing {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.count.writes.fetch_add(1, Ordering::SeqCst);
        Poll::Ready((self.write)(from.iter().map(|slice| slice.len()).sum()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready((self.flush)())
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.count.closes.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Ok(()))
    }
}

/// A request over a transport that refuses: the output is closed at once, the input is read on, and
/// at its end the request fails.
fn expect_closed(write: fn(usize) -> io::Result<usize>, flush: fn() -> io::Result<()>) {
    let count = Arc::<Counting>::default();
    let io = Refusing {
        count: Arc::clone(&count),
        write,
        flush,
    };
    let (client, driver) = Client::new(Connection::new(Config::default()), io);
    let mut executor = Executor::new(0);
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(pending)) = pin!(client.send_whole(get("/"), "")).poll(&mut cx) else {
        panic!("there are streams available");
    };
    // Nobody but the transport has the driver polled.
    let driver = executor.spawn(async { drop(driver.await) });
    executor.run();
    let request = executor.spawn(async { assert!(pending.await.is_err()) });
    assert_eq!(count.writes.load(Ordering::SeqCst), 1);
    assert_eq!(count.closes.load(Ordering::SeqCst), 1);
    count.end();
    executor.run();
    assert!(executor.is_done(request) && executor.is_done(driver));
}

#[test]
fn a_write_that_takes_nothing_is_the_end_of_the_output_and_no_busy_loop() {
    expect_closed(|_| Ok(0), || Ok(()));
}

#[test]
fn a_flush_that_fails_is_the_end_of_the_output() {
    expect_closed(Ok, || Err(ErrorKind::BrokenPipe.into()));
}

/// A task that lives for as long as somebody may wake it.
struct Lone(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Wake for Lone {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn the_last_waker_of_a_task_that_holds_streams_may_be_replaced() {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let (near, _far) = pipe();
        let (client, _driver) = Client::new(Connection::new(Config::default()), near);
        let mut cx = Context::from_waker(Waker::noop());
        let mut open = |path| match pin!(client.send_whole(get(path), "")).poll(&mut cx) {
            Poll::Ready(Ok(pending)) => pending,
            _ => panic!("there are streams available"),
        };
        let (shared, own) = (Arc::new(Mutex::new(open("/1"))), open("/2"));
        let taken = Arc::clone(&shared);
        let future = async move {
            let _own = own;
            poll_fn(|cx| {
                let mut shared = taken.lock().unwrap();
                assert!(Pin::new(&mut *shared).poll(cx).is_pending());
                Poll::Ready(())
            })
            .await;
            drop(taken);
            pending().await
        };
        let task = Arc::new(Lone(Mutex::new(Some(Box::pin(future)))));
        let waker = Waker::from(Arc::clone(&task));
        let mut future = task.0.lock().unwrap();
        let polled = future
            .as_mut()
            .unwrap()
            .as_mut()
            .poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        drop(future);
        drop((task, waker));
        // The task lives in the stream it waits for, and holds another: both lock the connection.
        let mut cx = Context::from_waker(Waker::noop());
        assert!(
            Pin::new(&mut *shared.lock().unwrap())
                .poll(&mut cx)
                .is_pending()
        );
        done.send(()).unwrap();
    });
    is_done.recv_timeout(LIMIT).expect("it locks itself out");
}

#[test]
fn a_stream_that_the_server_pushes_is_refused_and_kept_by_nobody() {
    let promise = push_promise(1, 2).get("/style.css");
    let input = (settings(), settings_ack(), promise);
    let script = Scripted::new(&input.octets()).keep();
    let config = Config::default().allow_push();
    let (client, driver) = Client::new(Connection::new(config), Script(Arc::clone(&script)));
    let mut executor = Executor::new(0);
    let request = executor.spawn(async move { drop(client.fetch(get("/")).await) });
    while executor.step() {}
    let driver = executor.spawn(async { drop(driver.await) });
    executor.run();
    assert!(executor.is_done(request) && executor.is_done(driver));
    let output = script.lock().unwrap().output[PREFACE.len()..].to_vec();
    let resets: Vec<_> = frames(&output)
        .into_iter()
        .filter(|frame| frame.kind == kind::RST_STREAM)
        .map(|frame| (frame.stream, frame.code()))
        .collect();
    assert_eq!(resets, [(2, Some(code::CANCEL))]);
}

#[test]
fn a_handler_that_panics_before_it_makes_a_future_costs_its_stream_alone() {
    let (near, far) = pipe();
    let mut count = 0;
    let machine = Connection::new(Config::default());
    let serving = serve_connection(machine, far, move |exchange| {
        count += 1;
        assert!(count > 1, "this handler panics, as it should");
        async { exchange.reply(Response::new(200), "") }
    });
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let mut executor = Executor::new(0);
    executor.spawn(async { serving.await.unwrap() });
    executor.spawn(async { drop(driver.await) });
    let talk = executor.spawn(async move {
        let error = client.fetch(get("/")).await.unwrap_err();
        assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR));
        assert_eq!(client.fetch(get("/")).await.unwrap().head.status(), 200);
    });
    executor.run();
    assert!(executor.is_done(talk));
}

#[test]
fn a_handler_that_wakes_itself_for_ever_starves_neither_its_connection_nor_its_executor() {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let (near, far) = pipe();
        let machine = Connection::new(Config::default());
        let serving = serve_connection(machine, far, |exchange| async move {
            if exchange.request.path() == Some(b"/restless".as_slice()) {
                poll_fn(|cx| {
                    cx.waker().wake_by_ref();
                    Poll::<()>::Pending
                })
                .await;
            }
            exchange.reply(Response::new(200), "")
        });
        let (client, driver) = Client::new(Connection::new(Config::default()), near);
        let mut executor = Executor::new(0);
        executor.spawn(async { drop(serving.await) });
        executor.spawn(async { drop(driver.await) });
        let talk = executor.spawn(async move {
            let restless = client.send_whole(get("/restless"), "").await.unwrap();
            assert_eq!(client.fetch(get("/")).await.unwrap().head.status(), 200);
            drop(restless);
        });
        for _ in 0..10_000 {
            executor.step();
        }
        assert!(executor.is_done(talk));
        done.send(()).unwrap();
    });
    is_done.recv_timeout(LIMIT).expect("nothing else is polled");
}

/// Says something, all at once.
pub(crate) fn say(end: &mut End, wire: impl Wire) {
    let octets = wire.octets();
    let mut cx = Context::from_waker(Waker::noop());
    let written = Pin::new(end).poll_write(&mut cx, &[IoSlice::new(&octets)]);
    assert!(matches!(written, Poll::Ready(Ok(count)) if count == octets.len()));
}

/// MAX_CONCURRENT_STREAMS (RFC 9113 §6.5.2).
const STREAMS: u16 = 3;

#[test]
fn a_request_waits_for_a_server_that_takes_none_until_it_takes_one() {
    let (near, mut far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let mut executor = Executor::new(0);
    executor.spawn(async { drop(driver.await) });
    say(&mut far, (settings().set(STREAMS, 0), settings_ack()));
    executor.run();
    let talk = executor.spawn(async move {
        let pending = client.send_whole(get("/"), "").await.unwrap();
        assert_eq!(pending.await.unwrap().head.status(), 204);
    });
    executor.run();
    say(&mut far, settings().set(STREAMS, 1));
    executor.run();
    say(&mut far, headers(1).status(204).end());
    executor.run();
    assert!(executor.is_done(talk));
}

#[tokio::test]
async fn a_request_on_an_idle_connection_that_is_stuck_is_given_up_in_time() {
    let limits = Limits::client().transport_idle(Duration::from_millis(400));
    let config = Config::default().limits(limits).unwrap();
    let (near, mut far) = pipe();
    let (client, driver) = Client::new(Connection::new(config), near);
    tokio::spawn(driver.with_timer(TokioTimer::new()));
    let windows = settings().set(4_u16, 1 << 20);
    say(
        &mut far,
        (windows, settings_ack(), testkit::window_update(0, 1 << 20)),
    );
    tokio::time::sleep(Duration::from_millis(20)).await;
    // Fills the transport, and is canceled: nothing runs, and nothing can be written.
    let (mut body, pending): (SendBody<_>, _) = client.send(post("/")).await.unwrap();
    for _ in 0..2 {
        in_time(body.send(vec![0; 100_000])).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    drop((body, pending));
    // By now no deadline is left that would wake the driver anyway.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let error = in_time(client.fetch_with(post("/"), "late"))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

/// The runtime skips to the next point in time, where there is nothing else to do.
#[tokio::test(start_paused = true)]
async fn a_peer_that_vanishes_while_it_takes_nothing_is_given_up_with_all_it_held() {
    const SOON: Duration = Duration::from_secs(10);
    let config = Config::default().keep_alive(SOON, SOON);
    let (mut near, far) = pipe();
    let held = Arc::new(());
    let count = Arc::clone(&held);
    let serving = serve_connection(Connection::new(config), far, move |exchange| {
        let held = Arc::clone(&count);
        async move {
            let _held = held;
            let mut body = exchange.respond(Response::new(200))?;
            loop {
                body.send(vec![0; 10_000]).await?;
            }
        }
    });
    let serving = tokio::spawn(serving.with_timer(TokioTimer::new()));
    let begun = tokio::time::Instant::now();
    let windows = (settings().set(4_u16, 1 << 20), settings_ack());
    let windows = (windows, testkit::window_update(0, 1 << 20));
    say(&mut near, (PREFACE, windows, headers(1).get("/").end()));
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(Arc::strong_count(&held), 1);
    // Until it is asked, until it should have answered, for our last words, and for its end.
    let waited = begun.elapsed();
    let expected = 2 * SOON + Duration::from_secs(5 + 1);
    assert!(
        waited >= expected && waited < expected + Duration::from_secs(1),
        "{waited:?}"
    );
    drop(near);
}

#[tokio::test]
async fn trailers_wake_whoever_waits_for_content() {
    let (near, mut far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver);
    say(&mut far, (settings(), settings_ack()));
    let pending = client.send_whole(get("/"), "").await.unwrap();
    tokio::task::yield_now().await;
    say(&mut far, headers(1).status(200));
    let mut body: RecvBody<_> = in_time(pending).await.unwrap().body;
    let waiting = tokio::spawn(async move {
        let data = body.data().await.unwrap();
        (data, body.trailers())
    });
    tokio::time::sleep(Duration::from_millis(10)).await;
    say(&mut far, headers(1).field("sum", "1").end());
    let (data, trailers) = in_time(waiting).await.unwrap();
    assert!(data.is_none());
    assert_eq!(trailers.unwrap().field_value("sum"), Some(&b"1"[..]));
}

#[tokio::test]
async fn capacity_is_never_said_to_be_none() {
    let config = Config::default().initial_window(100).unwrap();
    let (near, far) = pipe();
    let serving = serve_connection(Connection::new(config), far, |exchange| async {
        let content = exchange.body.bytes(100_000).await?;
        exchange.responder.reply(Response::new(200), content)
    });
    tokio::spawn(serving);
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver);
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    let mut left: usize = 5_000;
    while left > 0 {
        let capacity = in_time(poll_fn(|cx| body.poll_capacity(cx))).await.unwrap();
        assert!(capacity > 0);
        let piece = capacity.min(left).min(77);
        in_time(body.send(vec![0; piece])).await.unwrap();
        left -= piece;
    }
    body.finish().unwrap();
    let reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(5_000)).await.unwrap().len(), 5_000);
}

#[test]
fn asking_again_and_again_whether_it_is_closed_takes_no_memory() {
    let (near, _far) = pipe();
    let (client, _driver) = Client::new(Connection::new(Config::default()), near);
    let mut closing = Box::pin(client.close());
    let waker = Waker::from(Flag::new());
    let mut cx = Context::from_waker(&waker);
    let mut ask = |times| {
        for _ in 0..times {
            assert!(closing.as_mut().poll(&mut cx).is_pending());
        }
    };
    ask(100);
    assert_eq!(allocation_counter::measure(|| ask(1_000)).bytes_current, 0);
}
