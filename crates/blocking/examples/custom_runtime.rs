//! An event loop of one's own: one thread, sockets that never block, a server and its clients,
//! and nothing of this crate but `proto`: `cargo run --example custom_runtime`.
//!
//! A real loop would ask the system which sockets are ready; the standard library cannot, so that
//! this one tries them all, and naps when nothing moved.

use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use tress_blocking::proto::runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_blocking::proto::{Client, Connection, Event, Part, Role, Server};
use tress_blocking::{Config, Request, Response};

const CLIENTS: usize = 3;
const REQUESTS: usize = 4;

/// A machine and its socket.
struct Line<R: Role> {
    machine: Connection<R>,
    stream: TcpStream,
    input: Vec<u8>,
    held: usize,
}

impl<R: Role> Line<R>
where
    Connection<R>: Runtime,
{
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            machine: Connection::new(Config::default()),
            stream,
            input: vec![0; 64 * 1024],
            held: 0,
        })
    }

    /// Reads and writes what can be without waiting; says whether anything moved.
    fn turn(&mut self, now: Duration) -> io::Result<bool> {
        self.machine.tick(now);
        let has_read = self.read()?;
        let has_written = self.write()?;
        Ok(has_read || has_written)
    }

    fn read(&mut self) -> io::Result<bool> {
        if self.machine.next_read_operation() != ReadOperation::Read {
            return Ok(false);
        }
        let room = self.input.get_mut(self.held..).unwrap_or_default();
        let count = match self.stream.read(room) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            outcome => outcome?,
        };
        self.held += count;
        let held = self.input.get(..self.held).unwrap_or_default();
        let consumed = match count {
            0 => self.machine.read_eof(held),
            _ => self.machine.read(held),
        };
        self.input.copy_within(consumed..self.held, 0);
        self.held -= consumed;
        Ok(true)
    }

    fn write(&mut self) -> io::Result<bool> {
        let mut has_written = false;
        while let WriteOperation::Write(chunks) = self.machine.next_write_operation() {
            let (slices, count) = chunks.io_slices();
            match self
                .stream
                .write_vectored(slices.get(..count).unwrap_or_default())
            {
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
                Ok(count) => self.machine.report_write_result(WriteResult::Ok(count)),
            }
            has_written = true;
        }
        Ok(has_written)
    }
}

/// Answers what was asked.
fn serve(line: &mut Line<Server>) {
    while let Some(event) = line.machine.poll_event() {
        let Event::Opened { stream_id } = event else {
            continue;
        };
        let Ok(mut stream) = line.machine.stream_mut(stream_id) else {
            continue;
        };
        if let Ok(Some(Part::Head(request))) = stream.recv() {
            let path = request.path().unwrap_or_default().to_vec();
            let answered = stream
                .respond(Response::new(200))
                .and_then(|()| stream.send_data(path.into()))
                .and_then(|()| stream.end());
            // A stream that was reset meanwhile needs no answer.
            let _ = answered;
        }
        stream.release();
    }
}

/// Prints what was answered; returns how many streams ended.
fn take(number: usize, line: &mut Line<Client>) -> usize {
    let mut ended = 0;
    while let Some(event) = line.machine.poll_event() {
        match event {
            Event::Readable { stream_id } => {
                let Ok(mut stream) = line.machine.stream_mut(stream_id) else {
                    continue;
                };
                while let Ok(Some(part)) = stream.recv() {
                    if let Part::Data(data) = part {
                        println!("client {number}: {}", String::from_utf8_lossy(&data));
                    }
                }
            }
            Event::Finished { stream_id, .. } => {
                ended += 1;
                if let Ok(stream) = line.machine.stream_mut(stream_id) {
                    stream.release();
                }
            }
            _ => {}
        }
    }
    ended
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let mut line = Line::<Client>::new(TcpStream::connect(addr)?)?;
        for request in 0..REQUESTS {
            let path = format!("/{client}/{request}");
            let id = line
                .machine
                .request(Request::get("http", addr.to_string(), path))?;
            line.machine.stream_mut(id)?.end()?;
        }
        clients.push(line);
    }

    let (begin, mut servers, mut left) = (Instant::now(), Vec::new(), CLIENTS * REQUESTS);
    while left > 0 {
        let mut has_moved = false;
        match listener.accept() {
            Ok((stream, _)) => servers.push(Line::<Server>::new(stream)?),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        for line in &mut servers {
            has_moved |= line.turn(begin.elapsed())?;
            serve(line);
        }
        for (number, line) in clients.iter_mut().enumerate() {
            has_moved |= line.turn(begin.elapsed())?;
            left -= take(number, line);
        }
        if !has_moved {
            thread::sleep(Duration::from_millis(1));
        }
    }
    println!(
        "{CLIENTS} clients, {} connections, one thread",
        servers.len()
    );
    Ok(())
}
