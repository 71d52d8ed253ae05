//! Our client on threads.

use std::net::{SocketAddr, TcpStream};

use tress_blocking::{Client, Request};
use tress_proto::Connection;

use super::{Direction, counted};
use crate::sockets::servers::{config, pieces};
use crate::sockets::{Outcome, Windows};

pub(super) fn transfer(
    direction: Direction,
    server: SocketAddr,
    windows: Windows,
) -> Outcome<usize> {
    let stream = TcpStream::connect(server)?;
    let client = Client::new(Connection::new(config(windows)?), stream)?;
    let octets = match direction {
        Direction::Download => download(&client)?,
        Direction::Upload => upload(&client)?,
    };
    client.close()?;
    Ok(octets)
}

fn download(client: &Client) -> Outcome<usize> {
    let mut reply = client.fetch(Request::get("http", "localhost", "/large"))?;
    let mut octets = 0;
    while let Some(data) = reply.body.data()? {
        octets += data.len();
    }
    Ok(octets)
}

fn upload(client: &Client) -> Outcome<usize> {
    let (mut body, pending) = client.send(Request::post("http", "localhost", "/"))?;
    let (piece, count) = pieces();
    for _ in 0..count {
        body.send(piece.clone())?;
    }
    body.finish()?;
    counted(&pending.wait()?.body.bytes(100)?)
}
