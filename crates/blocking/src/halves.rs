//! One machine over two halves, with a thread for each, while others use the machine.

use std::io::{self, Read, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use runtime::{ReadOperation, Reader, Runtime, Staged, Writer, report_returned};

use crate::clock::{Clock, is_out_of_time, park, thread_waker};
use crate::writer::PATIENCE;

/// Drives any machine over any two halves, until both directions are closed: the calling thread
/// reads, and one of its own writes and keeps the time.
///
/// The machine is locked only for moments, and others may lock it meanwhile: what they have it do
/// is written at once. The writing half is dropped when the machine has no more to write. A half
/// whose read never returns keeps the calling thread. Once the machine reads no more, nothing is read: see
/// [`drive`](crate::drive).
///
/// # Errors
///
/// The reading half's, which is also reported to the machine.
pub fn drive_halves<M: Runtime + Send>(
    machine: &Mutex<M>,
    reader: impl Read,
    writer: impl Write + Send,
) -> io::Result<()> {
    let clock = Clock::new();
    thread::scope(|scope| {
        let writing = scope.spawn(|| write_all(machine, writer, clock));
        let result = read_all(machine, reader, clock);
        if let Err(error) = &result {
            report_returned(&mut *lock(machine), error);
        }
        writing.thread().unpark();
        result
    })
}

fn read_all<M: Runtime>(machine: &Mutex<M>, mut half: impl Read, clock: Clock) -> io::Result<()> {
    let (mut reader, waker) = (Reader::new(), thread_waker());
    loop {
        let mut guard = lock(machine);
        guard.tick(clock.now());
        let operation = reader.offer(&mut *guard);
        if operation == ReadOperation::Yield {
            guard.yield_reader(&waker);
        }
        drop(guard);
        match operation {
            ReadOperation::Close => return Ok(()),
            ReadOperation::Yield => park(None),
            ReadOperation::Read => match reader.fill(|into| half.read(into)) {
                Err(error) if !is_out_of_time(&error) => return Err(error),
                // A half that does not wait by itself is not asked without end.
                Err(_) => thread::sleep(PATIENCE),
                Ok(_) => {}
            },
        }
    }
}

fn write_all<M: Runtime>(machine: &Mutex<M>, mut half: impl Write, clock: Clock) {
    let (mut writer, waker) = (Writer::new(), thread_waker());
    loop {
        let mut guard = lock(machine);
        let deadline = guard.tick(clock.now());
        writer.settle(&mut *guard);
        let staged = writer.stage(&mut *guard, false);
        if staged == Staged::Nothing {
            guard.yield_writer(&waker);
        }
        drop(guard);
        match staged {
            Staged::Closed => return,
            Staged::Nothing => park(deadline.map(|point| clock.until(point))),
            Staged::Octets => {
                let drained = writer.drain(|slices| half.write_vectored(slices));
                if let Err(error) = drained.and_then(|()| half.flush()) {
                    if is_out_of_time(&error) {
                        thread::sleep(PATIENCE);
                    } else {
                        writer.fail(&mut *lock(machine), error);
                    }
                }
            }
        }
    }
}

fn lock<M>(machine: &Mutex<M>) -> MutexGuard<'_, M> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}
