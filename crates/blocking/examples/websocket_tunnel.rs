//! WebSocket over HTTP/2 by extended CONNECT (RFC 8441): tungstenite over a tunnel, at both ends.
//!
//! With `serve` as its argument it serves until it is stopped, for clients of others.

use core::error::Error;
use core::time::Duration;
use std::{env, thread};

use tress_blocking::proto::{Client as ClientRole, Server as ServerRole};
use tress_blocking::{Client, Config, Exchange, Request, Response, Server, Tunnel};
use tungstenite::protocol::{Role, WebSocket};
use tungstenite::{Error as SocketError, Message};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn main() -> Outcome {
    // Extended CONNECT is something that a server allows; clients wait until it has said so.
    let config = Config::default().allow_extended_connect();
    let server = Server::bind("127.0.0.1:0")?.config(config);
    let (addr, handle) = (server.local_addr(), server.handle());
    println!("listening on {addr}");
    let serving = thread::spawn(move || server.serve(answer));
    if env::args().nth(1).as_deref() != Some("serve") {
        let client = Client::connect(addr)?;
        talk(&client)?;
        client.close()?;
        handle.shutdown(Duration::from_secs(1));
    }
    Ok(serving.join().expect("the server does not panic")?)
}

/// Grants a tunnel to whoever asks for WebSocket.
fn answer(exchange: Exchange) -> Result<(), tress_blocking::Error> {
    if exchange.request.protocol() != Some(b"websocket") {
        return exchange.reply(Response::new(501), "only WebSocket over extended CONNECT\n");
    }
    let tunnel = exchange.tunnel(Response::new(200))?;
    let mut socket = WebSocket::from_raw_socket(tunnel, Role::Server, None);
    let end = loop {
        if let Err(error) = echo(&mut socket) {
            break error;
        }
    };
    match end {
        SocketError::ConnectionClosed => socket.get_mut().finish(),
        error => {
            println!("server: {error}");
            Ok(())
        }
    }
}

/// Sends a message back. Pings and the closing handshake are answered within.
fn echo(socket: &mut WebSocket<Tunnel<ServerRole>>) -> Result<(), SocketError> {
    match socket.read()? {
        message @ (Message::Text(_) | Message::Binary(_)) => socket.send(message),
        _ => socket.flush(),
    }
}

fn talk(client: &Client) -> Outcome {
    let request = Request::extended_connect("websocket", "http", "localhost", "/echo");
    let tunnel = client.tunnel(request)?.into_tunnel();
    let tunnel: Tunnel<ClientRole> = tunnel.map_err(|reply| format!("{:?}", reply.head))?;
    let mut socket = WebSocket::from_raw_socket(tunnel, Role::Client, None);
    for text in ["hello", "and again"] {
        socket.send(Message::text(text))?;
        println!("client: {} comes back", socket.read()?);
    }
    let large = vec![7; 1 << 20];
    socket.send(Message::binary(large.clone()))?;
    let same = socket.read()?.into_data() == large;
    println!(
        "client: 1 MiB comes back, {}",
        if same { "whole" } else { "changed" }
    );
    socket.close(None)?;
    loop {
        match socket.read() {
            Ok(_) => {}
            Err(SocketError::ConnectionClosed) => break println!("client: closed"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
