//! What all streams of a connection share holds it up: others take the requests.

use tokio::time::{Instant, sleep};
use tress_async::proto::Credit;
use tress_async::{Config, Error, Exchange, Pool, Request, Response};

use super::world::{Here, Memory, get};
use super::{Duration, ask, of, stats};
use crate::world::eventually;

/// More than the window of any stream's, and than a transport of these worlds holds.
const MUCH: usize = 1 << 20;

/// Uploads more than is taken, in a task of its own.
fn upload(pool: &Pool) -> tokio::task::JoinHandle<()> {
    let pool = pool.clone();
    tokio::spawn(async move {
        let request = Request::post("http", "memory", "/upload");
        drop(pool.fetch_with(request, vec![0; MUCH]).await);
    })
}

/// Answers all but uploads, of which it reads nothing.
async fn leaves_uploads(exchange: Exchange, _: Here) -> Result<(), Error> {
    if exchange.request.method() == b"POST" {
        return core::future::pending().await;
    }
    exchange.reply(Response::new(200), "ok")
}

/// A request while an upload stalls all of its connection takes no longer than another connection does.
async fn goes_elsewhere(server: &Memory, stall: impl FnOnce(&Memory)) {
    let pool = of([server.clone()]).build();
    assert_eq!(ask(&pool, 1, 1).await, 0);
    stall(server);
    let uploading = upload(&pool);
    eventually("it runs", || stats(&pool).running == 1).await;
    // Longer than a connection takes to be made, and less than it takes to ask for a sign of life.
    sleep(Duration::from_secs(1)).await;
    let at = Instant::now();
    assert_eq!(ask(&pool, 1, 1).await, 0);
    let took = at.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
    assert_eq!((server.connections(), stats(&pool).late), (2, 0));
    uploading.abort();
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_takes_nothing_sends_requests_to_another_connection() {
    let windows = Config::default().initial_window(1 << 21).unwrap();
    let server = Memory::new(windows, leaves_uploads);
    goes_elsewhere(&server, |server| server.freeze(0)).await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_window_that_is_shut_sends_requests_to_another_connection() {
    let windows = Config::default().window_growth(0).unwrap();
    let windows = windows.credit(Credit::Manual).unwrap();
    let windows = windows.connection_window(65_535).unwrap();
    let windows = windows.initial_window(1 << 21).unwrap();
    let server = Memory::new(windows, leaves_uploads);
    goes_elsewhere(&server, |_| ()).await;
}

#[tokio::test(start_paused = true)]
async fn the_window_of_one_stream_holds_up_nobody_else() {
    let server = Memory::new(Config::default(), leaves_uploads);
    let pool = of([server.clone()]).build();
    let uploading = upload(&pool);
    eventually("it runs", || stats(&pool).running == 1).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(pool.fetch(get("/")).await.unwrap().head.status(), 200);
    assert_eq!(server.connections(), 1);
    uploading.abort();
}
