//! What becomes of a handler when its stream is reset (RFC 9113 §6.4, RFC 9113 §10.5).

use alloc::sync::Arc;
use core::future::{Future, pending};
use core::sync::atomic::{AtomicUsize, Ordering};

use testkit::{PREFACE, code, headers, kind, ping, rst_stream, settings, settings_ack};
use testkit::{Wire, window_update};
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use tress_async::proto::Connection;
use tress_async::{Config, Error, Exchange, Response, Serving, serve_connection};

use crate::pipe::{End, pipe};
use crate::wire::Peer;
use crate::world::in_time;

/// Counts who lives.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

struct Life(Count);

impl Count {
    fn begin(&self) -> Life {
        self.0.fetch_add(1, Ordering::SeqCst);
        Life(self.clone())
    }

    fn alive(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A served connection, by hand.
struct Served {
    peer: Peer,
    alive: Count,
    serving: JoinHandle<Result<(), Error>>,
}

impl Served {
    /// Serves with handlers that take part in the count.
    async fn new<H, Fut>(
        change: impl FnOnce(
            Serving<End, Box<dyn FnMut(Exchange) -> Fut>, Fut>,
        ) -> Serving<End, Box<dyn FnMut(Exchange) -> Fut>, Fut>,
        handler: H,
    ) -> Self
    where
        H: Fn(Exchange, Life) -> Fut + 'static,
        Fut: Future<Output = Result<(), Error>> + 'static,
    {
        let (near, far) = pipe();
        let alive = Count::default();
        let count = alive.clone();
        let handler: Box<dyn FnMut(Exchange) -> Fut> =
            Box::new(move |exchange| handler(exchange, count.begin()));
        let serving = serve_connection(Connection::new(Config::default()), far, handler);
        let serving = spawn_local(change(serving));
        let mut peer = Peer::new(near);
        peer.write((PREFACE, settings(), settings_ack())).await;
        Self {
            peer,
            alive,
            serving,
        }
    }

    /// Says something, and waits until all of it was heard.
    async fn say(&mut self, wire: impl Wire) {
        self.peer.write((wire, ping(*b"was this"))).await;
        // Nobody but the server answers, and it answers once.
        self.peer.read_to(kind::PING).await;
    }

    async fn end(self) {
        drop(self.peer);
        let _ = in_time(self.serving).await.unwrap();
        assert_eq!(self.alive.alive(), 0);
    }
}

/// Waits for ever, and holds the stream.
async fn stay(exchange: Exchange, life: Life) -> Result<(), Error> {
    pending::<()>().await;
    drop((exchange, life));
    Ok(())
}

async fn is_dropped_at_a_reset() {
    let mut served = Served::new(|serving| serving, stay).await;
    served
        .say([1, 3, 5].map(|id| headers(id).get("/").end()).to_vec())
        .await;
    assert_eq!(served.alive.alive(), 3);
    served
        .say([3, 5].map(|id| rst_stream(id, code::CANCEL)).to_vec())
        .await;
    assert_eq!(served.alive.alive(), 1);
    served.end().await;
}

async fn is_dropped_where_the_peer_broke_a_rule() {
    let mut served = Served::new(|serving| serving, stay).await;
    served
        .say([1, 3].map(|id| headers(id).get("/").end()).to_vec())
        .await;
    // RFC 9113 §6.9: an increment of 0 is an error of the stream.
    served.say(window_update(3, 0)).await;
    assert_eq!(served.alive.alive(), 1);
    served.end().await;
}

async fn goes_on_where_that_is_asked_for() {
    let keep = |serving: Serving<_, _, _>| serving.keep_canceled();
    let mut served = Served::new(keep, stay).await;
    served.say(headers(1).get("/").end()).await;
    served.say(rst_stream(1, code::CANCEL)).await;
    assert_eq!(served.alive.alive(), 1);
    served.end().await;
}

async fn goes_on_where_it_released_it() {
    let handler = async |exchange: Exchange, life| {
        // More than the window takes, so that the stream goes on.
        exchange.reply(Response::new(200), vec![0; 100_000])?;
        pending::<()>().await;
        drop::<Life>(life);
        Ok(())
    };
    let mut served = Served::new(|serving| serving, handler).await;
    served.say(headers(1).get("/").end()).await;
    served.say(rst_stream(1, code::CANCEL)).await;
    assert_eq!(served.alive.alive(), 1);
    served.end().await;
}

async fn is_polled_a_last_time() {
    let told = Count::default();
    let tell = told.clone();
    let handler = move |exchange: Exchange, life| {
        let tell = tell.clone();
        async move {
            let mut responder = exchange.responder;
            assert!(responder.canceled().await.is_canceled());
            core::mem::forget(tell.begin());
            pending::<()>().await;
            drop::<Life>(life);
            Ok(())
        }
    };
    let mut served = Served::new(|serving| serving, handler).await;
    served.say(headers(1).get("/").end()).await;
    assert_eq!((served.alive.alive(), told.alive()), (1, 0));
    served.say(rst_stream(1, code::CANCEL)).await;
    assert_eq!((served.alive.alive(), told.alive()), (0, 1));
    served.end().await;
}

/// Runs each of these on one thread.
macro_rules! on_one_thread {
    ($($name:ident = $test:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            in_time(LocalSet::new().run_until($test())).await;
        }
    )*};
}

on_one_thread! {
    a_handler_is_dropped_when_its_stream_is_reset = is_dropped_at_a_reset;
    a_handler_is_dropped_when_the_peer_broke_a_rule_on_its_stream =
        is_dropped_where_the_peer_broke_a_rule;
    a_handler_goes_on_after_a_reset_where_that_is_asked_for = goes_on_where_that_is_asked_for;
    a_handler_that_released_its_stream_goes_on_after_a_reset = goes_on_where_it_released_it;
    a_handler_that_waits_for_its_stream_is_polled_a_last_time = is_polled_a_last_time;
}

#[cfg(feature = "tower")]
#[tokio::test]
async fn a_service_is_dropped_when_its_stream_is_reset_and_goes_on_where_that_is_asked_for() {
    use tress_async::serve_service;
    for keeps in [false, true] {
        let (near, far) = pipe();
        let alive = Count::default();
        let count = alive.clone();
        let service = axum::Router::new().fallback(move || {
            let life = count.begin();
            async move {
                pending::<()>().await;
                drop(life);
            }
        });
        let mut serving = serve_service(Connection::new(Config::default()), far, service);
        if keeps {
            serving = serving.keep_canceled();
        }
        let mut served = Served {
            peer: Peer::new(near),
            alive,
            serving: tokio::spawn(serving),
        };
        served
            .peer
            .write((PREFACE, settings(), settings_ack()))
            .await;
        served
            .say([1, 3].map(|id| headers(id).get("/").end()).to_vec())
            .await;
        served.say(rst_stream(3, code::CANCEL)).await;
        assert_eq!(served.alive.alive(), if keeps { 2 } else { 1 });
        served.end().await;
    }
}

/// Asks and resets over and over: a cheap request that is answered, a slow one that is reset.
async fn alternate(served: &mut Served, rounds: u32) -> usize {
    let mut most = 0;
    for round in 0..rounds {
        let (cheap, slow) = (4 * round + 1, 4 * round + 3);
        let both = (
            headers(cheap).get("/").end(),
            headers(slow).get("/slow").end(),
        );
        served.say(both).await;
        served.say(rst_stream(slow, code::CANCEL)).await;
        most = most.max(served.alive.alive());
    }
    most
}

/// Answers at once, or stays whatever happens, as a task of its own would.
async fn answer_or_stay(exchange: Exchange, life: Life) -> Result<(), Error> {
    if exchange.request.path() == Some(b"/slow") {
        return stay(exchange, life).await;
    }
    exchange.reply(Response::new(200), "")
}

/// As many streams as a server takes at once, where nothing else is said.
const STREAMS: usize = 100;

async fn costs_no_more_handlers_than_streams() {
    let mut served = Served::new(|serving| serving, answer_or_stay).await;
    assert_eq!(alternate(&mut served, 150).await, 0);
    served.end().await;
    let keep = |serving: Serving<_, _, _>| serving.keep_canceled();
    let mut served = Served::new(keep, answer_or_stay).await;
    // One more may begin; the others wait, and vanish with their resets.
    assert_eq!(alternate(&mut served, 99).await, 99);
    let ids = || (0..50).map(|index| 1001 + 2 * index);
    let requests = ids().map(|id| headers(id).get("/slow").end());
    served.say(requests.collect::<Vec<_>>()).await;
    assert_eq!(served.alive.alive(), STREAMS);
    let resets = ids().map(|id| rst_stream(id, code::CANCEL));
    served.say(resets.collect::<Vec<_>>()).await;
    assert_eq!(served.alive.alive(), STREAMS);
    served.end().await;
}

async fn that_goes_on_after_its_answer_counts() {
    let handler = async |exchange: Exchange, life| {
        exchange.reply(Response::new(200), "")?;
        pending::<()>().await;
        drop::<Life>(life);
        Ok(())
    };
    let mut served = Served::new(|serving| serving, handler).await;
    for round in 0..150 {
        served.say(headers(2 * round + 1).get("/").end()).await;
    }
    assert_eq!(served.alive.alive(), STREAMS);
    served.end().await;
}

async fn of_many_at_once_leave_the_others_alone() {
    let handler = async |exchange: Exchange, life| {
        if exchange.request.path() == Some(b"/slow") {
            return stay(exchange, life).await;
        }
        exchange.reply(Response::new(200), vec![7; 200_000])
    };
    let mut served = Served::new(|serving| serving, handler).await;
    let requests = (0..99).map(|index| headers(2 * index + 3).get("/slow").end());
    let all = (headers(1).get("/").end(), requests.collect::<Vec<_>>());
    served.say(all).await;
    assert_eq!(served.alive.alive(), 99);
    let resets = (0..99).map(|index| rst_stream(2 * index + 3, code::CANCEL));
    served.say(resets.collect::<Vec<_>>()).await;
    assert_eq!(served.alive.alive(), 0);
    let credit = 1_000_000;
    served
        .peer
        .write((window_update(0, credit), window_update(1, credit)))
        .await;
    while !served.peer.read_to(kind::DATA).await.is_end() {}
    served.end().await;
}

on_one_thread! {
    alternating_requests_and_resets_cost_no_more_handlers_than_streams =
        costs_no_more_handlers_than_streams;
    a_handler_that_goes_on_after_its_answer_counts = that_goes_on_after_its_answer_counts;
    resets_of_99_requests_at_once_leave_another_download_alone =
        of_many_at_once_leave_the_others_alone;
}
