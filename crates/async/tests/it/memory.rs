//! What a stream holds whose request is not answered yet.

use core::convert::Infallible;
use core::future::{Future, pending};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::io::IoSlice;

use allocation_counter::measure;
use http_body_util::Empty;
use testkit::{PREFACE, Wire, block, headers, settings};
use tower_service::Service;
use tress_async::http::{Request, Response};
use tress_async::proto::{Connection, Limits};
use tress_async::{Bytes, Config, Incoming, WriteHalf, serve_connection, serve_service};

use crate::pipe::{End, pipe};

/// How many streams are open.
const STREAMS: u32 = 1_000;

/// How many of them begin at once.
const BATCH: u32 = 100;

/// What a stream may hold, in octets.
const MOST: i64 = 1024;

/// What it may hold of that beside the request itself, as the service has it.
const OURS: i64 = 700;

/// A service that keeps its request and never answers.
#[derive(Clone)]
struct Keeps;

struct Kept {
    _request: Request<Incoming>,
}

impl Service<Request<Incoming>> for Keeps {
    type Response = Response<Empty<Bytes>>;
    type Error = Infallible;
    type Future = Kept;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Kept {
        Kept { _request: request }
    }
}

impl Future for Kept {
    type Output = Result<Response<Empty<Bytes>>, Infallible>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Pending
    }
}

#[test]
fn an_open_stream_under_a_service_holds_at_most_a_kibibyte() {
    let (near, far) = pipe();
    let held = held(serve_service(Connection::new(config()), far, Keeps), near);
    println!("{held} octets for each stream under a service");
    assert!(held <= MOST, "{held}");
    let ours = held - i64::try_from(size_of::<Request<()>>()).unwrap();
    println!("{ours} of them beside the request");
    assert!(ours <= OURS, "{ours}");
}

#[test]
fn an_open_stream_under_a_handler_holds_at_most_a_kibibyte() {
    let (near, far) = pipe();
    let serving = serve_connection(Connection::new(config()), far, |exchange| async move {
        let _exchange = exchange;
        pending().await
    });
    let held = held(serving, near);
    println!("{held} octets for each stream under a handler");
    assert!(held <= MOST, "{held}");
}

/// What so many streams take, of which each waits for more of its request, shared among them.
fn held(mut serving: impl Future + Unpin, mut near: End) -> i64 {
    let mut serve = || {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut serving).poll(&mut cx).is_pending());
    };
    say(&mut near, &PREFACE[..]);
    say(&mut near, &settings().octets());
    serve();
    let post = block().request("POST", "/upload");
    let mut octets = 0;
    for number in 0..STREAMS {
        say(&mut near, &headers(2 * number + 1).block(&post).octets());
        if (number + 1) % BATCH == 0 {
            octets += measure(&mut serve).bytes_current;
        }
    }
    octets / i64::from(STREAMS)
}

fn config() -> Config {
    let limits = Limits::server().concurrent_streams(STREAMS);
    Config::default().limits(limits).unwrap()
}

fn say(near: &mut End, octets: &[u8]) {
    let mut cx = Context::from_waker(Waker::noop());
    let written = Pin::new(near).poll_write(&mut cx, &[IoSlice::new(octets)]);
    assert!(matches!(written, Poll::Ready(Ok(count)) if count == octets.len()));
}
