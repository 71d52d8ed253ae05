//! Our client on tokio.

use std::net::SocketAddr;

use tokio::net::TcpStream;
use tress_async::{Client, Request};
use tress_proto::Connection;

use super::{Direction, counted};
use crate::sockets::servers::{config, pieces};
use crate::sockets::{Outcome, Windows};

pub(super) async fn transfer(
    direction: Direction,
    server: SocketAddr,
    windows: Windows,
) -> Outcome<usize> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let client = Client::spawn(Connection::new(config(windows)?), stream);
    let octets = match direction {
        Direction::Download => download(&client).await?,
        Direction::Upload => upload(&client).await?,
    };
    client.close().await?;
    Ok(octets)
}

async fn download(client: &Client) -> Outcome<usize> {
    let mut reply = client
        .fetch(Request::get("http", "localhost", "/large"))
        .await?;
    let mut octets = 0;
    while let Some(data) = reply.body.data().await? {
        octets += data.len();
    }
    Ok(octets)
}

async fn upload(client: &Client) -> Outcome<usize> {
    let request = Request::post("http", "localhost", "/");
    let (mut body, pending) = client.send(request).await?;
    let (piece, count) = pieces();
    for _ in 0..count {
        body.send(piece.clone()).await?;
    }
    body.finish()?;
    counted(&pending.await?.body.bytes(100).await?)
}
