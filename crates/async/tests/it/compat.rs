//! Transports and timers of others.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::io;
use std::time::Instant;

use hyper::rt::{Read, ReadBufCursor, Sleep, Write};
use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::{TcpListener, TcpStream};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tress_async::compat::futures_io::FuturesIo;
use tress_async::compat::hyper::{HyperIo, HyperTimer};
use tress_async::proto::Connection;
use tress_async::{Client, Config, Exchange, Request, Response, Timer, serve_connection};

use crate::world::{in_time, post};

/// A duplex of tokio's, as hyper knows transports.
#[derive(Debug)]
pub(crate) struct ForHyper(pub(crate) DuplexStream);

impl Read for ForHyper {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut piece = [0; 4096];
        let most = piece.len().min(into.remaining());
        let mut buffer = ReadBuf::new(&mut piece[..most]);
        ready!(Pin::new(&mut self.get_mut().0).poll_read(cx, &mut buffer))?;
        into.put_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for ForHyper {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(cx, from)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(cx)
    }
}

/// Tokio's timer, as hyper knows timers.
#[derive(Clone, Copy, Debug)]
struct TimerForHyper;

#[derive(Debug)]
struct SleepForHyper(Pin<Box<tokio::time::Sleep>>);

impl hyper::rt::Timer for TimerForHyper {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, at: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(SleepForHyper(Box::pin(tokio::time::sleep_until(at.into()))))
    }
}

impl Future for SleepForHyper {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(cx)
    }
}

impl Sleep for SleepForHyper {}

async fn echo(exchange: Exchange) -> Result<(), tress_async::Error> {
    let Exchange {
        mut body,
        responder,
        ..
    } = exchange;
    let mut answer = responder.respond(Response::new(200))?;
    while let Some(data) = body.data().await? {
        answer.send(data).await?;
    }
    answer.finish()
}

#[tokio::test]
async fn both_ends_run_over_transports_of_hypers() {
    let (near, far) = duplex(10_000);
    let far = HyperIo(ForHyper(far));
    let serving = serve_connection(Connection::new(Config::default()), far, echo);
    let serving = tokio::spawn(serving.with_timer(HyperTimer::new(TimerForHyper)));
    let near = HyperIo::pinned(ForHyper(near));
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver.with_timer(HyperTimer::new(TimerForHyper)));
    let content = vec![5; 300_000];
    let reply = in_time(client.fetch_with(post("/"), content.clone())).await;
    let back = in_time(reply.unwrap().body.bytes(300_000)).await.unwrap();
    assert!(back == content);
    in_time(client.close()).await.unwrap();
    in_time(serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_timer_of_hypers_keeps_the_deadlines_of_a_connection() {
    let limit = Duration::from_millis(50);
    let config = Config::default().keep_alive(limit, limit);
    let (_silent, far) = duplex(10_000);
    let far = HyperIo(ForHyper(far));
    let serving = serve_connection(Connection::new(config), far, echo);
    let begin = Instant::now();
    let error = in_time(serving.with_timer(HyperTimer::new(TimerForHyper)))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(begin.elapsed() >= limit);
}

#[tokio::test]
async fn a_timer_of_hypers_waits_for_the_latest_point_and_can_be_asked_again() {
    let mut timer = HyperTimer::new(TimerForHyper);
    let begin = Instant::now();
    let (late, soon) = (
        begin + Duration::from_secs(60),
        begin + Duration::from_millis(20),
    );
    let asked = core::future::poll_fn(|cx| {
        let _ = timer.poll_until(cx, late);
        timer.poll_until(cx, soon)
    });
    in_time(asked).await;
    assert!(Instant::now() >= soon);
    // What has passed stays so.
    in_time(core::future::poll_fn(|cx| timer.poll_until(cx, soon))).await;
}

#[test]
fn both_ends_and_a_tunnel_run_on_smol() {
    smol::block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let serving = smol::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let machine = Connection::new(Config::default());
            let serving = serve_connection(machine, FuturesIo(stream), |exchange| async {
                if exchange.request.method() != b"CONNECT" {
                    return echo(exchange).await;
                }
                let mut tunnel = exchange.tunnel(Response::new(200))?;
                let mut all = String::new();
                tunnel.read_to_string(&mut all).await?;
                tunnel.write_all(all.to_uppercase().as_bytes()).await?;
                Ok(tunnel.close().await?)
            });
            serving.await
        });
        let io = FuturesIo::pinned(TcpStream::connect(addr).await.unwrap());
        let (client, driver) = Client::new(Connection::new(Config::default()), io);
        let driver = smol::spawn(driver);

        let content = vec![6; 300_000];
        let reply = client.fetch_with(post("/"), content.clone()).await.unwrap();
        assert!(reply.body.bytes(300_000).await.unwrap() == content);

        let asked = client.tunnel(Request::connect("example.com:80")).await;
        let mut tunnel = asked.unwrap().into_tunnel().unwrap();
        tunnel.write_all(b"louder").await.unwrap();
        tunnel.close().await.unwrap();
        let mut loud = String::new();
        tunnel.read_to_string(&mut loud).await.unwrap();
        assert_eq!(loud, "LOUDER");
        drop(tunnel);

        client.close().await.unwrap();
        driver.await.unwrap();
        serving.await.unwrap();
    });
}
