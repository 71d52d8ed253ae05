//! A client that is a service of tower, shared by several tasks, which sends what was not sent once
//! more: `cargo run --example tower_client --features tokio,tower`.

use core::future::poll_fn;
use core::net::SocketAddr;
use core::time::Duration;

use http_body_util::{BodyExt, Full};
use tower_service::Service;
use tress_async::http::{Request, Response};
use tress_async::{Bytes, Client, Error, Exchange, HttpClient, Incoming, Server};

/// Anything that makes a call may call a client: it is a service.
async fn call<S>(service: &mut S, request: Request<Full<Bytes>>) -> Result<Bytes, Error>
where
    S: Service<Request<Full<Bytes>>, Response = Response<Incoming>, Error = Error>,
{
    poll_fn(|cx| service.poll_ready(cx)).await?;
    let response = service.call(request).await?;
    Ok(response.into_body().collect().await?.to_bytes())
}

/// Sends a request over a connection that may be gone, or else over another.
async fn send_again(
    client: &mut HttpClient,
    addr: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, Error> {
    match client.try_send(request).await {
        Ok(response) => Ok(response),
        Err(mut error) => {
            println!("{error}");
            let Some(request) = error.take_request() else {
                return Err(error.into_error());
            };
            *client = Client::connect(addr).await?.into();
            client.send(request).await
        }
    }
}

fn post(addr: SocketAddr, content: String) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::from(content));
    *request.method_mut() = tress_async::http::Method::POST;
    let uri = format!("http://{addr}/echo").parse();
    *request.uri_mut() = uri.expect("an address makes a URI");
    request
}

async fn echo(exchange: Exchange) -> Result<(), Error> {
    let content = exchange.body.bytes(1000).await?;
    let response = tress_async::Response::new(200);
    exchange.responder.reply(response, content)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    let server = Server::bind("127.0.0.1:0").await?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = tokio::spawn(server.serve(echo));

    let mut client = HttpClient::new(Client::connect(addr).await?);
    let mut calls = Vec::new();
    for number in 0..5 {
        let mut client = client.clone();
        calls.push(tokio::spawn(async move {
            call(&mut client, post(addr, format!("call {number}"))).await
        }));
    }
    for made in calls {
        println!("{}", String::from_utf8_lossy(&made.await??));
    }

    // A connection that ends takes no more requests, and hands them back.
    client.client().abort();
    let response = send_again(&mut client, addr, post(addr, "once more".to_owned())).await?;
    let content = response.into_body().collect().await?.to_bytes();
    println!("{}", String::from_utf8_lossy(&content));
    drop(client);

    handle.shutdown(Duration::from_secs(1)).await;
    Ok(serving.await??)
}
