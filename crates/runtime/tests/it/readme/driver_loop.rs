//! The loop of the README, behind this line and an empty one.

use core::time::Duration;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Instant;
use tress_runtime::{ReadOperation, Reader, Runtime, WriteOperation, WriteResult};

/// Serves one connection on one thread, by turns, to its end.
pub(super) fn drive(machine: &mut impl Runtime, mut stream: &TcpStream) -> std::io::Result<()> {
    let (start, mut reader) = (Instant::now(), Reader::new());
    loop {
        let due = machine.tick(start.elapsed());
        let asked = reader.offer(machine);
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
                    Err(error) => return Err(error),
                }
            }
        }
    }
}
