//! Requests that come together, whose services take their first step together.

use alloc::sync::Arc;
use core::convert::Infallible;
use core::future::Future;
use core::pin::Pin;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll};
use std::sync::Mutex;

use testkit::{block, headers, kind};
use tower_service::Service;
use tress_async::http::{Request, Response};
use tress_async::{Bytes, Incoming};

use super::expect::served;
use super::{BoxError, Frame, full, service};

/// What happened: a service was called, or its body asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Called,
    Asked,
}

type Log = Arc<Mutex<Vec<Step>>>;

/// A body of nothing, which notes that it is asked.
struct Noting(Log);

impl http_body::Body for Noting {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame, Infallible>>> {
        self.0.lock().unwrap().push(Step::Asked);
        Poll::Ready(None)
    }
}

fn asks(path: &str) -> testkit::Block {
    block().request("GET", path)
}

/// How many requests there are: more than take a step together.
const REQUESTS: u32 = 70;

#[tokio::test]
async fn services_are_called_a_few_at_a_time_before_their_answers_are_sent_and_in_order() {
    let log = Log::default();
    let noted = Arc::clone(&log);
    let mut peer = served(service(move |_| {
        noted.lock().unwrap().push(Step::Called);
        core::future::ready(Ok(Response::new(Noting(Arc::clone(&noted)))))
    }))
    .await;
    let ids = (0..REQUESTS).map(|number| 2 * number + 1);
    let requests: Vec<_> = ids
        .clone()
        .map(|id| headers(id).block(&asks("/")).end())
        .collect();
    peer.write(requests).await;
    for id in ids {
        assert_eq!(peer.read_to(kind::HEADERS).await.stream, id);
    }
    let log = log.lock().unwrap();
    let (mut open, mut most) = (0, 0);
    for step in &*log {
        match step {
            Step::Called => open += 1,
            Step::Asked => open -= 1,
        }
        most = most.max(open);
    }
    assert_eq!(open, 0, "{log:?}");
    assert_eq!(most, 16, "{log:?}");
}

/// A service that is not ready when it is first asked, fails instead the second time, and panics or waits
/// as the path says.
#[derive(Clone, Default)]
struct Uneven {
    asked: Arc<AtomicUsize>,
}

impl Service<Request<Incoming>> for Uneven {
    type Response = Response<http_body_util::Full<Bytes>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self.asked.fetch_add(1, Ordering::Relaxed) {
            0 => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            1 => Poll::Ready(Err("it has no capacity, and gets none".into())),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        match request.uri().path() {
            "/panic" => panic!("this service panics, as it should"),
            "/later" => Box::pin(async {
                tokio::task::yield_now().await;
                Ok(Response::new(full("later")))
            }),
            path => {
                let path = path.to_owned();
                Box::pin(async { Ok(Response::new(full(path))) })
            }
        }
    }
}

#[tokio::test]
async fn one_that_waits_fails_or_panics_costs_the_others_nothing() {
    let mut peer = served(Uneven::default()).await;
    let paths = ["/late", "/failed", "/a", "/panic", "/later", "/b"];
    let requests: Vec<_> = (1..)
        .step_by(2)
        .zip(paths)
        .map(|(id, path)| headers(id).block(&asks(path)).end())
        .collect();
    peer.write(requests).await;
    let mut answers = Vec::new();
    for _ in 0..paths.len() - 1 {
        let head = peer.read_to(kind::HEADERS).await;
        answers.push((head.stream, head.field(":status").unwrap()));
    }
    answers.sort();
    let answers: Vec<_> = answers
        .iter()
        .map(|(id, status)| (*id, &**status))
        .collect();
    assert_eq!(
        answers,
        [(1, "200"), (3, "500"), (5, "200"), (9, "200"), (11, "200")]
    );
    assert!(
        peer.passed().contains(&kind::RST_STREAM),
        "of the one that panicked"
    );
}
