//! Content of a request of this crate's own type, taken as it is sent.

use alloc::sync::Arc;

use tress_async::{ErrorCode, Request};

use super::world::Memory;
use super::{AtomicUsize, Pieces, of, refuses_content_once, stats};

fn pieces(polled: &Arc<AtomicUsize>) -> Pieces {
    Pieces(0, Arc::clone(polled))
}

async fn upload(server: Memory, times: usize) -> Result<(), tress_async::PoolError> {
    let pool = of([server]).build();
    let (polled, mut left) = (Arc::default(), times);
    let body = pieces(&polled);
    let anew = move || {
        left = left.checked_sub(1)?;
        Some(pieces(&polled))
    };
    let request = Request::post("http", "memory", "/");
    let reply = pool.fetch_body(request, body, anew).await?;
    assert_eq!(reply.head.status(), 200);
    // The second stream of the connection.
    assert_eq!(u32::from(reply.body.stream_id()), 3);
    assert_eq!(stats(&pool).total.again, 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_body_of_its_own_request_is_sent_again_where_it_is_given_anew() {
    let (server, seen) = refuses_content_once();
    upload(server, 1).await.unwrap();
    assert_eq!(seen.lock().unwrap().last().unwrap(), b"piece piece ");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_not_given_anew_ends_with_an_error_that_says_where_and_why() {
    let (server, seen) = refuses_content_once();
    let error = upload(server, 0).await.unwrap_err();
    assert_eq!(seen.lock().unwrap().len(), 1);
    assert!(error.is_retryable() && error.failure().is_none());
    assert_eq!(error.stream_id().map(u32::from), Some(1));
    let reason = error.error().and_then(tress_async::Error::reason);
    assert_eq!(reason, Some(ErrorCode::REFUSED_STREAM));
}
