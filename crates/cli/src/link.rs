//! `tress link`: a relay that is as slow as a link.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::process;
use std::thread;

use socket2::{Domain, Protocol, Socket, Type};

use crate::args;
use crate::exit::{Failure, Result, on_ctrl_c};
use crate::rate::{Rate, Size};
use crate::shaper::{self, Schedule, Shape, WAITING};
use crate::talk::{self, say};

/// How long an address of the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The octets of a segment, where buffers are small.
#[cfg(unix)]
const SEGMENT: u32 = 1448;
/// How many connections may wait to be accepted.
const BACKLOG: i32 = 1024;
/// How long to wait when the system has no more sockets to give.
const PAUSE: Duration = Duration::from_millis(100);

/// What every connection needs.
#[derive(Debug)]
struct Way {
    upstream: Vec<SocketAddr>,
    up: Shape,
    down: Shape,
    buffer: Option<Size>,
}

/// Relays until Ctrl-C.
pub(crate) fn run(args: &args::Link) -> Result<()> {
    let upstream = resolve(&args.upstream)?;
    let (listener, address) = listen(&args.listen, args.buffer)?;
    let shape = |rate: Option<Rate>| Shape {
        schedule: Schedule::new(rate.or(args.rate), &args.outage),
        delay: args.delay,
        waiting: args.buffer.map_or(WAITING, |Size(octets)| octets.get()),
    };
    let way = Arc::new(Way {
        upstream,
        up: shape(args.up_rate),
        down: shape(args.down_rate),
        buffer: args.buffer,
    });
    on_ctrl_c(|| process::exit(0))?;
    announce(args, address)?;
    loop {
        match listener.accept() {
            Ok((client, peer)) => {
                let way = Arc::clone(&way);
                thread::spawn(move || way.relay(&client, peer));
            }
            Err(error) => {
                say(format_args!("a connection could not be accepted: {error}"));
                thread::sleep(PAUSE);
            }
        }
    }
}

impl Way {
    /// Relays one connection to its end.
    fn relay(&self, client: &TcpStream, peer: SocketAddr) {
        let done = self
            .connect()
            .and_then(|server| shaper::relay(client, &server, self.up.clone(), self.down.clone()));
        if let Err(error) = done {
            say(format_args!("{peer}: {error}"));
            // Nobody is there for it, which it may know at once.
            let _ = socket2::SockRef::from(client).set_linger(Some(Duration::ZERO));
        }
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let mut failed = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in &self.upstream {
            let socket = socket(*address, self.buffer)?;
            match socket.connect_timeout(&(*address).into(), PATIENCE) {
                Ok(()) => return Ok(socket.into()),
                Err(error) => {
                    failed = io::Error::new(
                        error.kind(),
                        alloc::format!("cannot connect to {address}: {error}"),
                    );
                }
            }
        }
        Err(failed)
    }
}

/// A socket whose buffers are as large as was asked for, which has to be said before it is used.
fn socket(address: SocketAddr, buffer: Option<Size>) -> io::Result<Socket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if let Some(Size(octets)) = buffer {
        socket.set_recv_buffer_size(octets.get())?;
        socket.set_send_buffer_size(octets.get())?;
        // On loopback a segment may be larger than these buffers, which no link has.
        #[cfg(unix)]
        socket.set_tcp_mss(SEGMENT)?;
    }
    Ok(socket)
}

fn listen(place: &str, buffer: Option<Size>) -> Result<(TcpListener, SocketAddr)> {
    let bind = || {
        let address = first(place)?;
        let socket = socket(address, buffer)?;
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        let listener = TcpListener::from(socket);
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bind().map_err(|error: io::Error| {
        Failure::usage(format_args!("cannot listen on {place}: {error}"))
            .hint("give HOST:PORT, such as 127.0.0.1:0 for any port that is free")
    })
}

fn first(place: &str) -> io::Result<SocketAddr> {
    let none = || io::Error::from(io::ErrorKind::AddrNotAvailable);
    place.to_socket_addrs()?.next().ok_or_else(none)
}

fn resolve(upstream: &str) -> Result<Vec<SocketAddr>> {
    let hint = "give HOST:PORT of the server, such as 127.0.0.1:8080";
    let found = upstream.to_socket_addrs().map_err(|error| {
        let what = format_args!("cannot relay to {upstream}: {error}");
        // What is no address at all is none of the network's fault.
        match error.kind() {
            io::ErrorKind::InvalidInput => Failure::usage(what).hint(hint),
            _ => Failure::connect(what).hint(hint),
        }
    })?;
    Ok(found.collect())
}

/// Says where we are; called when everything is in place.
fn announce(args: &args::Link, address: SocketAddr) -> Result<()> {
    let rate = |rate: Option<Rate>| match rate.or(args.rate) {
        Some(rate) => alloc::format!("{rate}"),
        None => "any rate".into(),
    };
    let (down, up) = (rate(args.down_rate), rate(args.up_rate));
    let delay = humantime::format_duration(args.delay);
    let strong = talk::STRONG;
    let mut stdout = anstream::stdout().lock();
    let line = writeln!(
        stdout,
        "linking {strong}{address}{strong:#} to {} ({down} down, {up} up, {delay} each way; Ctrl-C ends it)",
        args.upstream
    );
    match line.and_then(|()| stdout.flush()) {
        // Whoever started us may not care where we are.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::write("stdout", &error))
        }
        _ => Ok(()),
    }
}
