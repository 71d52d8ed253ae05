//! A listener whose connections go on to a server, over a link of their own.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;
use std::io;
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::thread;

use socket2::{Domain, Protocol, Socket, Type};

use crate::announce::announce;
use crate::exit::{Failure, Result};
use crate::rate::{Rate, Size};
use crate::shaper::{self, Outage, Schedule, Shape, Stage, WAITING};
use crate::talk::{STRONG, say};

/// How long an address of the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The octets of a segment, where buffers are small.
#[cfg(unix)]
const SEGMENT: u32 = 1448;
/// How many connections may wait to be accepted.
const BACKLOG: i32 = 1024;
/// How long to wait when the system has no more sockets to give.
const PAUSE: Duration = Duration::from_millis(100);

/// What a link does to what goes over it, as people say it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shaping {
    pub(crate) rate: Option<Rate>,
    pub(crate) down_rate: Option<Rate>,
    pub(crate) up_rate: Option<Rate>,
    pub(crate) delay: Duration,
    pub(crate) buffer: Option<Size>,
    pub(crate) outages: Vec<Outage>,
}

impl Shaping {
    /// What the link does to each direction: towards the server, and towards the client.
    pub(crate) fn shapes(&self) -> [Shape; 2] {
        [self.shape(self.up_rate), self.shape(self.down_rate)]
    }

    fn shape(&self, rate: Option<Rate>) -> Shape {
        Shape {
            schedule: Schedule::new(rate.or(self.rate), &self.outages),
            delay: self.delay,
            waiting: self.buffer.map_or(WAITING, |Size(octets)| octets.get()),
        }
    }

    /// Says on stdout where it is, whither it leads and what it does; `doing` is what the tool does, and a
    /// schema asks for an object.
    pub(crate) fn announce(
        &self,
        doing: &str,
        address: SocketAddr,
        upstream: &str,
        schema: Option<&str>,
    ) -> Result<()> {
        let (strong, about) = (STRONG, self.about());
        if let Some(schema) = schema {
            let object = serde_json::json!({
                "schema": schema,
                "type": doing,
                "address": address.to_string(),
                "upstream": upstream,
                "about": about,
            });
            return announce(format_args!("{object}\n"));
        }
        announce(format_args!(
            "{doing} {strong}{address}{strong:#} to {upstream} ({about}; Ctrl-C ends it)\n"
        ))
    }

    /// What it does, as in `48 KiB/s down, any rate up, 20ms each way`.
    fn about(&self) -> String {
        let rate = |rate: Option<Rate>| match rate.or(self.rate) {
            Some(rate) => alloc::format!("{rate}"),
            None => "any rate".into(),
        };
        let (down, up) = (rate(self.down_rate), rate(self.up_rate));
        let delay = humantime::format_duration(self.delay);
        alloc::format!("{down} down, {up} up, {delay} each way")
    }
}

/// What every connection needs.
#[derive(Debug)]
pub(crate) struct Relaying {
    upstream: Vec<SocketAddr>,
    up: Shape,
    down: Shape,
    buffer: Option<Size>,
}

impl Relaying {
    /// Connections go on to one of these addresses.
    pub(crate) fn new(upstream: Vec<SocketAddr>, shaping: &Shaping) -> Self {
        let [up, down] = shaping.shapes();
        Self {
            upstream,
            up,
            down,
            buffer: shaping.buffer,
        }
    }

    /// Relays what is accepted, through a stage of its own; does not return.
    pub(crate) fn run(
        self,
        listener: &TcpListener,
        mut stage: impl FnMut(SocketAddr) -> Option<Box<dyn Stage>>,
    ) -> ! {
        let relaying = Arc::new(self);
        loop {
            match listener.accept() {
                Ok((client, peer)) => {
                    let (relaying, stage) = (Arc::clone(&relaying), stage(peer));
                    thread::spawn(move || relaying.relay(&client, peer, stage));
                }
                Err(error) => {
                    say(format_args!("a connection could not be accepted: {error}"));
                    thread::sleep(PAUSE);
                }
            }
        }
    }

    /// Relays one connection to its end.
    fn relay(&self, client: &TcpStream, peer: SocketAddr, stage: Option<Box<dyn Stage>>) {
        let done = self.connect().and_then(|server| {
            shaper::relay(client, &server, self.up.clone(), self.down.clone(), stage)
        });
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

/// Listens, with buffers as large as was asked for.
pub(crate) fn listen(place: &str, buffer: Option<Size>) -> Result<(TcpListener, SocketAddr)> {
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

/// The addresses of a server.
pub(crate) fn resolve(upstream: &str) -> Result<Vec<SocketAddr>> {
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
