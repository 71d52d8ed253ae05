//! One machine over one stream, on the calling thread.

use std::io::{self, Read, Write};

use runtime::{
    ReadOperation, Reader, Runtime, Staged, WriteResult, ends_output_only, report_returned,
    write_through,
};

use crate::clock::{Clock, is_out_of_time, park, thread_waker};

/// Drives any machine over one stream, on the calling thread, until both directions are closed.
///
/// It writes all there is to write, then reads. That suffices for a peer that reads while it
/// writes. A peer that does not, and the machine, wait for each other for ever when both have more
/// to write than the sockets between them hold. While a read waits, deadlines wait, too, unless the
/// stream has a read timeout: then the machine is told the time whenever it passes.
///
/// When both directions are closed it returns at once, without [waiting](runtime::Closing) for the end of
/// what the peer sends: a stream whose reads know no time limit has none for that, either. To drop a socket on
/// unread input destroys what its peer has not read yet: end its output, and read it to the end, before.
///
/// # Errors
///
/// The stream's, which is also reported to the machine. Where only writing failed, the machine is told
/// so and reads on: a peer that takes no more may have said why.
pub fn drive<S: Read + Write + ?Sized>(
    machine: &mut dyn Runtime,
    stream: &mut S,
) -> io::Result<()> {
    let result = turns(machine, stream);
    if let Err(error) = &result {
        report_returned(machine, error);
    }
    result
}

fn turns<S: Read + Write + ?Sized>(machine: &mut dyn Runtime, stream: &mut S) -> io::Result<()> {
    let (clock, waker) = (Clock::new(), thread_waker());
    let (mut reader, mut staged) = (Reader::new(), Staged::Nothing);
    loop {
        machine.tick(clock.now());
        let offered = reader.offer(machine);
        if staged != Staged::Closed {
            staged = write(machine, stream)?;
        }
        match reader.next(machine) {
            ReadOperation::Read if offered == ReadOperation::Yield => {}
            ReadOperation::Read => match reader.fill(|into| stream.read(into)) {
                Err(error) if !is_out_of_time(&error) => return Err(error),
                _ => {}
            },
            ReadOperation::Close if staged == Staged::Closed => return Ok(()),
            operation => {
                if operation == ReadOperation::Yield {
                    machine.yield_reader(&waker);
                }
                if staged == Staged::Nothing {
                    machine.yield_writer(&waker);
                }
                let deadline = machine.tick(clock.now());
                park(deadline.map(|point| clock.until(point)));
            }
        }
    }
}

/// Writes all there is to write.
fn write<S: Write + ?Sized>(machine: &mut dyn Runtime, stream: &mut S) -> io::Result<Staged> {
    let staged = write_through(machine, |slices| stream.write_vectored(slices))?;
    match stream.flush() {
        Ok(()) => Ok(staged),
        Err(error) if ends_output_only(&error) => {
            machine.report_write_result(WriteResult::Closed);
            Ok(Staged::Closed)
        }
        Err(error) => Err(error),
    }
}
