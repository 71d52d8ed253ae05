//! hyper, and hyper-util, on both ends.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http2::Builder;
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tress_consumers::{Body, Failed, connect, full, listen, serve};

use crate::Outcome;

/// Sends the content back, with trailers that say how much it was.
async fn echo(request: Request<Incoming>) -> Result<Response<Body>, Failed> {
    let content = request.into_body().collect().await?.to_bytes();
    let mut trailers = HeaderMap::new();
    trailers.insert("octets", content.len().into());
    let frames = [Ok(Frame::data(content)), Ok(Frame::trailers(trailers))];
    Ok(Response::new(
        StreamBody::new(tokio_stream::iter(frames)).boxed(),
    ))
}

fn client() -> Builder<TokioExecutor> {
    Builder::new(TokioExecutor::new())
}

pub(crate) async fn content_both_ways_with_trailers() -> Outcome {
    let mut sender = connect(serve(echo).await?, &client()).await?;
    for octets in [0, 1, 70_000, 3 << 20] {
        let content = vec![7; octets];
        let request = Request::post("http://a/").body(full(content.clone()))?;
        let answer = sender
            .send_request(request)
            .await?
            .into_body()
            .collect()
            .await?;
        let trailers = answer.trailers().ok_or("no trailers")?;
        assert_eq!(trailers["octets"], octets.to_string());
        assert_eq!(answer.to_bytes(), content);
    }
    Ok(())
}

pub(crate) async fn hundred_at_once() -> Outcome {
    let address = serve(echo).await?;
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http::<Body>();
    let asked = (0..100).map(|number| {
        let client = client.clone();
        tokio::spawn(async move {
            let content = Bytes::from(number.to_string());
            let request =
                Request::post(format!("http://{address}/")).body(full(content.clone()))?;
            let answer = client.request(request).await?.into_body().collect().await?;
            assert_eq!(answer.to_bytes(), content);
            Ok::<_, Failed>(())
        })
    });
    let asked: Vec<_> = asked.collect();
    for asked in asked {
        asked.await??;
    }
    Ok(())
}

/// Takes a tunnel, and says everything back in it.
async fn tunnel(mut request: Request<Incoming>) -> Result<Response<Body>, Failed> {
    let protocol = request.extensions().get::<Protocol>().map(Protocol::as_str);
    if (request.method(), protocol) != (&Method::CONNECT, Some("websocket")) {
        let mut refused = Response::new(full("no tunnel"));
        *refused.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(refused);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let upgraded = upgrade.await?;
        let (mut from, mut to) = tokio::io::split(TokioIo::new(upgraded));
        tokio::io::copy(&mut from, &mut to).await?;
        to.shutdown().await?;
        Ok::<_, Failed>(())
    });
    Ok(Response::new(full("")))
}

pub(crate) async fn a_tunnel_by_extended_connect() -> Outcome {
    let mut sender = connect(serve(tunnel).await?, &client()).await?;
    // The server's settings come first.
    let refused = sender
        .send_request(Request::get("http://a/").body(full(""))?)
        .await?;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let mut request = Request::connect("http://a/chat").body(full(""))?;
    request
        .extensions_mut()
        .insert(Protocol::from_static("websocket"));
    let mut answer = sender.send_request(request).await?;
    assert_eq!(answer.status(), StatusCode::OK);
    let mut tunnel = TokioIo::new(hyper::upgrade::on(&mut answer).await?);
    let said = vec![3; 200_000];
    let (mut from, mut to) = tokio::io::split(&mut tunnel);
    let heard = async {
        let mut heard = vec![0; said.len()];
        from.read_exact(&mut heard).await?;
        let count = from.read(&mut [0; 16]).await?;
        Ok::<_, Failed>((heard, count))
    };
    let say = async {
        to.write_all(&said).await?;
        to.shutdown().await?;
        Ok::<_, Failed>(())
    };
    let ((heard, more), ()) = tokio::try_join!(heard, say)?;
    assert!(heard == said && more == 0);
    Ok(())
}

pub(crate) async fn a_graceful_shutdown_lets_the_running_finish() -> Outcome {
    let (listener, address) = listen().await?;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let begun = std::sync::Mutex::new(Some(begun));
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        let begun = std::sync::Arc::new(begun);
        let service = hyper::service::service_fn(move |_| {
            let begun = begun.lock().ok().and_then(|mut begun| begun.take());
            async move {
                begun.map(|begun| begun.send(()));
                tokio::time::sleep(Duration::from_millis(200)).await;
                Ok::<_, Infallible>(Response::new(full("late")))
            }
        });
        let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let mut connection =
            std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            ended = connection.as_mut() => ended?,
            _ = has_begun => {
                connection.as_mut().graceful_shutdown();
                connection.await?;
            }
        }
        Ok::<_, Failed>(())
    });
    let mut sender = connect(address, &client()).await?;
    let answer = sender
        .send_request(Request::get("http://a/").body(full(""))?)
        .await?;
    assert_eq!(answer.into_body().collect().await?.to_bytes(), "late");
    served.await??;
    let refused = sender
        .send_request(Request::get("http://a/").body(full(""))?)
        .await;
    assert!(refused.is_err(), "no more requests are made");
    Ok(())
}

pub(crate) async fn keep_alive_and_windows_that_grow() -> Outcome {
    let address = serve(echo).await?;
    let mut builder = client();
    builder
        .adaptive_window(true)
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_millis(50))
        .keep_alive_timeout(Duration::from_secs(20))
        .keep_alive_while_idle(true);
    let mut sender = connect(address, &builder).await?;
    for _ in 0..2 {
        let content = vec![1; 8 << 20];
        let request = Request::post("http://a/").body(full(content.clone()))?;
        let answer = sender
            .send_request(request)
            .await?
            .into_body()
            .collect()
            .await?;
        assert_eq!(answer.to_bytes(), content);
        tokio::time::sleep(Duration::from_millis(120)).await;
    }
    Ok(())
}
