//! One thread: what is not `Send`, on an executor of ten lines and on tokio's `LocalSet`.

use alloc::rc::Rc;
use core::cell::Cell;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::io::{self, IoSlice};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::task::{LocalSet, spawn_local};
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::proto::Connection;
use tress_async::{
    Client, Config, ConnectionHandle, Error, ErrorCode, Exchange, ReadHalf, Request, Response,
    Timer, Trailers, WriteHalf, serve_connection,
};

use crate::pipe::{End, pipe};
use crate::world::{eventually, get, in_time, post};

/// Polls until the future is ready: whatever wakes it is polled with it.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..10_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    panic!("nothing moves any more");
}

/// Drives a server, a client and what it is used for, until all three are done.
pub(crate) async fn all(serving: impl Future, driver: impl Future, talk: impl Future) {
    let (mut serving, mut driver, mut talk) = (pin!(serving), pin!(driver), pin!(talk));
    let mut left = [true; 3];
    poll_fn(|cx| {
        left[0] = left[0] && serving.as_mut().poll(cx).is_pending();
        left[1] = left[1] && driver.as_mut().poll(cx).is_pending();
        left[2] = left[2] && talk.as_mut().poll(cx).is_pending();
        if left == [false; 3] {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Something of this thread, with what is one's own.
struct Here<T> {
    inner: T,
    uses: Rc<Cell<usize>>,
}

impl<T> Here<T> {
    fn new(inner: T) -> Self {
        let uses = Rc::default();
        Self { inner, uses }
    }

    fn inner(self: Pin<&mut Self>) -> Pin<&mut T>
    where
        T: Unpin,
    {
        self.uses.set(self.uses.get() + 1);
        Pin::new(&mut self.get_mut().inner)
    }
}

impl ReadHalf for Here<End> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_read(cx, into)
    }
}

impl WriteHalf for Here<End> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_write(cx, from)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner().poll_close(cx)
    }
}

impl Timer for Here<TokioTimer> {
    fn poll_until(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        self.uses.set(self.uses.get() + 1);
        self.inner.poll_until(cx, at)
    }
}

#[test]
fn handlers_need_not_be_send() {
    let (near, far) = pipe();
    let count = Rc::new(Cell::new(0));
    let counter = Rc::clone(&count);
    let serving = serve_connection(Connection::new(Config::default()), far, move |exchange| {
        let counter = Rc::clone(&counter);
        async move {
            counter.set(counter.get() + 1);
            exchange.reply(Response::new(200), counter.get().to_string())
        }
    });
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let talk = async move {
        for expected in ["1", "2", "3"] {
            let reply = client.fetch(get("/")).await.unwrap();
            assert_eq!(reply.body.bytes(10).await.unwrap(), expected);
        }
        client.close().await.unwrap();
    };
    block_on(all(serving, driver, talk));
    assert_eq!(count.get(), 3);
}

#[test]
fn transport_and_handler_may_belong_to_one_thread() {
    let (near, far) = pipe();
    let machine = Connection::new(Config::default());
    let (far, count) = (Here::new(far), Rc::new(Cell::new(0)));
    let uses = Rc::clone(&far.uses);
    let counter = Rc::clone(&count);
    let serving = serve_connection(machine, far, move |exchange| {
        let counter = Rc::clone(&counter);
        async move {
            counter.set(counter.get() + 1);
            exchange.reply(Response::new(200), counter.get().to_string())
        }
    });
    let machine = Connection::new(Config::default());
    let (client, driver) = Client::new(machine, Here::new(near));
    let talk = async move {
        for expected in ["1", "2", "3"] {
            let reply = client.fetch(get("/")).await.unwrap();
            assert_eq!(reply.body.bytes(10).await.unwrap(), expected);
        }
        client.close().await.unwrap();
    };
    block_on(all(serving, driver, talk));
    assert_eq!(count.get(), 3);
    assert!(uses.get() >= 3);
}

/// Answers by the path.
async fn answer(exchange: Exchange) -> Result<(), Error> {
    match exchange.request.path() {
        Some(b"/panic") => panic!("this handler panics, as it should"),
        Some(b"/reset") => {
            exchange.responder.reset(ErrorCode::ENHANCE_YOUR_CALM);
            Ok(())
        }
        Some(b"/wait") => {
            let mut responder = exchange.responder;
            Err(responder.canceled().await)
        }
        _ if exchange.request.method() == b"CONNECT" => shout(exchange).await,
        _ => echo(exchange).await,
    }
}

async fn echo(exchange: Exchange) -> Result<(), Error> {
    let Exchange {
        mut body,
        mut responder,
        ..
    } = exchange;
    responder.inform(Response::new(103).field("link", "</a>"))?;
    let mut answer = responder.respond(Response::new(200))?;
    while let Some(data) = body.data().await? {
        answer.send(data).await?;
    }
    answer.finish_with_trailers(body.trailers().unwrap_or_default())
}

async fn shout(exchange: Exchange) -> Result<(), Error> {
    let mut tunnel = exchange.tunnel(Response::new(200))?;
    let mut said = String::new();
    tunnel.read_to_string(&mut said).await?;
    tunnel.write_all(said.to_uppercase().as_bytes()).await?;
    Ok(tunnel.shutdown().await?)
}

/// Windows that stay as they are.
fn config() -> Config {
    Config::default().window_growth(0).unwrap()
}

/// A server and a client on a `LocalSet`, of which nothing is `Send`.
fn on_local_set<F: Future>(talk: impl FnOnce(Client, ConnectionHandle) -> F) {
    let talk = async {
        let (near, far) = pipe();
        let machine = Connection::new(config());
        let serving = serve_connection(machine, Here::new(far), answer);
        let serving = serving.with_timer(Here::new(TokioTimer::new()));
        let handle = serving.handle();
        let serving = spawn_local(serving);
        let machine = Connection::new(config().keep_alive(SOON, SOON * 100));
        let (client, driver) = Client::new(machine, Here::new(near));
        let timer = Here::new(TokioTimer::new());
        let asked = Rc::clone(&timer.uses);
        let driver = spawn_local(driver.with_timer(timer));
        in_time(talk(client, handle)).await;
        in_time(serving).await.unwrap().unwrap();
        in_time(driver).await.unwrap().unwrap();
        assert!(asked.get() > 0);
    };
    run(talk);
}

pub(crate) fn run(talk: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, talk);
}

const SOON: Duration = Duration::from_millis(50);

#[test]
fn bodies_wait_for_each_other_and_trailers_follow() {
    on_local_set(|client, _| async move {
        let (mut body, mut pending) = client.send(post("/")).await.unwrap();
        let first = pending.informational().await.unwrap().unwrap();
        assert_eq!(first.status(), 103);
        let sent = Rc::new(Cell::new(0));
        let sum = Rc::clone(&sent);
        let sending = spawn_local(async move {
            for _ in 0..256 {
                body.send(vec![5; 16_384]).await.unwrap();
                sum.set(sum.get() + 16_384);
            }
            let trailers = Trailers::new().field("sum", "1");
            body.finish_with_trailers(trailers).unwrap();
        });
        // The windows of a server and of a client, two buffers, and no more, while nobody takes what
        // comes back.
        eventually("the windows are full", || sent.get() >= (64 + 256) * 1024).await;
        tokio::time::sleep(SOON).await;
        assert!(sent.get() <= (64 + 256 + 2 * 128) * 1024 + 3 * 16_384);
        let mut reply = pending.await.unwrap();
        let mut count = 0;
        while let Some(data) = reply.body.data().await.unwrap() {
            count += data.len();
        }
        assert_eq!(count, 256 * 16_384);
        let trailers = reply.body.trailers().unwrap();
        assert_eq!(trailers.field_value("sum"), Some(&b"1"[..]));
        sending.await.unwrap();
        client.ping().await.unwrap();
        client.close().await.unwrap();
    });
}

#[test]
fn streams_end_alone_by_panics_resets_and_cancellation() {
    on_local_set(|client, _| async move {
        let canceled = client.send_whole(get("/wait"), "").await.unwrap();
        let waiting = client.send_whole(get("/wait"), "").await.unwrap();
        let reason = |result: Result<_, Error>| result.map(drop).unwrap_err().reason();
        let panicked = client.fetch(get("/panic")).await;
        assert_eq!(reason(panicked), Some(ErrorCode::INTERNAL_ERROR));
        let reset = client.fetch(get("/reset")).await;
        assert_eq!(reason(reset), Some(ErrorCode::ENHANCE_YOUR_CALM));
        drop(canceled);
        let reply = client.fetch_with(post("/"), "fine").await.unwrap();
        assert_eq!(reply.body.bytes(10).await.unwrap(), "fine");
        drop(waiting);
        client.close().await.unwrap();
    });
}

#[test]
fn a_server_that_goes_away_lets_what_runs_finish() {
    on_local_set(|client, handle| async move {
        let (mut body, pending) = client.send(post("/")).await.unwrap();
        body.send("half ").await.unwrap();
        let mut reply = pending.await.unwrap();
        handle.go_away();
        tokio::time::sleep(SOON).await;
        let error = client.fetch(get("/")).await.unwrap_err();
        assert!(error.is_go_away() && error.is_retryable());
        body.send("whole").await.unwrap();
        body.finish().unwrap();
        let mut content = Vec::new();
        while let Some(data) = reply.body.data().await.unwrap() {
            content.extend_from_slice(&data);
        }
        assert_eq!(content, b"half whole");
        assert!(handle.octets().received > 0);
    });
}

#[test]
fn a_tunnel_is_a_transport_of_tokios() {
    on_local_set(|client, _| async move {
        let answer = client.tunnel(Request::connect("example.com:80")).await;
        let mut tunnel = answer.unwrap().into_tunnel().unwrap();
        tunnel.write_all(b"hello").await.unwrap();
        tunnel.shutdown().await.unwrap();
        let mut heard = String::new();
        tunnel.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "HELLO");
        client.close().await.unwrap();
    });
}

#[test]
fn a_client_runs_on_one_thread_by_itself() {
    let talk = async {
        let (near, far) = tokio::io::duplex(65_536);
        let machine = Connection::new(Config::default());
        let serving = serve_connection(machine, TokioIo(far), answer);
        let serving = spawn_local(serving.with_timer(TokioTimer::new()));
        let near = OfThread(near, Rc::default());
        let client = Client::spawn_local(Connection::new(Config::default()), near);
        let reply = in_time(client.fetch_with(post("/"), "here")).await.unwrap();
        assert_eq!(in_time(reply.body.bytes(10)).await.unwrap(), "here");
        in_time(client.close_within(Duration::from_secs(5)))
            .await
            .unwrap();
        in_time(serving).await.unwrap().unwrap();
    };
    run(talk);
}

/// A transport of tokio's that belongs to one thread.
struct OfThread(
    DuplexStream,
    #[expect(dead_code, reason = "it only must not leave")] Rc<()>,
);

impl AsyncRead for OfThread {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, into)
    }
}

impl AsyncWrite for OfThread {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(feature = "tower")]
#[test]
fn services_need_not_be_send() {
    use http_body_util::{BodyExt, Full};
    use tress_async::http::{Request, Response};
    use tress_async::{Bytes, HttpClient, Incoming, serve_service};

    /// Counts its calls, and is one task's alone.
    #[derive(Clone, Default)]
    struct Counts(Rc<Cell<usize>>);

    impl tower_service::Service<Request<Incoming>> for Counts {
        type Response = Response<Full<Bytes>>;
        type Error = core::convert::Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>>>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<Incoming>) -> Self::Future {
            let count = Rc::clone(&self.0);
            Box::pin(async move {
                count.set(count.get() + 1);
                Ok(Response::new(Full::from(count.get().to_string())))
            })
        }
    }

    let (near, far) = pipe();
    let service = Counts::default();
    let count = Rc::clone(&service.0);
    let serving = serve_service(Connection::new(Config::default()), far, service);
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    let mut client = HttpClient::new(client);
    let talk = async move {
        for expected in ["1", "2", "3"] {
            let request = Request::get("http://localhost/").body(Full::<Bytes>::default());
            let response = client.send(request.unwrap()).await.unwrap();
            let content = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(content, expected);
        }
    };
    block_on(all(serving, driver, talk));
    assert_eq!(count.get(), 3);
}
