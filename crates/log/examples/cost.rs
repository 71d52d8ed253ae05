//! What a log costs: the same requests with a log of both ends, and without.
//!
//! Prints the octets of the log. For instructions, run it under callgrind with `on`, `off`, `file` (a log that many
//! connections share, by the clock of the system) or `none` (all but the requests) and a number of requests.

extern crate alloc;

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::env;
use std::io::{self, Write};

use tress_log::proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_log::proto::{
    Bytes, Client, Config, Connection, Event, Part, Request, Response, Role, Server, Side,
};
use tress_log::{LogFile, Recorder};

type Failure = Box<dyn core::error::Error>;

/// Observes a connection; the octets of its log are counted, and dropped.
fn observe<R: Role>(connection: &mut Connection<R>, side: Side, count: &Arc<AtomicU64>) {
    let count = Arc::clone(count);
    let sink = move |octets: &[u8]| {
        count.fetch_add(octets.len() as u64, Ordering::Relaxed);
        true
    };
    // Time goes on between any two lines, as it does.
    let mut now = Duration::from_millis(123_456);
    let clock = move || {
        now += Duration::from_nanos(7_919);
        now
    };
    let recorder = Recorder::new(1, side, "cost", sink, clock);
    connection.observe(Box::new(recorder.limit(u64::MAX)));
}

/// A file whose octets are counted, and dropped.
struct Counted(Arc<AtomicU64>);

impl Write for Counted {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.fetch_add(octets.len() as u64, Ordering::Relaxed);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Moves what one machine has to say to the other.
fn carry(from: &mut impl Runtime, to: &mut impl Runtime) -> bool {
    let WriteOperation::Write(chunks) = from.next_write_operation() else {
        return false;
    };
    let octets = chunks.as_slices().concat();
    from.report_write_result(WriteResult::Ok(octets.len()));
    let consumed = to.read(&octets);
    assert_eq!(consumed, octets.len(), "frames are whole");
    true
}

/// One request, and its answer of 512 octets.
fn exchange(
    client: &mut Connection<Client>,
    server: &mut Connection<Server>,
    content: &Bytes,
) -> Result<(), Failure> {
    let request = Request::get("http", "example.org", "/file").field("accept", "*/*");
    let id = client.request(request)?;
    client.stream_mut(id)?.end()?;
    while carry(client, server) || carry(server, client) {
        while let Some(event) = server.poll_event() {
            if let Event::Opened { stream_id } = event {
                let mut stream = server.stream_mut(stream_id)?;
                while stream
                    .recv()?
                    .is_some_and(|part| !matches!(part, Part::End))
                {}
                stream.respond(Response::new(200).field("content-type", "text/plain"))?;
                stream.send_data(content.clone())?;
                stream.end()?;
            }
        }
        while let Some(event) = client.poll_event() {
            if let Event::Readable { stream_id } = event {
                let mut stream = client.stream_mut(stream_id)?;
                while stream
                    .recv()?
                    .is_some_and(|part| !matches!(part, Part::End))
                {}
            }
        }
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let mode = arguments.next().unwrap_or_else(|| "on".to_owned());
    let requests: u64 = arguments.next().map_or(Ok(1000), |number| number.parse())?;
    let mut client = Connection::<Client>::new(Config::default());
    let mut server = Connection::<Server>::new(Config::default());
    let count = Arc::new(AtomicU64::new(0));
    if mode == "on" {
        observe(&mut client, Side::Client, &count);
        observe(&mut server, Side::Server, &count);
    }
    if mode == "file" {
        let log = LogFile::new(Counted(Arc::clone(&count)))?;
        client.observe(log.observer(Side::Client, "cost"));
        server.observe(log.observer(Side::Server, "cost"));
    }
    let content = Bytes::from(vec![b'x'; 512]);
    for _ in 0..requests {
        exchange(&mut client, &mut server, &content)?;
    }
    drop((client, server));
    let octets = count.load(Ordering::Relaxed);
    let each = octets / (2 * requests).max(1);
    println!("{requests} requests, log {mode}: {each} octets of log a request and end");
    Ok(())
}
