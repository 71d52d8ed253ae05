//! The loop of the README, behind this line and an empty one.

use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Instant;
use tress_proto::runtime::{ReadOperation, Reader, Runtime, WriteOperation, WriteResult};
use tress_proto::{Client, Config, Connection, Event, Part, Request};

type Error = Box<dyn core::error::Error>;

/// Sends one request, and returns the content of the response.
pub(super) fn get(mut stream: &TcpStream, request: Request) -> Result<Vec<u8>, Error> {
    let mut connection = Connection::<Client>::new(Config::default());
    let id = connection.request(request)?;
    connection.stream_mut(id)?.end()?;
    let (start, mut reader, mut content) = (Instant::now(), Reader::new(), Vec::new());
    loop {
        let due = connection.tick(start.elapsed());
        let asked = reader.offer(&mut connection);
        while let Some(event) = connection.poll_event() {
            match event {
                Event::Readable { stream_id } => {
                    let mut stream = connection.stream_mut(stream_id)?;
                    while let Some(part) = stream.recv()? {
                        if let Part::Data(data) = part {
                            content.extend_from_slice(&data);
                        }
                    }
                }
                Event::Finished { result, .. } => {
                    result?;
                    connection.go_away();
                }
                Event::Closed(result) => {
                    result?;
                    return Ok(content);
                }
                _ => {}
            }
        }
        while let WriteOperation::Write(chunks) = connection.next_write_operation() {
            let (slices, count) = chunks.io_slices();
            let written = stream.write_vectored(&slices[..count])?;
            connection.report_write_result(WriteResult::Ok(written));
        }
        if reader.next(&mut connection) != asked {
            continue; // What was taken or written lets it go on with what is held.
        }
        let least = Duration::from_millis(1);
        let wait = due.map(|due| due.saturating_sub(start.elapsed()).max(least));
        match asked {
            ReadOperation::Close => {} // The last event comes now.
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
    let stream = TcpStream::connect("127.0.0.1:8080")?;
    let content = get(&stream, Request::get("http", "127.0.0.1:8080", "/"))?;
    println!("{}", String::from_utf8_lossy(&content));
    Ok(())
}
