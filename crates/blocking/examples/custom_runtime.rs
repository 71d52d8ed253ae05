//! An event loop of one's own: one thread, sockets that never block, a server and its clients,
//! and nothing of this crate but `proto`: `cargo run --example custom_runtime`.
//!
//! A real loop would ask the system which sockets are ready; the standard library cannot, so that
//! this one tries them all, and naps when nothing moved. That is also why nobody asks to be woken, and
//! why what `tick` returns, the next deadline, is of no use to it: time is told in every turn.

use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use tress_blocking::proto::runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use tress_blocking::proto::{Client, Connection, Event, Part, Role, Server};
use tress_blocking::{Config, Request, Response};

const CLIENTS: usize = 3;
const REQUESTS: usize = 4;

/// A machine and its socket.
struct Driver<R: Role> {
    machine: Connection<R>,
    stream: TcpStream,
    input: Vec<u8>,
    held: usize,
    /// The peer has closed its direction, and the machine knows.
    is_ended: bool,
    /// Our direction is closed.
    is_shut: bool,
}

impl<R: Role> Driver<R>
where
    Connection<R>: Runtime,
{
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let config = Config::default();
        Ok(Self {
            // More than a machine ever wants whole: there is always space behind what is held.
            input: vec![0; config.read_buffer_len().max(64 * 1024)],
            machine: Connection::new(config),
            stream,
            held: 0,
            is_ended: false,
            is_shut: false,
        })
    }

    /// Reads and writes what can be without waiting; says whether anything moved.
    fn turn(&mut self, now: Duration) -> bool {
        self.machine.tick(now);
        let has_read = self.read();
        let has_written = self.write();
        has_read || has_written
    }

    /// Says whether both directions are closed.
    fn is_over(&mut self) -> bool {
        let is_deaf = self.is_ended || self.machine.next_read_operation() == ReadOperation::Close;
        self.is_shut && is_deaf
    }

    fn read(&mut self) -> bool {
        if self.is_ended || self.machine.next_read_operation() != ReadOperation::Read {
            return false;
        }
        let space = self.input.get_mut(self.held..).unwrap_or_default();
        let count = match self.stream.read(space) {
            Ok(count) => count,
            Err(error) => return self.fail(error),
        };
        self.is_ended = count == 0;
        self.held += count;
        let held = self.input.get(..self.held).unwrap_or_default();
        let consumed = if self.is_ended {
            self.machine.read_eof(held)
        } else {
            self.machine.read(held)
        };
        self.input.copy_within(consumed..self.held, 0);
        self.held -= consumed;
        true
    }

    fn write(&mut self) -> bool {
        let mut has_written = false;
        while !self.is_shut {
            let written = match self.machine.next_write_operation() {
                WriteOperation::Yield => break,
                WriteOperation::Close(_) => {
                    // What cannot be closed is closed already.
                    let _ = self.stream.shutdown(Shutdown::Write);
                    self.is_shut = true;
                    return true;
                }
                WriteOperation::Write(chunks) => {
                    let (slices, count) = chunks.io_slices();
                    let slices = slices.get(..count).unwrap_or_default();
                    self.stream.write_vectored(slices)
                }
            };
            match written {
                Ok(count) => self.machine.report_write_result(WriteResult::Ok(count)),
                Err(error) => return self.fail(error) || has_written,
            }
            has_written = true;
        }
        has_written
    }

    /// Tells the machine that its socket failed, unless that has only nothing to do now.
    fn fail(&mut self, error: io::Error) -> bool {
        if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) {
            return false;
        }
        self.machine.report_exn(Box::new(error));
        true
    }
}

/// Answers what was asked.
fn serve(driver: &mut Driver<Server>) {
    while let Some(event) = driver.machine.poll_event() {
        let Event::Opened { stream_id } = event else {
            continue;
        };
        let Ok(mut stream) = driver.machine.stream_mut(stream_id) else {
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

/// Prints what was answered.
fn take(number: usize, driver: &mut Driver<Client>) {
    while let Some(event) = driver.machine.poll_event() {
        match event {
            Event::Readable { stream_id } => {
                let Ok(mut stream) = driver.machine.stream_mut(stream_id) else {
                    continue;
                };
                while let Ok(Some(part)) = stream.recv() {
                    if let Part::Data(data) = part {
                        println!("client {number}: {}", String::from_utf8_lossy(&data));
                    }
                }
            }
            Event::Finished { stream_id, result } => {
                assert_eq!(result, Ok(()));
                if let Ok(stream) = driver.machine.stream_mut(stream_id) {
                    stream.release();
                }
            }
            Event::Closed(result) => println!("client {number}: closed, {result:?}"),
            _ => {}
        }
    }
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let mut driver = Driver::<Client>::new(TcpStream::connect(addr)?)?;
        for request in 0..REQUESTS {
            let path = format!("/{number}/{request}");
            let id = driver
                .machine
                .request(Request::get("http", addr.to_string(), path))?;
            driver.machine.stream_mut(id)?.end()?;
        }
        // What runs is finished first.
        driver.machine.go_away();
        clients.push((number, driver));
    }

    let (begin, mut servers, mut accepted) = (Instant::now(), Vec::new(), 0);
    while !clients.is_empty() || !servers.is_empty() {
        let mut has_moved = false;
        match listener.accept() {
            Ok((stream, _)) => {
                servers.push(Driver::<Server>::new(stream)?);
                accepted += 1;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        for driver in &mut servers {
            has_moved |= driver.turn(begin.elapsed());
            serve(driver);
        }
        for (number, driver) in &mut clients {
            has_moved |= driver.turn(begin.elapsed());
            take(*number, driver);
        }
        servers.retain_mut(|driver| !driver.is_over());
        clients.retain_mut(|(_, driver)| !driver.is_over());
        if !has_moved {
            thread::sleep(Duration::from_millis(1));
        }
    }
    println!("{CLIENTS} clients, {accepted} connections, one thread");
    Ok(())
}
