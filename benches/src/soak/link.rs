//! A slow link: what goes to the client is held to a rate, and little of it waits on the way.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{Read, Write, stdin};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use socket2::{Domain, Socket, Type};

use super::plan::SLOW_LINK;

/// What the sockets of the link hold, in octets, each way.
const BUFFER: usize = 32 * 1024;

/// How many octets go on at a time: a packet's.
const PACKET: usize = 1448;

/// Relays connections until its input ends.
pub(super) fn link(server: SocketAddr) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    println!(
        "{}",
        listener.local_addr().map_err(|error| error.to_string())?
    );
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // Clients say so themselves if nobody is there.
            let _ = relay(client, server);
        }
    });
    for line in stdin().lines() {
        line.map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn relay(client: TcpStream, server: SocketAddr) -> std::io::Result<()> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.set_recv_buffer_size(BUFFER)?;
    socket.connect(&server.into())?;
    let server = TcpStream::from(socket);
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (up, down) = ((client.try_clone()?, server.try_clone()?), (server, client));
    thread::spawn(move || pass(up.0, up.1, None));
    thread::spawn(move || pass(down.0, down.1, Some(SLOW_LINK)));
    Ok(())
}

/// Passes on what comes, and its end.
fn pass(mut from: TcpStream, mut to: TcpStream, rate: Option<u32>) {
    let mut packet = [0; PACKET];
    loop {
        match from.read(&mut packet) {
            Ok(0) => break drop(to.shutdown(Shutdown::Write)),
            Ok(len) if to.write_all(&packet[..len]).is_ok() => {
                let pause = |rate| Duration::from_secs(1) * len as u32 / rate;
                thread::sleep(rate.map_or(Duration::ZERO, pause));
            }
            // One end is gone, and so is the connection.
            _ => {
                let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
                break;
            }
        }
    }
}
