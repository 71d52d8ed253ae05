//! What the application has a connection call in the middle of a turn, and what that may do there.

use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::task::Wake;
use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::panic::AssertUnwindSafe;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::panic::catch_unwind;
use std::sync::mpsc;
use std::thread;

use testkit::{code, kind};
use tress_async::proto::frame::Frame;
use tress_async::proto::{Connection, Observe, Record};
use tress_async::{Bytes, Client, Config, Error, Exchange, Pending, Response, serve_connection};

use crate::by_hand::{Executor, Log, Rough};
use crate::pipe::pipe;
use crate::world::{LIMIT, get, post};

std::thread_local! {
    /// What is done in the middle of a turn. What a connection calls there is `Send`, and its
    /// handles need not be.
    static DEED: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

fn do_at_next(deed: impl FnOnce() + 'static) {
    DEED.set(Some(Box::new(deed)));
}

fn do_now() {
    if let Some(deed) = DEED.take() {
        deed();
    }
}

fn is_done() -> bool {
    DEED.with_borrow(Option::is_none)
}

/// Acts when it is dropped.
struct Acts;

impl Drop for Acts {
    fn drop(&mut self) {
        do_now();
    }
}

impl AsRef<[u8]> for Acts {
    fn as_ref(&self) -> &[u8] {
        b"content"
    }
}

impl Wake for Acts {
    fn wake(self: Arc<Self>) {}
}

/// Acts when content comes.
struct Watches;

impl Observe for Watches {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame { frame, .. } = record {
            if matches!(frame, Frame::Data(_)) {
                do_now();
            }
        }
    }
}

/// Runs a test; one that locks itself out fails, too.
fn in_time(test: fn()) {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        test();
        done.send(()).unwrap();
    });
    is_done.recv_timeout(LIMIT).expect("it ends well, and soon");
}

struct Place {
    executor: Executor,
    client: Client,
    driver: usize,
    said: Log,
}

/// Answers all but `/1`.
async fn answer(exchange: Exchange) -> Result<(), Error> {
    if exchange.request.path() == Some(b"/1") {
        let mut responder = exchange.responder;
        return Err(responder.canceled().await);
    }
    exchange.reply(Response::new(200), "content")
}

/// A client whose driver panics once at most.
fn place() -> Place {
    let (near, far) = pipe();
    let (near, said) = Rough::new(near, None);
    let serving = serve_connection(Connection::new(Config::default()), far, answer);
    let mut machine = Connection::new(Config::default());
    machine.observe(Box::new(Watches));
    let (client, driver) = Client::new(machine, near);
    let mut driver = Box::pin(driver);
    let mut executor = Executor::new(0);
    executor.spawn(async { drop(serving.await) });
    let driver = executor.spawn(poll_fn(move |cx| {
        let poll = AssertUnwindSafe(|| driver.as_mut().poll(cx).map(drop));
        catch_unwind(poll).unwrap_or(Poll::Ready(()))
    }));
    Place {
        executor,
        client,
        driver,
        said,
    }
}

impl Place {
    /// A request that is never answered, and is under way.
    fn unanswered(&mut self) -> Pending {
        let (client, sent) = (self.client.clone(), Rc::new(Cell::new(None)));
        let kept = Rc::clone(&sent);
        let sending = async move { kept.set(Some(client.send_whole(get("/1"), "").await)) };
        self.executor.spawn(sending);
        self.executor.run();
        sent.take().unwrap().unwrap()
    }

    /// Sends content that acts when it is dropped, with a field; says how that went.
    fn upload(&mut self, request: tress_async::Request) -> Result<(), Error> {
        let (client, outcome) = (self.client.clone(), Rc::new(Cell::new(None)));
        let kept = Rc::clone(&outcome);
        self.executor.spawn(async move {
            let content = Bytes::from_owner(Acts);
            kept.set(Some(client.fetch_with(request, content).await.map(drop)));
        });
        self.executor.run();
        outcome.take().expect("it has an outcome")
    }

    /// The codes that the client reset streams with, and the streams.
    fn resets(&self) -> Vec<(u32, Option<u32>)> {
        let said = self.said.lock().unwrap();
        let frames = testkit::frames(&said[testkit::PREFACE.len()..]);
        let resets = frames.iter().filter(|frame| frame.kind == kind::RST_STREAM);
        resets.map(|frame| (frame.stream, frame.code())).collect()
    }
}

const CANCELED: (u32, Option<u32>) = (1, Some(code::CANCEL));

#[test]
fn a_stream_may_be_dropped_with_content_that_was_written() {
    fn test() {
        let mut place = place();
        let pending = place.unanswered();
        do_at_next(|| drop(pending));
        place.upload(post("/2")).unwrap();
        assert!(is_done());
        assert_eq!(place.resets(), [CANCELED]);
    }
    in_time(test);
}

#[test]
fn a_stream_may_be_dropped_with_content_that_was_refused() {
    fn test() {
        let mut place = place();
        let pending = place.unanswered();
        do_at_next(|| drop(pending));
        let request = post("/2").field("content-length", "1");
        assert!(place.upload(request).is_err());
        assert!(is_done());
        assert_eq!(place.resets(), [CANCELED]);
    }
    in_time(test);
}

#[test]
fn the_last_handle_may_be_dropped_with_content() {
    fn test() {
        let place = place();
        let client = place.client.clone();
        do_at_next(move || drop(client));
        let Place {
            mut executor,
            client,
            driver,
            ..
        } = place;
        let talk = executor.spawn(async move {
            let content = Bytes::from_owner(Acts);
            let pending = client.send_whole(post("/2"), content).await.unwrap();
            drop(client);
            assert_eq!(pending.await.unwrap().head.status(), 200);
        });
        executor.run();
        assert!(is_done());
        assert!(executor.is_done(talk) && executor.is_done(driver));
    }
    in_time(test);
}

#[test]
fn an_observer_may_drop_a_stream_and_abort_its_connection() {
    fn test() {
        let mut place = place();
        let (pending, client) = (place.unanswered(), place.client.clone());
        do_at_next(move || {
            drop(pending);
            client.abort();
        });
        // The response is there before the connection is not, or else it is lost with it.
        let _ = place.upload(post("/2"));
        assert!(is_done() && place.client.is_closed());
        assert!(place.executor.is_done(place.driver));
    }
    in_time(test);
}

#[test]
fn who_asks_in_the_middle_of_a_turn_is_answered_or_hears_why_not() {
    fn test() {
        let mut place = place();
        let (client, heard) = (place.client.clone(), Rc::new(Cell::new(None)));
        let seen = Rc::clone(&heard);
        do_at_next(move || {
            let mut cx = Context::from_waker(Waker::noop());
            let ping = match pin!(client.ping()).poll(&mut cx) {
                Poll::Ready(ping) => ping.unwrap_err(),
                Poll::Pending => panic!("it would wait for itself"),
            };
            seen.set(Some((client.is_closed(), client.octets().sent > 0, ping)));
        });
        place.upload(post("/2")).unwrap();
        let (is_closed, has_sent, ping) = heard.take().unwrap();
        assert!(!is_closed && has_sent && ping.is_reentrant());
        place.upload(post("/3")).unwrap();
    }
    in_time(test);
}

#[test]
fn a_panic_in_the_middle_of_a_turn_ends_its_task_and_is_told_to_who_waits() {
    fn test() {
        let mut place = place();
        let pending = place.unanswered();
        let waiting = place
            .executor
            .spawn(async { assert!(pending.await.is_err()) });
        do_at_next(|| panic!("this observer panics, as it should"));
        place.upload(post("/2")).unwrap_err();
        assert!(place.executor.is_done(place.driver) && place.executor.is_done(waiting));
        assert!(place.client.is_closed());
    }
    in_time(test);
}

#[test]
fn a_stream_may_be_dropped_with_a_waker_that_is_replaced() {
    fn test() {
        let mut place = place();
        let (pending, mut other) = (place.unanswered(), place.unanswered());
        do_at_next(|| drop(pending));
        let waker = Waker::from(Arc::new(Acts));
        let mut poll = |waker: &Waker| Pin::new(&mut other).poll(&mut Context::from_waker(waker));
        assert!(poll(&waker).is_pending());
        drop(waker);
        assert!(!is_done() && poll(Waker::noop()).is_pending());
        assert!(is_done());
        place.executor.run();
        assert_eq!(place.resets(), [CANCELED]);
    }
    in_time(test);
}

#[cfg(feature = "tower")]
#[test]
fn a_stream_may_be_dropped_with_the_waker_of_an_alarm() {
    use http_body_util::Full;
    use std::time::Instant;
    use tower_service::Service;
    use tress_async::{HttpClient, Timer, http};

    /// Never wakes anybody.
    struct Never;

    impl Timer for Never {
        fn poll_until(&mut self, _: &mut Context<'_>, _: Instant) -> Poll<()> {
            Poll::Pending
        }
    }

    fn test() {
        let (near, _far) = pipe();
        let (client, driver) = Client::new(Connection::new(Config::default()), near);
        let _driver = driver.with_timer(Never);
        let open = || {
            let mut cx = Context::from_waker(Waker::noop());
            match pin!(client.send_whole(get("/1"), "")).poll(&mut cx) {
                Poll::Ready(pending) => pending.unwrap(),
                Poll::Pending => panic!("there are streams available"),
            }
        };
        let request = http::Request::post("http://localhost/").header("expect", "100-continue");
        let request = request.body(Full::<Bytes>::from("content")).unwrap();
        let mut response = HttpClient::new(client.clone()).call(request);
        let mut poll = || {
            let pending = open();
            do_at_next(|| drop(pending));
            let waker = Waker::from(Arc::new(Acts));
            let mut cx = Context::from_waker(&waker);
            assert!(Pin::new(&mut response).poll(&mut cx).is_pending());
        };
        poll();
        assert!(!is_done());
        do_now();
        // The stream and the alarm released the waker of the first poll.
        poll();
        assert!(is_done());
        do_at_next({
            let pending = open();
            || drop(pending)
        });
        drop(response);
        assert!(is_done());
    }
    in_time(test);
}
