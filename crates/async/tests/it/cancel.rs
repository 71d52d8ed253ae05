//! Dropping is canceling.

use alloc::sync::Arc;
use core::future::Future;
use core::task::{Context, Waker};
use core::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use tress_async::proto::Connection;
use tress_async::{Bytes, Client, Config, Error, ErrorCode, Exchange, Response};

use crate::world::{World, get, in_time, post, serve};

/// Says why its streams ended.
async fn endless() -> (World, UnboundedReceiver<Error>) {
    let (tell, told) = unbounded_channel();
    let tell = Arc::new(tell);
    let world = serve(move |exchange| {
        let tell = Arc::clone(&tell);
        async move {
            let mut answer = exchange.respond(Response::new(200))?;
            loop {
                if let Err(error) = answer.send(Bytes::from_static(&[1; 10_000])).await {
                    tell.send(error.clone()).unwrap();
                    return Err(error);
                }
            }
        }
    })
    .await;
    (world, told)
}

#[tokio::test]
async fn dropping_a_response_body_cancels_its_stream_at_once() {
    let (world, mut told) = endless().await;
    let client = world.client().await;
    let mut reply = in_time(client.fetch(get("/"))).await.unwrap();
    in_time(reply.body.data()).await.unwrap().unwrap();
    drop(reply);
    let error = in_time(told.recv()).await.unwrap();
    assert_eq!(error.reason(), Some(ErrorCode::CANCEL));
    assert!(error.is_canceled());
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_time_limit_around_a_request_cancels_it() {
    let (tell, mut told) = unbounded_channel();
    let tell = Arc::new(tell);
    let world = serve(move |exchange| {
        let tell = Arc::clone(&tell);
        async move {
            // Waits for content that does not come.
            let Exchange {
                mut body,
                responder,
                ..
            } = exchange;
            let error = body.data().await.unwrap_err();
            drop(responder);
            tell.send(error.is_canceled()).unwrap();
            Err(error)
        }
    })
    .await;
    let client = world.client().await;
    let request = async {
        let (_body, pending) = client.send(post("/")).await?;
        pending.await
    };
    let outcome = timeout(Duration::from_millis(50), request).await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert!(in_time(told.recv()).await.unwrap());
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn dropping_a_request_body_cancels_its_stream() {
    let (tell, mut told) = unbounded_channel();
    let tell = Arc::new(tell);
    let world = serve(move |exchange| {
        let tell = Arc::clone(&tell);
        async move {
            let Exchange {
                mut body,
                responder,
                ..
            } = exchange;
            while let Some(data) = body.data().await? {
                tell.send(data).unwrap();
            }
            responder.reply(Response::new(200), "")
        }
    })
    .await;
    let client = world.client().await;
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    body.send("half").await.unwrap();
    assert_eq!(in_time(told.recv()).await.unwrap(), "half");
    drop(body);
    assert!(in_time(pending).await.unwrap_err().is_canceled());
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn canceling_at_every_point_leaves_nothing_behind() {
    let world = serve(|exchange| async move {
        let content = exchange.body.bytes(100_000).await?;
        exchange.responder.reply(Response::new(200), content)
    })
    .await;
    let client = world.client().await;
    in_time(client.ping()).await.unwrap();
    for polls in 0..40 {
        let whole = async {
            let (mut body, pending) = client.send(post("/")).await?;
            body.send(vec![1; 20_000]).await?;
            body.send(vec![2; 20_000]).await?;
            body.finish()?;
            pending.await?.body.bytes(100_000).await
        };
        give_up_after(polls, whole).await;
    }
    // All places are free again: as many requests as there are streams run at once.
    let all: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.fetch_with(post("/"), "x").await.map(drop) })
        })
        .collect();
    for one in all {
        in_time(one).await.unwrap().unwrap();
    }
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

/// Polls so many times, with a pause for the other tasks in between, and drops.
async fn give_up_after<F: Future>(polls: usize, future: F) {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        let mut cx = Context::from_waker(Waker::noop());
        if future.as_mut().poll(&mut cx).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn dropping_the_driver_fails_what_waits_for_it() {
    let (near, _far) = crate::pipe::pipe();
    let machine = Connection::new(Config::default());
    let (client, driver) = Client::new(machine, near);
    let pending = client.send_whole(get("/"), "").await.unwrap();
    drop(driver);
    let error = in_time(pending).await.unwrap_err();
    assert!(core::error::Error::source(&error).is_some());
    assert!(client.is_closed());
    assert!(in_time(client.close()).await.is_err());
}
