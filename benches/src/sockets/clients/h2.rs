//! A client on the crate `h2`.

use std::net::SocketAddr;

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use http::Request;
use tokio::net::TcpStream;

use super::{Direction, counted};
use crate::sockets::servers::h2::{send, take};
use crate::sockets::servers::pieces;
use crate::sockets::{Outcome, WINDOW, Windows};

pub(super) async fn transfer(
    direction: Direction,
    server: SocketAddr,
    windows: Windows,
) -> Outcome<usize> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let mut builder = Builder::new();
    if windows == Windows::Large {
        builder.initial_window_size(WINDOW);
        builder.initial_connection_window_size(WINDOW);
    }
    let (client, connection) = builder.handshake::<_, Bytes>(stream).await?;
    tokio::spawn(connection);
    match direction {
        Direction::Download => download(client).await,
        Direction::Upload => upload(client).await,
    }
}

async fn download(client: SendRequest<Bytes>) -> Outcome<usize> {
    let mut client = client.ready().await?;
    let request = Request::get("http://localhost/large").body(())?;
    let (response, _) = client.send_request(request, true)?;
    Ok(take(response.await?.into_body()).await?)
}

async fn upload(client: SendRequest<Bytes>) -> Outcome<usize> {
    let mut client = client.ready().await?;
    let request = Request::post("http://localhost/").body(())?;
    let (response, mut stream) = client.send_request(request, false)?;
    let (piece, count) = pieces();
    for _ in 0..count {
        send(&mut stream, piece.clone()).await?;
    }
    stream.send_data(Bytes::new(), true)?;
    let mut body = response.await?.into_body();
    let answer = body.data().await.ok_or("there is no answer")??;
    counted(&answer)
}
