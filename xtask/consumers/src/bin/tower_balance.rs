//! Several servers under a balancer of tower's, which takes the one of two at random that has less to do. It
//! chooses itself, so that each endpoint is an `HttpClient`, one connection, and no pool:
//! `cargo run --bin tower_balance`, in `xtask/consumers`.

use core::time::Duration;

use http_body_util::{BodyExt, Full};
use tower::balance::p2c::Balance;
use tower::discover::ServiceList;
use tower::load::{CompleteOnResponse, PendingRequestsDiscover};
use tower::{Service, ServiceExt};
use tress_async::http::Request;
use tress_async::{Bytes, Client, Exchange, HttpClient, Response, Server};

/// How many servers there are, and how many requests they share.
const SERVERS: usize = 3;
const REQUESTS: usize = 12;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error + Send + Sync>> {
    let (mut servers, mut clients) = (Vec::new(), Vec::new());
    for number in 0..SERVERS {
        let server = Server::bind("127.0.0.1:0").await?;
        let (addr, handle) = (server.local_addr(), server.handle());
        let answer = move |exchange: Exchange| async move {
            exchange.reply(Response::new(200), format!("server {number}"))
        };
        servers.push((handle, tokio::spawn(server.serve(answer))));
        clients.push(HttpClient::new(Client::connect(addr).await?));
    }

    // How much each has to do is how many of its requests have no response yet.
    let endpoints = ServiceList::new::<Request<Full<Bytes>>>(clients);
    let weighed = PendingRequestsDiscover::new::<Request<Full<Bytes>>>(
        endpoints,
        CompleteOnResponse::default(),
    );
    let mut balance = Balance::new(weighed);

    let mut calls = Vec::new();
    for _ in 0..REQUESTS {
        let request = Request::get("http://servers/").body(Full::<Bytes>::default())?;
        calls.push(tokio::spawn(balance.ready().await?.call(request)));
    }
    for call in calls {
        let content = call.await??.into_body().collect().await?.to_bytes();
        println!("{}", String::from_utf8_lossy(&content));
    }
    drop(balance);

    for (handle, serving) in servers {
        handle.shutdown(Duration::from_secs(1)).await;
        serving.await??;
    }
    Ok(())
}
