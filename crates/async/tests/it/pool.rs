//! What a pool promises, among servers that refuse, go away and vanish.

mod attempts;
mod closing;
mod content;
#[cfg(feature = "tracing")]
mod events;
#[cfg(feature = "tls-fallback")]
mod other_protocol;
mod stalls;
mod world;

use alloc::sync::Arc;
use core::pin::Pin;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll};
use core::time::Duration;
use std::sync::Mutex;

use http_body::{Body, Frame};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tress_async::policy::{self, Failure, Stats};
use tress_async::proto::Limits;
use tress_async::{
    Anew, Bytes, Config, Error, ErrorCode, Exchange, Pool, PoolBuilder, Request, Response, http,
};

use self::world::{Here, Memory, Servers, get};
use crate::world::{eventually, in_time};

fn of(servers: impl IntoIterator<Item = Memory>) -> PoolBuilder {
    let servers = Servers(servers.into_iter().collect());
    Pool::builder().connector(servers).seed(7)
}

fn stats(pool: &Pool) -> Stats {
    pool.stats("http", "memory").unwrap_or_default()
}

/// What a server has that takes so many streams at once.
fn with_streams(count: u32) -> Config {
    let limits = Limits::server().concurrent_streams(count);
    Config::default().limits(limits).unwrap()
}

async fn ok(exchange: Exchange, _: Here) -> Result<(), Error> {
    exchange.reply(Response::new(200), "ok")
}

/// Sends so many requests, so many at a time; returns how many failed.
async fn ask(pool: &Pool, count: usize, at_once: usize) -> usize {
    let left = Arc::new(AtomicUsize::new(count));
    let tasks: Vec<_> = (0..at_once)
        .map(|_| {
            let (pool, left) = (pool.clone(), Arc::clone(&left));
            let next = move || {
                let fewer = |left: usize| left.checked_sub(1);
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer)
            };
            tokio::spawn(async move {
                let mut failed = 0;
                while next().is_ok() {
                    let content = match pool.fetch(get("/")).await {
                        Ok(reply) if reply.head.status() == 200 => reply.body.bytes(10).await,
                        _ => Err(Error::closed()),
                    };
                    failed += usize::from(content.is_err());
                }
                failed
            })
        })
        .collect();
    let mut failed = 0;
    for task in tasks {
        failed += task.await.unwrap();
    }
    failed
}

#[tokio::test(start_paused = true)]
async fn servers_that_go_away_after_every_ten_requests_fail_none() {
    let handled = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handled);
    let server = Memory::new(Config::default(), move |exchange, here| {
        count.fetch_add(1, Ordering::SeqCst);
        if here.before == 9 {
            here.handle.go_away();
        }
        ok(exchange, here)
    });
    let pool = of([server.clone()]).build();
    assert_eq!(ask(&pool, 1000, 10).await, 0);
    // Each went to the application exactly once.
    assert_eq!(handled.load(Ordering::SeqCst), 1000);
    assert!(server.connections() >= 30, "{}", server.connections());
}

#[tokio::test(start_paused = true)]
async fn refused_streams_are_sent_again_elsewhere_first() {
    let refuses = Memory::new(Config::default(), |exchange: Exchange, _| async move {
        exchange.responder.reset(ErrorCode::REFUSED_STREAM);
        Ok(())
    });
    let serves = Memory::new(Config::default(), ok);
    let policy = policy::Config::default().spread(2).unwrap();
    let pool = of([refuses, serves]).policy(policy).build();
    assert_eq!(ask(&pool, 5, 1).await, 0);
    assert!(stats(&pool).total.again >= 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_everywhere_ends_after_three_attempts_and_may_be_sent_again() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&attempts);
    let server = Memory::new(Config::default(), move |exchange: Exchange, _| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            exchange.responder.reset(ErrorCode::REFUSED_STREAM);
            Ok(())
        }
    });
    let pool = of([server]).build();
    let error = pool.fetch(get("/")).await.unwrap_err();
    assert!(error.is_retryable() && error.failure().is_none());
    let reason = error.error().and_then(Error::reason);
    assert_eq!(reason, Some(ErrorCode::REFUSED_STREAM));
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn what_a_server_may_have_processed_is_sent_again_only_where_that_is_allowed() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let server = {
        let attempts = Arc::clone(&attempts);
        Memory::new(Config::default(), move |exchange: Exchange, here| {
            let is_first = attempts.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                if is_first {
                    exchange.responder.reset(ErrorCode::INTERNAL_ERROR);
                    return Ok(());
                }
                ok(exchange, here).await
            }
        })
    };
    let cautious = of([server.clone()]).build();
    let error = cautious.fetch(get("/")).await.unwrap_err();
    assert!(!error.is_retryable());
    assert_eq!(attempts.swap(0, Ordering::SeqCst), 1);
    let bold = of([server]).repeat_idempotent().build();
    let error = bold.fetch(Request::post("http", "memory", "/")).await;
    assert!(!error.unwrap_err().is_retryable());
    assert_eq!(attempts.swap(0, Ordering::SeqCst), 1);
    assert_eq!(bold.fetch(get("/")).await.unwrap().head.status(), 200);
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
}

/// A body of two pieces, that says how often it was polled.
struct Pieces(u8, Arc<AtomicUsize>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = core::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0 += 1;
        Poll::Ready((self.0 <= 2).then(|| Ok(Frame::data(Bytes::from_static(b"piece ")))))
    }
}

/// Refuses the first attempt once some of its content has come, and gives back that of the others.
fn refuses_content_once() -> (Memory, Arc<Mutex<Vec<Vec<u8>>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let its = Arc::clone(&seen);
    let server = Memory::new(Config::default(), move |mut exchange: Exchange, _| {
        let seen = Arc::clone(&its);
        async move {
            let first = exchange.body.data().await?.unwrap_or_default();
            let mut content = first.to_vec();
            if seen.lock().unwrap().is_empty() {
                seen.lock().unwrap().push(content);
                exchange.responder.reset(ErrorCode::REFUSED_STREAM);
                return Ok(());
            }
            while let Some(piece) = exchange.body.data().await? {
                content.extend_from_slice(&piece);
            }
            seen.lock().unwrap().push(content);
            exchange.responder.reply(Response::new(200), "")
        }
    });
    (server, seen)
}

fn upload(polled: &Arc<AtomicUsize>) -> http::Request<Pieces> {
    let body = Pieces(0, Arc::clone(polled));
    http::Request::post("http://memory/").body(body).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_body_that_was_taken_is_not_sent_again() {
    let (server, seen) = refuses_content_once();
    let pool = of([server]).build();
    let polled = Arc::default();
    let error = pool.send(upload(&polled)).await.unwrap_err();
    // It may, by whoever has the content.
    assert!(error.is_retryable());
    assert_eq!(seen.lock().unwrap().len(), 1);
    assert_eq!(stats(&pool).total.again, 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_can_be_given_anew_is_sent_again_from_its_beginning() {
    let (server, seen) = refuses_content_once();
    let pool = of([server]).build();
    let polled = Arc::default();
    let mut request = upload(&polled);
    let again = Arc::clone(&polled);
    let anew = Anew::new(move || Pieces(0, Arc::clone(&again)));
    request.extensions_mut().insert(anew);
    assert_eq!(pool.send(request).await.unwrap().status(), 200);
    assert_eq!(seen.lock().unwrap().last().unwrap(), b"piece piece ");
    let reply = pool.fetch_with(Request::post("http", "memory", "/"), "whole");
    assert_eq!(reply.await.unwrap().head.status(), 200);
    assert_eq!(seen.lock().unwrap().last().unwrap(), b"whole");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_nobody_has_polled_goes_along_to_the_next_server() {
    // The first goes away before it takes a request.
    let server = Memory::new(Config::default(), |exchange, here: Here| async move {
        if here.connection == 0 {
            here.handle.go_away();
        }
        ok(exchange, here).await
    });
    let pool = of([server.clone()]).build();
    assert_eq!(ask(&pool, 1, 1).await, 0);
    let polled = Arc::default();
    assert_eq!(pool.send(upload(&polled)).await.unwrap().status(), 200);
    assert_eq!(server.connections(), 2);
}

/// The paths that were asked for.
type Paths = Arc<Mutex<Vec<Vec<u8>>>>;

/// A server of one stream at a time, whose answers wait for a permit.
fn one_at_a_time() -> (Memory, Arc<Semaphore>, Paths) {
    let (go, seen) = (
        Arc::new(Semaphore::new(0)),
        Arc::new(Mutex::new(Vec::new())),
    );
    let (wait, its) = (Arc::clone(&go), Arc::clone(&seen));
    let server = Memory::new(with_streams(1), move |exchange: Exchange, here| {
        let wait = Arc::clone(&wait);
        let path = exchange.request.path().unwrap().to_vec();
        its.lock().unwrap().push(path);
        async move {
            wait.acquire().await.unwrap().forget();
            ok(exchange, here).await
        }
    });
    (server, go, seen)
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_vanishes() {
    let (server, go, seen) = one_at_a_time();
    let policy = policy::Config::default().single_connection();
    let pool = of([server]).policy(policy).build();
    let ask = |path: &'static str| {
        let pool = pool.clone();
        tokio::spawn(async move { pool.fetch(get(path)).await.map(drop) })
    };
    let first = ask("/first");
    eventually("it runs", || seen.lock().unwrap().len() == 1).await;
    let (second, third) = (ask("/second"), ask("/third"));
    eventually("they wait", || stats(&pool).waiting == 2).await;
    second.abort();
    eventually("it is gone", || stats(&pool).waiting == 1).await;
    // One that runs makes space for the next.
    first.abort();
    eventually("the next runs", || seen.lock().unwrap().len() == 2).await;
    go.add_permits(1);
    in_time(third).await.unwrap().unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [b"/first".to_vec(), b"/third".to_vec()]
    );
    let stats = stats(&pool);
    assert_eq!((stats.waiting, stats.running), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_answer_holds_its_stream_until_its_content_is_taken_or_dropped() {
    let (server, go, _) = one_at_a_time();
    go.add_permits(3);
    let policy = policy::Config::default().single_connection();
    let pool = of([server]).policy(policy).build();
    let first = pool.fetch(get("/")).await.unwrap();
    assert_eq!(stats(&pool).running, 1);
    assert_eq!(first.body.bytes(10).await.unwrap(), "ok");
    assert_eq!(stats(&pool).running, 0);
    let second = pool.send(
        http::Request::get("http://memory/")
            .body(String::new())
            .unwrap(),
    );
    let second = second.await.unwrap();
    assert_eq!(stats(&pool).running, 1);
    drop(second);
    assert_eq!(stats(&pool).running, 0);
}

#[tokio::test(start_paused = true)]
async fn there_are_never_more_connections_than_allowed_and_no_more_requests_than_their_peers_allow()
{
    let running = Arc::new(AtomicUsize::new(0));
    let its = Arc::clone(&running);
    let server = Memory::new(with_streams(5), move |exchange, here| {
        let running = Arc::clone(&its);
        async move {
            assert!(running.fetch_add(1, Ordering::SeqCst) < 15);
            sleep(Duration::from_millis(50)).await;
            running.fetch_sub(1, Ordering::SeqCst);
            ok(exchange, here).await
        }
    });
    let policy = policy::Config::default().connections(3, 3).unwrap();
    let pool = of([server.clone()]).policy(policy).build();
    let begun = Instant::now();
    assert_eq!(ask(&pool, 600, 100).await, 0);
    assert_eq!(server.connections(), 3);
    assert_eq!(stats(&pool).total.again, 0);
    // One connection alone takes 600 / 5 × 50 ms.
    assert!(
        begun.elapsed() < Duration::from_millis(2500),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_late_gets_no_more_requests_and_one_that_is_lost_is_replaced() {
    let go = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&go);
    let server = Memory::new(Config::default(), move |exchange, here: Here| {
        let wait = Arc::clone(&wait);
        async move {
            if here.connection == 0 {
                let _permit = wait.acquire().await;
            }
            ok(exchange, here).await
        }
    });
    let pool = of([server.clone()]).repeat_idempotent().build();
    let begun = Instant::now();
    let asking = {
        let pool = pool.clone();
        tokio::spawn(async move { pool.fetch(get("/")).await.map(|reply| reply.head.status()) })
    };
    eventually("it runs", || stats(&pool).running == 1).await;
    server.freeze(0);
    // A PING leaves after ten seconds without input, and is late two seconds after that.
    sleep(Duration::from_millis(12_500)).await;
    let at = Instant::now();
    assert_eq!(ask(&pool, 1, 1).await, 0);
    assert!(
        at.elapsed() < Duration::from_millis(500),
        "{:?}",
        at.elapsed()
    );
    assert!(!asking.is_finished());
    // It is lost after ten seconds, and what ran on it is sent anew, which the caller allowed.
    assert_eq!(in_time(asking).await.unwrap().unwrap(), 200);
    let took = begun.elapsed().as_millis();
    assert!((20_000..21_000).contains(&took), "{took} ms");
    assert_eq!(stats(&pool).total.lost, 1);
    assert_eq!(server.connections(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_reached_is_notified_of_after_a_second_and_with_the_cause() {
    let server = Memory::new(Config::default(), ok);
    server.refuse(true);
    let pool = of([server.clone()]).build();
    let begun = Instant::now();
    let error = pool.fetch(get("/")).await.unwrap_err();
    assert_eq!(error.failure(), Some(Failure::Connect));
    assert!(error.is_retryable());
    assert!(error.error().unwrap().is_connect(), "{error:#}");
    let took = begun.elapsed().as_millis();
    // Sooner where it is known that the next attempt comes later.
    assert!((100..1100).contains(&took), "{took} ms");
    // It waits for one that comes back.
    let asking = {
        let pool = pool.clone();
        tokio::spawn(async move { ask(&pool, 1, 1).await })
    };
    server.refuse(false);
    assert_eq!(asking.await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_does_not_wait_longer_than_it_may() {
    let (server, go, _) = one_at_a_time();
    let policy = policy::Config::default().single_connection();
    let limit = Duration::from_millis(300);
    let pool = of([server]).policy(policy).wait_limit(limit).build();
    let first = {
        let pool = pool.clone();
        tokio::spawn(async move { pool.fetch(get("/")).await.map(drop) })
    };
    eventually("it runs", || stats(&pool).running == 1).await;
    let begun = Instant::now();
    let error = pool.fetch(get("/")).await.unwrap_err();
    assert_eq!(error.failure(), Some(Failure::Deadline));
    assert!(error.is_timeout() && error.is_retryable());
    let took = begun.elapsed().as_millis();
    assert!((300..320).contains(&took), "{took} ms");
    go.add_permits(1);
    first.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_misdirected_request_goes_to_a_new_connection_once_for_an_origin() {
    let server = Memory::new(
        Config::default(),
        |exchange: Exchange, here: Here| async move {
            match here.connection {
                0 => exchange.reply(Response::new(421), ""),
                _ => ok(exchange, here).await,
            }
        },
    );
    let policy = policy::Config::default();
    let pool = of([server.clone()]).policy(policy).build();
    assert_eq!(pool.fetch(get("/")).await.unwrap().head.status(), 200);
    assert_eq!(server.connections(), 2);
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(pool.fetch(get("/")).await.unwrap().head.status());
    }
    assert!(statuses.contains(&421), "{statuses:?}");
    assert_eq!(server.connections(), 2);
}

#[tokio::test(start_paused = true)]
async fn connections_end_with_the_last_handle_of_their_pool() {
    let gone = Arc::new(AtomicUsize::new(0));
    struct Gone(Arc<AtomicUsize>);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let its = Gone(Arc::clone(&gone));
    let server = Memory::new(Config::default(), move |exchange, here| {
        let _ = &its;
        ok(exchange, here)
    });
    let pool = of([server]).build();
    let other = pool.clone();
    assert_eq!(ask(&pool, 3, 1).await, 0);
    drop(pool);
    assert_eq!(ask(&other, 1, 1).await, 0);
    drop(other);
    eventually("the server has none", || gone.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_sent_is_not_the_fault_of_a_server() {
    let server = Memory::new(Config::default(), ok);
    let pool = of([server.clone()]).build();
    for _ in 0..10 {
        let request = get("/").field("Not a name", "x");
        let error = pool.fetch(request).await.unwrap_err();
        assert!(!error.is_retryable(), "{error:#}");
    }
    assert_eq!(ask(&pool, 1, 1).await, 0);
    let stats = stats(&pool);
    assert_eq!((stats.running, stats.ejected, stats.total.again), (0, 0, 0));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn what_names_no_origin_is_said_at_once() {
    let pool = of([]).build();
    for url in [
        "",
        "/path",
        "ftp://memory/",
        "https://memory/",
        "no url at all",
    ] {
        let error = in_time(pool.get(url)).await.unwrap_err();
        assert!(
            !error.is_retryable() && error.failure().is_none(),
            "{url}: {error:#}"
        );
    }
    let request = http::Request::get("/path").body(String::new()).unwrap();
    let error = in_time(pool.send(request)).await.unwrap_err();
    assert!(error.to_string().contains("authority"), "{error}");
}

/// Every method of the service is reachable by tower's trait alone.
#[tokio::test(start_paused = true)]
async fn a_pool_is_a_service_of_tower() {
    async fn call<S>(mut service: S) -> http::StatusCode
    where
        S: tower_service::Service<
                http::Request<String>,
                Response = http::Response<tress_async::PoolIncoming>,
            >,
        S::Error: core::fmt::Debug,
    {
        core::future::poll_fn(|cx| service.poll_ready(cx))
            .await
            .unwrap();
        let request = http::Request::post("http://memory/").body("content".to_owned());
        service.call(request.unwrap()).await.unwrap().status()
    }
    let pool = of([Memory::new(Config::default(), ok)]).build();
    assert_eq!(call(pool.clone()).await, 200);
    assert_eq!(call(pool).await, 200);
}

#[tokio::test]
async fn urls_are_fetched_over_tcp_and_over_tls() {
    let answer = |exchange: Exchange| async { exchange.reply(Response::new(200), "hello") };
    let world = crate::world::serve(answer).await;
    let pool = Pool::builder().build();
    let reply = in_time(pool.get(&format!("http://{}/", world.addr)))
        .await
        .unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "hello");
    drop(pool);
    world.stop().await;
    #[cfg(feature = "rustls")]
    {
        let (client, server) = testkit::Certified::default().shared();
        let bound = crate::world::bind().await.tls(server);
        let world = crate::world::start(bound, |server| server.serve(answer));
        let pool = Pool::builder().tls(client).build();
        let url = format!(
            "https://{}:{}/",
            testkit::Certified::NAME,
            world.addr.port()
        );
        let reply = in_time(pool.get(&url)).await.unwrap();
        assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "hello");
        drop(pool);
        world.stop().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_pool_reaches_servers_by_a_socket_of_unix() {
    let folder = std::env::temp_dir();
    let path = folder.join(format!("tress-pool-{}.sock", std::process::id()));
    let server = tress_async::Server::bind_unix(&path).unwrap();
    let handle = server.handle();
    let serving = tokio::spawn(
        server.serve(|exchange| async { exchange.reply(Response::new(200), "hello") }),
    );
    let pool = Pool::builder()
        .connector(tress_async::UnixConnector::new(&path))
        .build();
    let reply = in_time(pool.get("http://whatever/")).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "hello");
    drop(pool);
    in_time(handle.shutdown(crate::world::LIMIT)).await;
    in_time(serving).await.unwrap().unwrap();
    std::fs::remove_file(&path).unwrap();
}
