//! The loop of the README, behind this line and an empty one.

use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;
use tress_proto::runtime::{ReadOperation, Reader, Runtime, WriteOperation, WriteResult};
use tress_proto::{Bytes, Config, Connection, Event, Response, Server};

type Error = Box<dyn core::error::Error + Send + Sync>;

/// Here the application answers.
fn answer(machine: &mut Connection<Server>) -> Result<(), Error> {
    while let Some(event) = machine.poll_event() {
        if let Event::Opened { stream_id } = event {
            let mut stream = machine.stream_mut(stream_id)?;
            stream.respond(Response::new(200).field("content-type", "text/plain"))?;
            stream.send_data(Bytes::from_static(b"hello\n"))?;
            stream.end()?;
            stream.release();
        }
    }
    Ok(())
}

/// Serves one connection on one thread, by turns, to its end.
pub(super) fn drive(machine: &mut Connection<Server>, mut stream: &TcpStream) -> Result<(), Error> {
    let (start, mut reader) = (Instant::now(), Reader::new());
    loop {
        let due = machine.tick(start.elapsed());
        let asked = reader.offer(machine);
        answer(machine)?;
        while let WriteOperation::Write(chunks) = machine.next_write_operation() {
            let (slices, count) = chunks.io_slices();
            let written = stream.write_vectored(&slices[..count])?;
            machine.report_write_result(WriteResult::Ok(written));
        }
        if reader.next(machine) != asked {
            continue; // What was written lets it take more of what is held.
        }
        let least = Duration::from_millis(1);
        let wait = due.map(|due| due.saturating_sub(start.elapsed()).max(least));
        match asked {
            ReadOperation::Close => return Ok(()),
            ReadOperation::Yield => std::thread::sleep(wait.unwrap_or(least)),
            ReadOperation::Read => {
                stream.set_read_timeout(wait)?;
                match stream.read(reader.space()) {
                    Ok(0) => reader.ended(),
                    Ok(count) => reader.filled(count),
                    Err(error)
                        if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
}

fn main() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}/", listener.local_addr()?);
    for stream in listener.incoming() {
        let served = drive(&mut Connection::new(Config::default()), &stream?);
        println!("served: {served:?}"); // One that ends badly ends alone.
    }
    Ok(())
}
