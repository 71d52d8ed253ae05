//! gRPC by hand: messages come back as they came, after so many milliseconds as the metadata
//! `x-pause` asks for, or so many times as `x-times` does.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::post;
use http_body::Frame;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

pub fn router() -> Router {
    Router::new().route("/check.Echo/Say", post(say))
}

async fn say(fields: HeaderMap, message: Bytes) -> Response {
    let number = |name: &str, usual: u64| {
        let text = fields.get(name).and_then(|value| value.to_str().ok());
        text.and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let pause = Duration::from_millis(number("x-pause", 0).max(1));
    let mut ticks = interval_at(tokio::time::Instant::now() + pause, pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut response = Response::new(Body::new(Messages {
        message,
        left: number("x-times", 1),
        ticks,
        is_ended: false,
    }));
    let grpc = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(CONTENT_TYPE, grpc);
    response
}

/// A message some times, with a pause before each, and then the status.
struct Messages {
    /// With its prefix of five octets.
    message: Bytes,
    left: u64,
    ticks: Interval,
    is_ended: bool,
}

impl http_body::Body for Messages {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.is_ended {
            return Poll::Ready(None);
        }
        if self.left == 0 {
            self.is_ended = true;
            let status = HeaderName::from_static("grpc-status");
            let trailers = HeaderMap::from_iter([(status, HeaderValue::from_static("0"))]);
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        ready!(self.ticks.poll_tick(context));
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(self.message.clone()))))
    }
}
