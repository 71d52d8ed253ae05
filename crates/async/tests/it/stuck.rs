//! What becomes of a connection whose output is stuck, and of one that is over: by a clock that the
//! tests move, since the runtime skips to the next point in time where there is nothing else to do.

use alloc::sync::Arc;
use core::future::poll_fn;
use core::pin::Pin;
use core::time::Duration;
use std::sync::Mutex;

use testkit::{PREFACE, Wire, headers, kind, ping, settings, settings_ack, window_update};
use tokio::task::JoinHandle;
use tokio::time::{Instant, advance, sleep};
use tress_async::compat::tokio::TokioTimer;
use tress_async::proto::{Connection, Server};
use tress_async::{
    Config, ConnectionHandle, Error, ErrorCode, Exchange, ReadHalf, Response, drive, drive_shared,
    serve_connection,
};

use crate::liveness::say;
use crate::pipe::{End, pipe};
use crate::wire::Peer;

type Serving = JoinHandle<Result<(), Error>>;

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// A connection that answers without an end to somebody who takes nothing.
async fn stuck() -> (End, Serving, ConnectionHandle) {
    let (mut near, far) = pipe();
    let serving = serve_connection(
        Connection::new(Config::default()),
        far,
        |exchange| async move {
            let mut body = exchange.respond(Response::new(200))?;
            loop {
                body.send(vec![0; 10_000]).await?;
            }
        },
    );
    let serving = serving.with_timer(TokioTimer::new());
    let handle = serving.handle();
    let serving = tokio::spawn(serving);
    let windows = (settings().set(4, 1 << 24), settings_ack());
    let windows = (windows, window_update(0, 1 << 24));
    say(&mut near, (PREFACE, windows, headers(1).get("/").end()));
    sleep(millis(1)).await;
    assert!(!serving.is_finished());
    (near, serving, handle)
}

/// Takes at most so many octets; returns how many there were.
async fn take(end: &mut End, octets: usize) -> usize {
    let mut into = vec![0; octets];
    let reading = poll_fn(|cx| Pin::new(&mut *end).poll_read(cx, &mut into));
    reading.await.unwrap()
}

/// RFC 9110 §15.6.4.
#[tokio::test(start_paused = true)]
async fn an_exchange_has_its_time_by_the_clock_of_the_timer() {
    let (near, far) = pipe();
    let handle = |exchange| async move {
        let _exchange: Exchange = exchange;
        core::future::pending().await
    };
    let limit = Duration::from_secs(2);
    let serving = serve_connection(Connection::new(Config::default()), far, handle);
    let serving = serving.with_timer(TokioTimer::new()).exchange_limit(limit);
    let serving = tokio::spawn(serving);
    let mut peer = Peer::new(near);
    peer.write((PREFACE, settings(), settings_ack())).await;
    // The day's clock does not move at all.
    advance(Duration::from_secs(3600)).await;
    for stream in [1, 3] {
        let begin = Instant::now();
        peer.write(headers(stream).get("/").end()).await;
        let answer = peer.read_to(kind::HEADERS).await;
        assert_eq!(answer.field(":status").as_deref(), Some("503"));
        let passed = begin.elapsed();
        assert!(passed >= limit && passed < limit + millis(10), "{passed:?}");
    }
    assert!(!serving.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_stuck_and_alive_is_kept() {
    let (mut near, serving, _) = stuck().await;
    // Far longer than a connection that is over may take for its last words.
    sleep(Duration::from_secs(20)).await;
    assert!(!serving.is_finished());
    // It goes on once there is space.
    let mut taken = 0;
    while taken < 1 << 20 {
        let count = take(&mut near, 1 << 16).await;
        assert_ne!(count, 0, "it has ended");
        taken += count;
    }
    assert!(!serving.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_stuck_connection_that_is_aborted_ends_at_once() {
    let (near, serving, handle) = stuck().await;
    let begun = Instant::now();
    handle.abort(ErrorCode::CANCEL);
    serving.await.unwrap().unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    drop(near);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_aborted_does_not_wait_for_the_end_of_its_peer() {
    let (near, far) = pipe();
    let handler = |exchange: Exchange| async { exchange.reply(Response::new(200), "") };
    let serving = serve_connection(Connection::new(Config::default()), far, handler);
    let serving = serving.with_timer(TokioTimer::new());
    let handle = serving.handle();
    let serving = tokio::spawn(serving);
    sleep(millis(1)).await;
    let begun = Instant::now();
    handle.abort(ErrorCode::CANCEL);
    serving.await.unwrap().unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    drop(near);
}

#[tokio::test(start_paused = true)]
async fn the_last_words_have_time_as_long_as_they_leave() {
    let (mut near, serving, _) = stuck().await;
    // RFC 9113 §6.7: it is over, and GOAWAY waits behind all that is stuck.
    say(&mut near, ping(*b"12345678").stream(1).octets());
    for _ in 0..5 {
        sleep(millis(4900)).await;
        assert!(!serving.is_finished(), "some of it left since");
        assert_eq!(take(&mut near, 1000).await, 1000);
    }
    let begun = Instant::now();
    serving.await.unwrap().unwrap_err();
    let waited = begun.elapsed();
    // Five seconds without progress, and one for the end of its peer.
    assert!(
        waited >= Duration::from_secs(6) && waited < millis(6100),
        "{waited:?}"
    );
    drop(near);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_over_waits_a_while_for_the_end_of_its_peer() {
    for is_talking in [false, true] {
        let (mut near, far) = pipe();
        let handler = |exchange: Exchange| async { exchange.reply(Response::new(200), "") };
        let serving = serve_connection(Connection::new(Config::default()), far, handler);
        let serving = tokio::spawn(serving.with_timer(TokioTimer::new()));
        let begun = Instant::now();
        say(
            &mut near,
            (PREFACE, settings(), ping(*b"12345678").stream(1)),
        );
        while is_talking && !serving.is_finished() && begun.elapsed() < millis(1500) {
            sleep(millis(90)).await;
            if !serving.is_finished() {
                say(&mut near, ping(*b"12345678"));
            }
        }
        serving.await.unwrap().unwrap_err();
        let waited = begun.elapsed();
        assert!(
            waited >= Duration::from_secs(1) && waited < millis(1200),
            "{is_talking}: {waited:?}"
        );
        // Whoever ends it, too, is not waited for.
        drop(near);
    }
}

/// RFC 9113 §10.5: a transport that takes nothing is given up when its time has passed, and neither its last
/// words nor the end of its peer are waited for.
#[tokio::test(start_paused = true)]
async fn a_connection_whose_transport_takes_nothing_for_too_long_does_not_linger() {
    let begun = Instant::now();
    let (near, serving, _) = stuck().await;
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    let waited = begun.elapsed();
    assert!(
        waited >= Duration::from_secs(120) && waited < millis(120_500),
        "{waited:?}"
    );
    drop(near);
}

/// A machine of which the peer breaks a rule: GOAWAY leaves, and nothing more is read.
fn broken(near: &mut End) -> Connection<Server> {
    let asked = (PREFACE, settings(), settings_ack());
    say(near, (asked, ping(*b"12345678").stream(1)).octets());
    Connection::new(Config::default())
}

type Driving = JoinHandle<std::io::Result<()>>;

/// Drives any machine, alone or shared, with a timer or without.
fn driving(machine: Connection<Server>, far: End, is_shared: bool, has_timer: bool) -> Driving {
    let timer = TokioTimer::new();
    if !is_shared {
        let alone = drive(machine, far);
        return match has_timer {
            true => tokio::spawn(alone.with_timer(timer)),
            false => tokio::spawn(alone),
        };
    }
    let shared = drive_shared(Arc::new(Mutex::new(machine)), far);
    match has_timer {
        true => tokio::spawn(shared.with_timer(timer)),
        false => tokio::spawn(shared),
    }
}

/// A driver of a machine that is broken.
fn driven(is_shared: bool, has_timer: bool) -> (End, Driving) {
    let (mut near, far) = pipe();
    let machine = broken(&mut near);
    (near, driving(machine, far, is_shared, has_timer))
}

/// Expects that about so much time has passed: tokio's timer counts in milliseconds.
fn expect_after(begun: Instant, seconds: u64) {
    let (waited, expected) = (begun.elapsed(), Duration::from_secs(seconds));
    let range = expected..expected + millis(50);
    assert!(range.contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn drivers_of_any_machine_read_on_for_a_while_when_it_reads_no_more() {
    for is_shared in [false, true] {
        let begun = Instant::now();
        let (mut near, driving) = driven(is_shared, true);
        sleep(millis(900)).await;
        // What a socket would answer with a reset, once it is closed on it.
        say(&mut near, ping(*b"87654321").octets());
        sleep(millis(50)).await;
        assert!(!driving.is_finished());
        assert_eq!(near.unread(), 0, "it is read and dropped");
        driving.await.unwrap().unwrap();
        expect_after(begun, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn drivers_of_any_machine_end_with_the_input_or_at_once_without_a_timer() {
    for is_shared in [false, true] {
        let (near, driving) = driven(is_shared, true);
        sleep(millis(500)).await;
        let begun = Instant::now();
        drop(near);
        driving.await.unwrap().unwrap();
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
    for is_shared in [false, true] {
        let (near, driving) = driven(is_shared, false);
        let begun = Instant::now();
        driving.await.unwrap().unwrap();
        assert_eq!(begun.elapsed(), Duration::ZERO);
        drop(near);
    }
}

#[tokio::test(start_paused = true)]
async fn drivers_of_any_machine_give_up_last_words_that_make_no_progress() {
    for is_shared in [false, true] {
        let (mut near, far) = pipe();
        far.fill();
        let machine = broken(&mut near);
        let begun = Instant::now();
        let driving = driving(machine, far, is_shared, true);
        driving.await.unwrap().unwrap();
        // Five seconds without progress, and one for the end of its peer.
        expect_after(begun, 6);
        drop(near);
    }
}
