//! WebSocket over HTTP/2 by extended CONNECT (RFC 8441): tungstenite over a tunnel, at both ends.
//!
//! With `serve` as its argument it serves until it is stopped, for clients of others; with `talk` and
//! an address it is a client of others' servers.

use core::error::Error;
use core::time::Duration;
use std::net::ToSocketAddrs;
use std::{env, thread};

use tress_blocking::proto::{Client as ClientRole, Server as ServerRole};
use tress_blocking::{Client, Config, Exchange, Request, Response, Server, Tunnel};
use tungstenite::protocol::{Role, WebSocket};
use tungstenite::{Error as SocketError, Message};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => both(),
        ["serve"] => {
            let server = bind()?;
            Ok(server.serve(answer)?)
        }
        ["talk", addr] => visit(addr),
        _ => Err("arguments: none, `serve`, or `talk ADDR`".into()),
    }
}

/// Talks to a server of this process.
fn both() -> Outcome {
    let server = bind()?;
    let (addr, handle) = (server.local_addr(), server.handle());
    let serving = thread::spawn(move || server.serve(answer));
    visit(addr)?;
    handle.shutdown(Duration::from_secs(1));
    Ok(serving.join().expect("the server does not panic")?)
}

fn bind() -> Result<Server, tress_blocking::Error> {
    // Extended CONNECT is something that a server allows; clients wait until it has said so.
    let config = Config::default().allow_extended_connect();
    let server = Server::bind("127.0.0.1:0")?.config(config);
    println!("listening on {}", server.local_addr());
    Ok(server)
}

fn visit(addr: impl ToSocketAddrs) -> Outcome {
    let client = Client::connect(addr)?;
    talk(&client)?;
    Ok(client.close()?)
}

/// Accepts a tunnel to whoever asks for WebSocket.
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
    if socket.read()?.into_data() != large {
        return Err("1 MiB comes back changed".into());
    }
    println!("client: 1 MiB comes back, whole");
    socket.close(None)?;
    loop {
        match socket.read() {
            Ok(_) => {}
            Err(SocketError::ConnectionClosed) => break,
            Err(error) => return Err(error.into()),
        }
    }
    // RFC 8441 §5: what ends a TCP connection in good order ends a stream.
    socket.get_mut().finish()?;
    println!("client: closed");
    Ok(())
}
