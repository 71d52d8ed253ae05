//! Clients of many connections that do little, and wait for the word.

use core::net::SocketAddr;
use std::io::stdin;
use std::net::TcpStream;

use socket2::SockRef;

use super::hold_blocking::OnThreads;
use super::hold_tokio::OnTokio;

/// So many connections of one kind.
pub(super) trait Hold {
    fn connect(&mut self, socket: TcpStream) -> Result<(), String>;

    /// Asks once on each connection, and takes the answers; returns how many came.
    fn ask(&mut self) -> Result<usize, String>;

    /// Begins a download on each connection, of which only the head is taken.
    fn begin(&mut self) -> Result<usize, String>;

    /// Closes all in good order; returns how many tasks and threads of them there are still.
    fn close(self) -> Result<(usize, usize), String>;
}

/// Holds connections, on each of which something is asked; then, at each line that comes, asks again
/// or begins to download. Sockets of those who are to be `reset` close without a FIN.
pub(super) fn hold(
    kind: &str,
    address: SocketAddr,
    count: usize,
    then: &str,
) -> Result<(), String> {
    match kind {
        "blocking" => run(OnThreads::default(), address, count, then),
        _ => run(OnTokio::new()?, address, count, then),
    }
}

fn run(mut all: impl Hold, address: SocketAddr, count: usize, then: &str) -> Result<(), String> {
    for _ in 0..count {
        let socket = TcpStream::connect(address).map_err(|error| error.to_string())?;
        if then == "reset" {
            let linger = SockRef::from(&socket).set_linger(Some(core::time::Duration::ZERO));
            linger.map_err(|error| error.to_string())?;
        }
        all.connect(socket)?;
    }
    say(all.ask()?, (0, 0));
    for _ in stdin().lines() {
        let done = match then {
            "download" => all.begin()?,
            _ => all.ask()?,
        };
        say(done, (0, 0));
    }
    say(0, all.close()?);
    Ok(())
}

fn say(done: usize, (tasks, threads): (usize, usize)) {
    println!("done {done} failed 0 running 0 connections 0 tasks {tasks} threads {threads}");
}
