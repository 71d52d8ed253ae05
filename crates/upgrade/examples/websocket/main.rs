//! A WebSocket under the drivers of HTTP/2, alone and beside HTTP/2 on one port.

mod echo;
mod handshake;

use core::time::Duration;
use std::net::{TcpListener, TcpStream};
use std::thread;

use tress_async::compat::tokio::TokioIo;
use tress_upgrade::proto::runtime::Upgradable;
use tress_upgrade::proto::{Bytes, Config, Response};
use tress_upgrade::{Fallback, RequestHead, Server};
use tungstenite::Message;

use crate::echo::Echo;
use crate::handshake::Handshake;

type Outcome<T = ()> = Result<T, Box<dyn core::error::Error + Send + Sync>>;

/// A WebSocket: first the handshake, then the echo.
type WebSocket = Upgradable<Handshake, Echo>;

fn websocket() -> WebSocket {
    Upgradable::Before(Handshake::default())
}

fn main() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();

    let client = thread::spawn(move || chat(port));
    blocking::drive(&mut websocket(), &mut accept(&listener)?)?;
    println!(
        "on threads: {}",
        client.join().map_err(|_| "the client panicked")??
    );

    let client = thread::spawn(move || chat(port));
    let stream = accept(&listener)?;
    let executor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    executor.block_on(async {
        stream.set_nonblocking(true)?;
        let stream = tokio::net::TcpStream::from_std(stream)?;
        tress_async::drive(websocket(), TokioIo(stream)).await
    })?;
    println!(
        "on tokio: {}",
        client.join().map_err(|_| "the client panicked")??
    );

    let client = thread::spawn(move || chat(port));
    let mut server = Server::cleartext(Config::default()).fallback(Chat);
    blocking::drive(&mut server, &mut accept(&listener)?)?;
    println!(
        "beside HTTP/2: {}",
        client.join().map_err(|_| "the client panicked")??
    );
    Ok(())
}

fn accept(listener: &TcpListener) -> Outcome<TcpStream> {
    let (stream, _) = listener.accept()?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok(stream)
}

/// Hands connections that ask for a WebSocket over, where HTTP/2 is at home.
struct Chat;

impl Fallback for Chat {
    type Machine = WebSocket;

    fn take_over(&mut self, head: &RequestHead) -> Option<WebSocket> {
        head.lists("upgrade", "websocket").then(websocket)
    }

    fn answer(&mut self, _: &RequestHead, _: Bytes) -> (Response, Bytes) {
        (Response::new(404), Bytes::new())
    }
}

/// Says a few things of all lengths as a client, hears them again, and hangs up.
fn chat(port: u16) -> Outcome<String> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let (mut socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}/chat"), stream)
        .map_err(|error| error.to_string())?;
    let mut octets = 0;
    for len in [0, 1, 125, 126, 16_000] {
        let text = "x".repeat(len);
        socket.send(Message::text(text.clone()))?;
        if socket.read()?.into_text()?.as_str() != text {
            return Err("the echo says something else".into());
        }
        octets += len;
    }
    socket.close(None)?;
    while socket.read().is_ok() {}
    Ok(format!("{octets} octets were echoed"))
}
