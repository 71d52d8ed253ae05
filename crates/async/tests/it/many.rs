//! Many streams, many connections, and peers that vanish without a word.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use allocation_counter::measure;
use testkit::{PREFACE, headers, settings, settings_ack};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tress_async::compat::tokio::TokioTimer;
use tress_async::proto::{Connection, Limits};
use tress_async::{Client, Config, Response, serve_connection};

use crate::liveness::say;
use crate::pipe::{End, pipe};
use crate::world::{eventually, get, in_time};

/// How many streams run at once on one connection.
const STREAMS: usize = 10_000;

/// How many connections there are at once.
const CONNECTIONS: usize = 1_000;

#[tokio::test]
async fn ten_thousand_streams_run_at_once_on_one_connection_and_all_end() {
    let limits = Limits::server().concurrent_streams(u32::try_from(STREAMS).unwrap());
    let config = Config::default().limits(limits).unwrap();
    let (near, far) = pipe();
    let (begun, go) = (Arc::<AtomicUsize>::default(), Arc::new(Semaphore::new(0)));
    let (count, gate) = (Arc::clone(&begun), Arc::clone(&go));
    let serving = serve_connection(Connection::new(config), far, move |exchange| {
        count.fetch_add(1, Ordering::SeqCst);
        let gate = Arc::clone(&gate);
        async move {
            drop(gate.acquire().await);
            exchange.reply(Response::new(200), "done")
        }
    });
    let serving = tokio::spawn(serving.with_timer(TokioTimer::new()));
    // The windows of as many streams must fit into the largest of a connection, or some would wait.
    let config = Config::default().initial_window(128 * 1024).unwrap();
    let (client, driver) = Client::new(Connection::new(config), near);
    tokio::spawn(driver.with_timer(TokioTimer::new()));
    let talks: Vec<_> = (0..STREAMS)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.fetch(get("/")).await?.body.bytes(10).await })
        })
        .collect();
    eventually("all run", || begun.load(Ordering::SeqCst) == STREAMS).await;
    go.add_permits(STREAMS);
    for talk in talks {
        assert_eq!(in_time(talk).await.unwrap().unwrap(), "done");
    }
    in_time(client.close()).await.unwrap();
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_thousand_connections_answer_at_once_and_all_end() {
    let begun = Arc::<AtomicUsize>::default();
    let go = Arc::new(Semaphore::new(0));
    let mut all = Vec::new();
    for _ in 0..CONNECTIONS {
        let (near, far) = pipe();
        let (count, gate) = (Arc::clone(&begun), Arc::clone(&go));
        let serving = serve_connection(Connection::new(Config::default()), far, move |exchange| {
            count.fetch_add(1, Ordering::SeqCst);
            let gate = Arc::clone(&gate);
            async move {
                drop(gate.acquire().await);
                exchange.reply(Response::new(200), "done")
            }
        });
        let serving = tokio::spawn(serving.with_timer(TokioTimer::new()));
        let (client, driver) = Client::new(Connection::new(Config::default()), near);
        tokio::spawn(driver.with_timer(TokioTimer::new()));
        let talk = tokio::spawn(async move {
            let content = client.fetch(get("/")).await?.body.bytes(10).await?;
            client.close().await.map(|()| content)
        });
        all.push((serving, talk));
    }
    eventually("all run", || begun.load(Ordering::SeqCst) == CONNECTIONS).await;
    go.add_permits(CONNECTIONS);
    for (serving, talk) in all {
        assert_eq!(in_time(talk).await.unwrap().unwrap(), "done");
        in_time(serving).await.unwrap().unwrap();
    }
}

/// Serves peers that ask for something, and then neither say nor take anything, nor close.
async fn serve_the_vanished(count: usize) {
    const SOON: Duration = Duration::from_millis(100);
    let mut vanished: Vec<End> = Vec::new();
    let mut all = Vec::new();
    for number in 0..count {
        let (mut near, far) = pipe();
        let config = Config::default().keep_alive(SOON, SOON);
        let serving = serve_connection(Connection::new(config), far, |exchange| async {
            let mut body = exchange.respond(Response::new(200))?;
            loop {
                body.send(vec![0; 1_000]).await?;
            }
        });
        all.push(tokio::spawn(serving.with_timer(TokioTimer::new())));
        if number % 2 == 0 {
            let request = headers(1).get("/").end();
            say(&mut near, (PREFACE, settings(), settings_ack(), request));
        } else {
            say(&mut near, (PREFACE, settings(), settings_ack()));
        }
        vanished.push(near);
    }
    for serving in all {
        let error = in_time(serving).await.unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
    }
    drop(vanished);
}

#[test]
fn clients_that_vanish_are_reaped_and_their_memory_is_given_back() {
    let reap = |count| {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(serve_the_vanished(count));
    };
    // What each thread keeps, it has now.
    reap(10);
    let info = measure(|| reap(CONNECTIONS));
    assert!(info.bytes_max > 1_000_000, "{info:?}");
    assert!(info.bytes_current.abs() < 4_096, "{info:?}");
}
