//! `tress demo`: a server and a client in one process, over a real loopback socket, and what an
//! observer saw of their connection.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::Ipv4Addr;
use core::time::Duration;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use blocking::proto::{self, Config, Connection, Request, Response, Side};
use blocking::{Client, Error, Exchange, Pending, Server};

use crate::args;
use crate::exit::{Failure, Result};
use crate::record::{Observers, Recording};

mod json;
mod resources;
mod socket;
mod summary;
mod tally;

pub use self::socket::Octets;
pub use self::tally::Direction;

use self::resources::{Page, pages};
use self::socket::Counted;
use self::tally::{Observer, Tally};

/// How long running streams may go on when all is done; none should.
const GRACE: Duration = Duration::from_secs(2);

/// What was seen of one connection. `Display` is a page for people, 100 columns at most.
#[derive(Debug)]
pub struct Report {
    tally: Tally,
    at_socket: Octets,
    took: Duration,
    ping: Duration,
}

impl Report {
    /// The octets of all frames and of the preface, as an observer of the client saw them.
    #[must_use]
    pub fn observed(&self) -> Octets {
        self.tally.octets()
    }

    /// The octets that went through the client's socket.
    #[must_use]
    pub const fn at_socket(&self) -> Octets {
        self.at_socket
    }

    /// The number of streams.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.tally.streams().count()
    }

    /// The number of frames of a type, by its name, such as `DATA`.
    #[must_use]
    pub fn frames(&self, name: &str, direction: Direction) -> u64 {
        self.tally.frames(name, direction)
    }

    /// The octets of content that the client received.
    #[must_use]
    pub fn content(&self) -> u64 {
        self.tally.streams().map(|stream| stream.content).sum()
    }
}

/// Runs the demonstration and prints what was seen.
pub(crate) fn show(args: &args::Demo) -> Result<()> {
    let recording = Recording::new(None, args.timeline.as_deref())?;
    let report = run_recorded(&recording).map_err(|error| {
        Failure::transfer(format_args!("the demonstration failed: {error:#}"))
            .hint("it needs a loopback address, 127.0.0.1, and a free port there")
    })?;
    let mut stdout = anstream::stdout().lock();
    let written = match args.json {
        true => stdout.write_all(json::lines(&report).as_bytes()),
        false => write!(stdout, "{report}"),
    };
    written
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::write("stdout", &error))?;
    recording.finish()
}

/// Fetches twenty resources over one connection, from a server in this process.
///
/// # Errors
///
/// The transport's, or what a stream or the connection failed with.
pub fn run() -> core::result::Result<Report, Box<dyn core::error::Error + Send + Sync>> {
    run_recorded(&Recording::default())
}

fn run_recorded(
    recording: &Recording,
) -> core::result::Result<Report, Box<dyn core::error::Error + Send + Sync>> {
    let pages = pages();
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0))?;
    let (address, handle) = (server.local_addr(), server.handle());
    let served = pages.clone();
    let serving = thread::spawn(move || server.serve_inline(move |asked| answer(&served, asked)));
    let socket = TcpStream::connect(address)?;
    socket.set_nodelay(true)?;
    let report = fetch_all(&pages, socket, recording);
    handle.shutdown(GRACE);
    serving
        .join()
        .map_err(|_| "the server panicked, as said above")??;
    Ok(report?)
}

fn answer(pages: &[Page], asked: Exchange) -> core::result::Result<(), Error> {
    let path = asked.request.path().unwrap_or_default();
    let page = pages
        .iter()
        .find(|page| page.resource.path.as_bytes() == path);
    match page {
        Some(page) => asked.reply(page.resource.head(), page.content.clone()),
        None => asked.reply(Response::new(404), ""),
    }
}

fn fetch_all(
    pages: &[Page],
    socket: TcpStream,
    recording: &Recording,
) -> core::result::Result<Report, Error> {
    let tally = Arc::new(Mutex::new(Tally::new()));
    let (socket, counter) = Counted::new(socket);
    let start = Instant::now();
    let client = Client::new(connection(&tally, recording), socket)?;
    let mut pending = Vec::with_capacity(pages.len());
    for page in pages {
        let request = Request::get("http", "demo.test", page.resource.path);
        pending.push((page, client.send_whole(request, "")?));
    }
    take_all(pending)?;
    let took = start.elapsed();
    // When it is answered, nothing is on its way any more: what was seen can be compared.
    let ping = client.ping()?;
    let tally = core::mem::take(&mut *tally.lock().unwrap_or_else(PoisonError::into_inner));
    let at_socket = counter.octets();
    client.close()?;
    Ok(Report {
        tally,
        at_socket,
        took,
        ping,
    })
}

/// A connection that is observed.
fn connection(tally: &Arc<Mutex<Tally>>, recording: &Recording) -> Connection<proto::Client> {
    let mut connection = Connection::new(Config::default());
    let mut observers = recording.observers(Side::Client, "demo");
    observers.push(Box::new(Observer(Arc::clone(tally))));
    connection.observe(Box::new(Observers(observers)));
    connection
}

/// Takes all answers at the same time.
fn take_all(pending: Vec<(&Page, Pending)>) -> core::result::Result<(), Error> {
    thread::scope(|scope| {
        let takers: Vec<_> = pending
            .into_iter()
            .map(|(page, answer)| scope.spawn(move || take(page, answer)))
            .collect();
        takers.into_iter().try_for_each(|taker| {
            taker
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a taker panicked").into()))
        })
    })
}

/// Takes an answer, which must be what the resource is.
fn take(page: &Page, pending: Pending) -> core::result::Result<(), Error> {
    let content = pending.wait()?.body.bytes(page.content.len())?;
    if content == page.content {
        return Ok(());
    }
    let path = page.resource.path;
    let text = alloc::format!("{path} arrived with other content than it was sent with");
    Err(io::Error::other(text).into())
}
