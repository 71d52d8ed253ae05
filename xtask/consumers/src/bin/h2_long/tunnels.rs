//! Tunnels by extended CONNECT, through hyper's upgrade, beside ordinary requests on one connection.

use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::client::conn::http2::Builder;
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tress_consumers::{Body, Failed, Sender, connect, full, serve};

use crate::Outcome;
use crate::site;

const TUNNELS: usize = 50;

/// Takes a tunnel, and says everything back in it.
async fn echo(mut request: Request<Incoming>) -> Result<Response<Body>, Failed> {
    if request.method() != Method::CONNECT {
        return Ok(Response::new(full("no tunnel")));
    }
    assert!(request.extensions().get::<Protocol>().is_some());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let (mut from, mut to) = tokio::io::split(TokioIo::new(upgrade.await?));
        tokio::io::copy(&mut from, &mut to).await?;
        to.shutdown().await?;
        Ok::<_, Failed>(())
    });
    Ok(Response::new(full("")))
}

async fn through(mut sender: Sender, number: usize) -> Result<(), Failed> {
    let mut request = Request::connect("http://a/chat").body(full(""))?;
    let websocket = Protocol::from_static("websocket");
    request.extensions_mut().insert(websocket);
    let mut answer = sender.send_request(request).await?;
    assert_eq!(answer.status(), StatusCode::OK);
    let tunnel = TokioIo::new(hyper::upgrade::on(&mut answer).await?);
    let (mut from, mut to) = tokio::io::split(tunnel);
    let said = site::content(20_000 * number);
    let say = async {
        to.write_all(&said).await?;
        to.shutdown().await?;
        Ok::<_, Failed>(())
    };
    let hear = async {
        let mut heard = Vec::new();
        from.read_to_end(&mut heard).await?;
        Ok::<_, Failed>(heard)
    };
    let ((), heard) = tokio::try_join!(say, hear)?;
    assert!(heard == said, "{} of {} octets", heard.len(), said.len());
    Ok(())
}

pub(crate) async fn by_extended_connect() -> Outcome {
    let address = serve(echo).await?;
    let mut sender = connect(address, &Builder::new(TokioExecutor::new())).await?;
    // The server's settings come first.
    sender
        .send_request(Request::get("http://a/").body(full(""))?)
        .await?;
    let tunnels: Vec<_> = (0..TUNNELS)
        .map(|number| tokio::spawn(through(sender.clone(), number)))
        .collect();
    for _ in 0..100 {
        let answer = sender
            .send_request(Request::get("http://a/").body(full(""))?)
            .await?;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    for tunnel in tunnels {
        tunnel.await??;
    }
    Ok(format!(
        "{TUNNELS} at once, up to 980,000 octets each way, 100 requests beside them"
    ))
}
