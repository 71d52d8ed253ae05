//! A site of axum's, with the service of gRPC beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tonic::service::Routes;
use tress_consumers::grpc::Echo;
use tress_consumers::grpc::generated::echo_server::EchoServer;

/// How many handlers live, and how many did at most.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live(Arc<[AtomicUsize; 2]>);

impl Live {
    pub(crate) fn now(&self) -> usize {
        let [now, _] = &*self.0;
        now.load(Ordering::SeqCst)
    }

    pub(crate) fn most(&self) -> usize {
        let [_, most] = &*self.0;
        most.load(Ordering::SeqCst)
    }

    fn begin(&self) -> Living {
        let [now, most] = &*self.0;
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Living(self.clone())
    }
}

/// One of them.
struct Living(Live);

impl Drop for Living {
    fn drop(&mut self) {
        let [now, _] = &*self.0.0;
        now.fetch_sub(1, Ordering::SeqCst);
    }
}

pub(crate) fn router(live: Live) -> Router {
    let grpc = Routes::new(EchoServer::new(Echo)).into_axum_router();
    Router::new()
        .route("/", get(|| async { "hello\n" }))
        .route("/host", get(host))
        .route("/echo", post(|body: Body| async move { body }))
        .route("/count", post(count))
        .route("/octets/{octets}", get(octets))
        .route("/wait/{milliseconds}", get(wait))
        .with_state(live)
        .layer(DefaultBodyLimit::disable())
        .merge(grpc)
}

/// Says who was asked.
async fn host(fields: HeaderMap) -> String {
    let host = fields.get("host").and_then(|host| host.to_str().ok());
    host.unwrap_or("nobody").to_owned()
}

/// So many octets that are not all the same.
pub(crate) fn content(octets: usize) -> Bytes {
    let numbers = (0..octets.div_ceil(4)).map(|number| (number as u32).wrapping_mul(2_654_435_761));
    let mut content: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
    content.truncate(octets);
    content.into()
}

async fn octets(Path(octets): Path<usize>) -> Bytes {
    content(octets)
}

/// Answers when so much time has passed, if it is let.
async fn wait(State(live): State<Live>, Path(milliseconds): Path<u64>) -> &'static str {
    let _living = live.begin();
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    "at last\n"
}

/// Takes content and trailers; answers with how many octets it was, and sends the trailers back.
async fn count(body: Body) -> Result<Response, axum::http::StatusCode> {
    let bad = |_| axum::http::StatusCode::BAD_REQUEST;
    let whole = body.collect().await.map_err(bad)?;
    let trailers = whole.trailers().cloned().unwrap_or_default();
    let said = Bytes::from(whole.to_bytes().len().to_string());
    let frames = [
        Ok::<_, std::convert::Infallible>(Frame::data(said)),
        Ok(Frame::trailers(trailers)),
    ];
    Ok(Response::new(Body::new(StreamBody::new(
        tokio_stream::iter(frames),
    ))))
}
