//! Files, content that comes back or is counted, and answers that take their time.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;

/// How long a slow answer takes.
const SLOW: Duration = Duration::from_secs(30);

/// How many slow handlers live, and how many did at most.
#[derive(Clone, Debug, Default)]
struct Live(Arc<[AtomicUsize; 2]>);

/// One of them.
struct Living(Live);

pub fn router(folder: PathBuf) -> Router {
    let live = Live::default();
    let folder: Arc<Path> = folder.into();
    Router::new()
        .route("/slow", get(slow))
        .route("/live", get(count))
        .with_state(live)
        .route("/echo", post(|body: Body| async move { body }))
        .route(
            "/sink",
            post(|body: Bytes| async move { body.len().to_string() }),
        )
        .route("/{*path}", get(file).with_state(folder))
}

async fn file(State(folder): State<Arc<Path>>, UrlPath(path): UrlPath<String>) -> Response {
    let path = Path::new(&path);
    let is_inside = |part| matches!(part, Component::Normal(_));
    if !path.components().all(is_inside) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let kind = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    match tokio::fs::read(folder.join(path)).await {
        Ok(content) => ([(CONTENT_TYPE, kind)], content).into_response(),
        Err(error) if error.kind() == ErrorKind::NotFound => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::FORBIDDEN.into_response(),
    }
}

/// Answers late, if it is let.
async fn slow(State(live): State<Live>) -> &'static str {
    let _living = live.begin();
    tokio::time::sleep(SLOW).await;
    "at last\n"
}

/// How many slow handlers live now, and how many did at most.
async fn count(State(live): State<Live>) -> String {
    let [now, most] = live.0.each_ref().map(|count| count.load(Ordering::SeqCst));
    format!("{now} {most}\n")
}

impl Live {
    fn begin(&self) -> Living {
        let [now, most] = &*self.0;
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Living(self.clone())
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        let [now, _] = &*self.0.0;
        now.fetch_sub(1, Ordering::SeqCst);
    }
}
