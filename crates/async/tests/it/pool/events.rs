//! Every decision of a pool is an event of `tracing`.

use tress_async::{Config, ErrorCode, Exchange, Response};

use super::world::{Here, Memory, get};
use super::{Duration, ask, of, stats};
use crate::tracing::Kept;
use crate::world::eventually;

/// Refuses its first request, goes away after the third, and leaves those to `/never` without an answer.
fn moody() -> Memory {
    Memory::new(
        Config::default(),
        |exchange: Exchange, here: Here| async move {
            match (here.connection, here.before) {
                (0, 0) => {
                    exchange.responder.reset(ErrorCode::REFUSED_STREAM);
                    return Ok(());
                }
                (0, 2) => here.handle.go_away(),
                _ => {}
            }
            if exchange.request.path() == Some(b"/never".as_slice()) {
                return core::future::pending().await;
            }
            exchange.reply(Response::new(200), "ok")
        },
    )
}

#[tokio::test(start_paused = true)]
async fn every_decision_is_an_event() {
    let kept = Kept::default();
    let guard = tracing::subscriber::set_default(kept.clone());
    let server = moody();
    let pool = of([server.clone()]).build();
    assert_eq!(ask(&pool, 3, 1).await, 0);
    // A connection that hangs is asked, given up, and with it what ran there.
    let asking = {
        let pool = pool.clone();
        tokio::spawn(async move { pool.fetch(get("/never")).await.map(drop) })
    };
    eventually("it runs", || stats(&pool).running == 1).await;
    server.freeze(1);
    asking.await.unwrap().unwrap_err();
    // And nobody is there any more.
    server.refuse(true);
    tokio::time::sleep(Duration::from_secs(60)).await;
    pool.fetch(get("/")).await.unwrap_err();
    drop(guard);
    let lines = kept.lines();
    let has = |parts: &[&str]| {
        let mut lines = lines.iter().filter(|line| line.starts_with("tress::pool "));
        lines.any(|line| parts.iter().all(|part| line.contains(part)))
    };
    for parts in [
        &["action=Resolve"][..],
        &["action=Connect", "ConnectionId(0)", "Named("],
        &["action=Send", "RequestId(0)", "ConnectionId(0)"],
        &["request=RequestId(0)", "outcome=Refused", "decision=Again"],
        &["request=RequestId(0)", "outcome=Answered", "decision=Done"],
        &["action=Retire", "ConnectionId(0)"],
        &["action=Close", "ConnectionId(0)"],
        &["action=Ping", "ConnectionId(1)"],
        &["action=Close", "ConnectionId(1)"],
        &[
            "request=RequestId(3)",
            "outcome=Failed",
            "unprocessed: false",
        ],
        &["action=Fail", "RequestId(4)", "failure: Connect"],
    ] {
        assert!(has(parts), "{parts:?}\n{lines:#?}");
    }
}
