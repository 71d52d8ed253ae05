//! Bodies: back-pressure both ways, and what does not stop what.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use tokio::sync::Notify;
use tress_async::{Bytes, Exchange, Response, UserError};

use crate::world::{eventually, get, in_time, post, serve};

const PIECE: &[u8] = &[5; 16_384];

#[tokio::test]
async fn a_sender_waits_when_nobody_takes_its_content() {
    let go = Arc::new(Notify::new());
    let may_go = Arc::clone(&go);
    let world = serve(move |exchange| {
        let may_go = Arc::clone(&may_go);
        async move {
            may_go.notified().await;
            let content = exchange.body.bytes(usize::MAX).await?;
            exchange
                .responder
                .reply(Response::new(200), content.len().to_string())
        }
    })
    .await;
    let client = world.client().await;
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let sum = Arc::clone(&sent);
    let writing = tokio::spawn(async move {
        for _ in 0..256 {
            body.send(Bytes::from_static(PIECE)).await.unwrap();
            sum.fetch_add(PIECE.len(), Ordering::SeqCst);
        }
        body.finish().unwrap();
    });
    // The window of the stream and the buffer of the sender, and no more.
    let bound = 64 * 1024 + 128 * 1024;
    eventually("the window is full", || {
        sent.load(Ordering::SeqCst) >= 64 * 1024
    })
    .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(sent.load(Ordering::SeqCst) <= bound + PIECE.len());
    go.notify_one();
    let reply = in_time(pending).await.unwrap();
    let total = (256 * PIECE.len()).to_string();
    assert_eq!(in_time(reply.body.bytes(100)).await.unwrap(), total);
    in_time(writing).await.unwrap();
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_takes_nothing_stops_its_sender_and_no_other() {
    let world = serve(|exchange| async move {
        if exchange.request.path() == Some(b"/small") {
            return exchange.reply(Response::new(200), "small");
        }
        let mut answer = exchange.respond(Response::new(200))?;
        loop {
            answer.send(Bytes::from_static(PIECE)).await?;
        }
    })
    .await;
    let client = world.client().await;
    let slow = in_time(client.fetch(get("/endless"))).await.unwrap();
    for _ in 0..20 {
        let reply = in_time(client.fetch(get("/small"))).await.unwrap();
        assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "small");
    }
    drop(slow);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_slow_upload_does_not_stop_other_requests() {
    let world = serve(|exchange: Exchange| async move {
        let content = exchange.body.bytes(1000).await?;
        exchange.responder.reply(Response::new(200), content)
    })
    .await;
    let client = world.client().await;
    let (mut slow, pending) = client.send(post("/")).await.unwrap();
    slow.send("one, ").await.unwrap();
    for _ in 0..10 {
        let reply = in_time(client.fetch_with(post("/"), "quick"))
            .await
            .unwrap();
        assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "quick");
    }
    slow.send("two").await.unwrap();
    slow.finish().unwrap();
    let reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "one, two");
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn two_tasks_may_wait_on_one_stream() {
    // One waits for content, the other for capacity; both are woken.
    let world = serve(|exchange| async move {
        let Exchange {
            mut body,
            responder,
            ..
        } = exchange;
        let mut answer = responder.respond(Response::new(200))?;
        answer.send("go").await?;
        let mut sum = 0;
        while let Some(data) = body.data().await? {
            sum += data.len();
        }
        answer.send(sum.to_string()).await?;
        answer.finish()
    })
    .await;
    let client = world.client().await;
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    let mut reply = in_time(pending).await.unwrap();
    assert_eq!(in_time(reply.body.data()).await.unwrap().unwrap(), "go");
    let reading = tokio::spawn(async move { reply.body.data().await });
    let writing = tokio::spawn(async move {
        for _ in 0..100 {
            body.send(Bytes::from_static(PIECE)).await.unwrap();
        }
        body.finish().unwrap();
    });
    let sum = in_time(reading).await.unwrap().unwrap().unwrap();
    assert_eq!(sum, (100 * PIECE.len()).to_string());
    in_time(writing).await.unwrap();
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn too_much_content_is_an_error_that_says_the_limit() {
    let world =
        serve(|exchange| async { exchange.reply(Response::new(200), vec![0; 100_000]) }).await;
    let client = world.client().await;
    let reply = in_time(client.fetch(get("/"))).await.unwrap();
    let error = in_time(reply.body.bytes(99_999)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the peer sent more than the 99999 octets that were wanted"
    );
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

#[tokio::test]
async fn content_that_differs_from_content_length_is_refused() {
    let world = serve(|exchange| async { exchange.reply(Response::new(200), "") }).await;
    let client = world.client().await;
    let request = post("/").field("content-length", "5");
    let error = in_time(client.send_whole(request, "four"))
        .await
        .unwrap_err();
    let source = core::error::Error::source(&error).unwrap();
    assert!(matches!(
        source.downcast_ref(),
        Some(UserError::Malformed(_))
    ));
    in_time(client.close()).await.unwrap();
    world.stop().await;
}

/// Reads, writes and streams in the traits of others, on both ends.
#[cfg(feature = "stream")]
#[tokio::test]
async fn bodies_are_readers_writers_and_streams() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_stream::StreamExt;

    let world = serve(async |exchange: Exchange| {
        let Exchange {
            mut body,
            responder,
            ..
        } = exchange;
        let mut answer = responder.respond(Response::new(200))?;
        let mut first = [0; 3];
        body.read_exact(&mut first).await?;
        answer.write_all(&first).await?;
        // What a reader left of a piece comes first.
        while let Some(piece) = body.next().await {
            answer.write_all(&piece?).await?;
        }
        answer.shutdown().await?;
        Ok(answer.shutdown().await?)
    })
    .await;
    let client = world.client().await;
    let (mut body, pending) = in_time(client.send(post("/"))).await.unwrap();
    let words = vec![b'x'; 200_000];
    let sending = async {
        body.write_all(&words).await.unwrap();
        body.shutdown().await.unwrap();
    };
    let hearing = async {
        let mut heard = Vec::new();
        let mut reply = pending.await.unwrap();
        reply.body.read_to_end(&mut heard).await.unwrap();
        assert!(reply.body.is_ended());
        heard
    };
    let ((), heard) = in_time(async { tokio::join!(sending, hearing) }).await;
    assert!(heard == words);
    in_time(client.close()).await.unwrap();
    world.stop().await;
}
