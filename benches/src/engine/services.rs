//! One connection of a server whose handlers are a service of tower, beside ours without one and beside
//! hyper: all of them in tasks of a runtime of one thread, over the same transport in memory.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, SERVER, VARY};
use http::{Request, Response};
use http_body_util::Full;
use hyper::server::conn::http2::Builder;
use hyper::service::Service as HyperService;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Runtime;
use tower_service::Service;
use tress_async::compat::tokio::TokioIo as OurIo;
use tress_async::{Error, Exchange, serve_connection, serve_service};
use tress_proto::{Connection, FieldName, Limits, Server};

use super::messages::{CONTENT, READ, RESPONSE, Recording};
use super::tress::config;
use super::{CONNECTION_WINDOW, STREAM_WINDOW, STREAMS};

/// Hands out a recording in reads of 8 KiB, and counts what is written.
struct Replay {
    octets: Bytes,
    gate: Arc<Gate>,
    written: Arc<AtomicUsize>,
}

/// Lets one read through when all other tasks have had their turn: whoever asks for input as long as
/// there is some would answer last, or refuse what is too much.
#[derive(Default)]
struct Gate {
    is_open: AtomicBool,
    reader: Mutex<Option<Waker>>,
}

impl Gate {
    /// A task that opens it, again and again.
    async fn keep(self: Arc<Self>) {
        loop {
            self.is_open.store(true, Ordering::Relaxed);
            let reader = self.reader.lock().expect("nobody panics").take();
            reader.into_iter().for_each(Waker::wake);
            tokio::task::yield_now().await;
        }
    }
}

impl AsyncRead for Replay {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.gate.is_open.swap(false, Ordering::Relaxed) {
            *self.gate.reader.lock().expect("nobody panics") = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let count = self.octets.len().min(READ).min(buffer.remaining());
        buffer.put_slice(&self.octets.split_to(count));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replay {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.written.fetch_add(octets.len(), Ordering::Relaxed);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let octets = slices.iter().map(|slice| slice.len()).sum();
        self.written.fetch_add(octets, Ordering::Relaxed);
        Poll::Ready(Ok(octets))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What answers a recording, again and again.
pub struct Replayer {
    runtime: Runtime,
    octets: Bytes,
}

impl Replayer {
    /// Takes a recording.
    pub fn new(recording: &Recording) -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Self {
            runtime: runtime.build().expect("a runtime needs no more"),
            octets: Bytes::copy_from_slice(&recording.octets),
        }
    }

    /// Answers by a service; returns the octets written.
    pub fn service(&self) -> usize {
        self.run(|io| serve_service(machine(), OurIo(io), Answers))
    }

    /// Answers by a handler in our own types.
    pub fn native(&self) -> usize {
        self.run(|io| serve_connection(machine(), OurIo(io), handle))
    }

    /// Answers by hyper and the same service.
    pub fn hyper(&self) -> usize {
        self.run(|io| {
            Builder::new(TokioExecutor::new())
                .initial_stream_window_size(STREAM_WINDOW)
                .initial_connection_window_size(CONNECTION_WINDOW)
                .max_concurrent_streams(STREAMS)
                .serve_connection(TokioIo::new(io), Answers)
        })
    }

    fn run<F, E>(&self, serve: impl FnOnce(Replay) -> F) -> usize
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Send + std::fmt::Debug + 'static,
    {
        let (gate, written) = (Arc::<Gate>::default(), Arc::<AtomicUsize>::default());
        let io = Replay {
            octets: self.octets.clone(),
            gate: Arc::clone(&gate),
            written: Arc::clone(&written),
        };
        self.runtime.block_on(async {
            let keeper = tokio::spawn(gate.keep());
            // The runtime polls what it blocks on more often than tasks.
            let served = tokio::spawn(serve(io)).await;
            served.expect("no panic").expect("the recording is right");
            keeper.abort();
        });
        written.load(Ordering::Relaxed)
    }
}

fn machine() -> Connection<Server> {
    Connection::new(config(Limits::server()))
}

/// A handler without a service.
fn handle(exchange: Exchange) -> Ready<Result<(), Error>> {
    let fields = exchange.request.section().iter();
    let seen: usize = fields
        .map(|field| field.name.len() + field.value.len())
        .sum();
    assert!(seen > 0, "a request has fields");
    let [
        _,
        (_, kind),
        (_, caching),
        (_, date),
        (_, vary),
        (_, server),
    ] = RESPONSE;
    let response = tress_proto::Response::new(200)
        .with(FieldName::CONTENT_TYPE, kind)
        .with(FieldName::CACHE_CONTROL, caching)
        .with(FieldName::DATE, date)
        .with(FieldName::VARY, vary)
        .with(FieldName::SERVER, server);
    ready(exchange.reply(response, CONTENT.clone()))
}

/// A service: it looks at each field, and builds each head. Its server adds length and date.
#[derive(Clone)]
struct Answers;

impl Answers {
    fn answer<B>(request: &Request<B>) -> Response<Full<Bytes>> {
        let fields = request.headers().iter();
        let seen: usize = fields
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        assert!(
            seen + request.uri().path().len() > 0,
            "a request has fields"
        );
        let [_, (_, kind), (_, caching), _, (_, vary), (_, server)] = RESPONSE;
        let head = Response::builder()
            .header(CONTENT_TYPE, HeaderValue::from_static(kind))
            .header(CACHE_CONTROL, HeaderValue::from_static(caching))
            .header(VARY, HeaderValue::from_static(vary))
            .header(SERVER, HeaderValue::from_static(server));
        head.body(Full::new(CONTENT.clone()))
            .expect("the fields are right")
    }
}

impl<B> Service<Request<B>> for Answers {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(Self::answer(&request)))
    }
}

impl<B> HyperService<Request<B>> for Answers {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn call(&self, request: Request<B>) -> Self::Future {
        ready(Ok(Self::answer(&request)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Recording, Replayer};

    #[test]
    fn all_are_answered_by_each() {
        let recording = Recording::of(1000);
        let replayer = Replayer::new(&recording);
        for written in [replayer.service(), replayer.native(), replayer.hyper()] {
            assert!((120_000..160_000).contains(&written), "{written}");
        }
    }
}
