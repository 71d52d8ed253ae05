//! The end of a pool can be waited for.

use alloc::sync::Arc;

use tokio::sync::Semaphore;
use tress_async::Config;

use super::world::{Here, Memory, get};
use super::{AtomicUsize, Duration, Ordering, ask, of, ok, stats};
use crate::world::eventually;

#[tokio::test(start_paused = true)]
async fn closing_waits_for_what_runs_and_until_every_connection_is_closed() {
    let (go, handled) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (wait, count) = (Arc::clone(&go), Arc::clone(&handled));
    let server = Memory::new(Config::default(), move |exchange, here: Here| {
        let (wait, count) = (Arc::clone(&wait), Arc::clone(&count));
        async move {
            wait.acquire().await.unwrap().forget();
            count.fetch_add(1, Ordering::SeqCst);
            ok(exchange, here).await
        }
    });
    let pool = of([server]).build();
    let asking = {
        let pool = pool.clone();
        tokio::spawn(async move {
            let reply = pool.fetch(get("/")).await?;
            drop(pool);
            Ok::<_, tress_async::PoolError>(reply.body.bytes(10).await.unwrap())
        })
    };
    eventually("it runs", || stats(&pool).running == 1).await;
    let closing = tokio::spawn(pool.close());
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!closing.is_finished());
    go.add_permits(1);
    assert_eq!(asking.await.unwrap().unwrap(), "ok");
    closing.await.unwrap();
    assert_eq!(handled.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn closing_a_pool_that_has_connected_to_nothing_is_over_at_once() {
    of([]).build().close().await;
    let pool = of([Memory::new(Config::default(), ok)]).build();
    assert_eq!(ask(&pool, 3, 3).await, 0);
    pool.close().await;
}
