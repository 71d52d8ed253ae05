//! Requests wait for the server, and for nobody's poll (RFC 9113 §5.1.2).

use alloc::sync::Arc;
use core::future::{Future, poll_fn};
use core::task::Poll;

use tokio::sync::Semaphore;
use tress_async::proto::Limits;
use tress_async::{Config, Response};

use crate::world::{bind, get, in_time, post, start};

#[tokio::test]
async fn a_request_that_is_polled_once_and_kept_blocks_nobody() {
    let limits = Limits::server().concurrent_streams(1);
    let config = Config::default().limits(limits).unwrap();
    let gate = Arc::new(Semaphore::new(0));
    let may_go = Arc::clone(&gate);
    let server = bind().await.config(config);
    let world = start(server, |server| {
        server.serve(move |exchange| {
            let may_go = Arc::clone(&may_go);
            async move {
                drop(may_go.acquire().await);
                exchange.reply(Response::new(200), "here")
            }
        })
    });
    let client = world.client().await;
    in_time(client.ping()).await.unwrap();
    let first = client.send_whole(get("/1"), "").await.unwrap();
    // It waits for a stream, and is not polled again.
    let other = client.clone();
    let mut kept = Box::pin(async move { other.send(post("/2")).await });
    assert!(
        poll_fn(|cx| Poll::Ready(kept.as_mut().poll(cx)))
            .await
            .is_pending()
    );
    let mut others = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let client = client.clone();
        others.spawn(async move { client.fetch(get("/3")).await?.body.bytes(10).await });
    }
    gate.add_permits(10);
    assert_eq!(in_time(first).await.unwrap().head.status(), 200);
    // The one that is kept is opened in its turn, answered, and out of the way.
    while let Some(content) = in_time(others.join_next()).await {
        assert_eq!(content.unwrap().unwrap(), "here");
    }
    let (_body, pending) = in_time(kept).await.unwrap();
    assert_eq!(in_time(pending).await.unwrap().head.status(), 200);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}
