//! A gateway between a client and a server, all three in one process: it streams both ways, and
//! whoever is slow slows down only whom it concerns: `cargo run --example reverse_proxy --features
//! tokio`.

extern crate alloc;

mod proxy;
mod upstream;

use alloc::sync::Arc;
use core::time::Duration;

use tress_async::{Bytes, Client, Error, ErrorCode, Request, Server, ServerHandle, Trailers};

use self::proxy::Proxy;
use self::upstream::{OCTET, PIECE, Tally};

/// How much goes there and back, in octets.
const AMOUNT: usize = 10 * 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let tally = Arc::new(Tally::default());
    let server = Server::bind("127.0.0.1:0").await?;
    let (addr, upstream) = (server.local_addr(), server.handle());
    let counts = Arc::clone(&tally);
    tokio::spawn(server.serve(move |exchange| upstream::serve(exchange, Arc::clone(&counts))));

    let server = Server::bind("127.0.0.1:0").await?;
    let (gate, gateway) = (server.local_addr(), server.handle());
    let proxy = Arc::new(Proxy::new(move || Client::connect(addr)));
    tokio::spawn(server.serve(move |exchange| {
        let proxy = Arc::clone(&proxy);
        async move { proxy.pass(exchange).await }
    }));

    let client = Client::connect(gate).await?;
    echo(&client).await?;
    read_slowly(&client, &tally).await?;
    cancel(&client, &tally).await?;
    assert_eq!(upstream.connections(), 1, "all share one connection");
    client.close().await?;
    end(gateway).await;
    end(upstream).await;
    Ok(())
}

async fn end(server: ServerHandle) {
    server.shutdown(Duration::from_secs(1)).await;
}

fn post(path: &str) -> Request {
    Request::post("http", "localhost", path)
}

/// Sends 10 MiB and trailers while they come back.
async fn echo(client: &Client) -> Result<(), Error> {
    let (mut content, pending) = client
        .send(post("/echo").sensitive_field("authorization", "x"))
        .await?;
    let sending = async {
        for _ in 0..AMOUNT / PIECE.len() {
            content.send(PIECE).await?;
        }
        content.finish_with_trailers(Trailers::new().field("checksum", "of the client"))
    };
    let receiving = async {
        let mut reply = pending.await?;
        let mut count = 0;
        while let Some(data) = reply.body.data().await? {
            assert!(data.iter().all(|&octet| octet == OCTET));
            count += data.len();
        }
        Ok::<_, Error>((reply.head, count, reply.body.trailers()))
    };
    let ((), (head, count, trailers)) = tokio::try_join!(sending, receiving)?;
    let trailers = trailers.unwrap_or_default();
    assert_eq!(count, AMOUNT);
    assert_eq!(
        trailers.field_value("checksum"),
        Some(&b"of the client"[..])
    );
    assert_eq!(head.field_value("was-marked"), Some(&b"authorization"[..]));
    println!(
        "echo: {} with {count} octets and {trailers:?}",
        head.status()
    );
    Ok(())
}

/// Asks for 10 MiB, and takes nothing for a while.
async fn read_slowly(client: &Client, tally: &Tally) -> Result<(), Error> {
    let mut reply = client
        .fetch(Request::get("http", "localhost", "/stream"))
        .await?;
    let held = tally.at_rest().await;
    assert!(held < AMOUNT, "the sender waits for the reader");
    println!("slow reader: the server stops after {held} of {AMOUNT} octets");
    let mut count = 0;
    while let Some(data) = reply.body.data().await? {
        count += data.len();
    }
    assert_eq!(count, AMOUNT);
    println!("slow reader: all {count} octets come");
    Ok(())
}

/// Gives an answer up in its middle.
async fn cancel(client: &Client, tally: &Tally) -> Result<(), Error> {
    let mut reply = client
        .fetch(Request::get("http", "localhost", "/stream"))
        .await?;
    let first: Option<Bytes> = reply.body.data().await?;
    drop(reply);
    let code = tally.failure().await;
    assert_eq!(code, Some(ErrorCode::CANCEL));
    println!(
        "cancel: after {} octets, which the server hears as {code:?}",
        first.unwrap_or_default().len()
    );
    Ok(())
}
