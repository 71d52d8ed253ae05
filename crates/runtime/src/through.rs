//! Writing from where the octets lie, by a driver whose machine is nobody else's.

use core::task::{Poll, ready};
use std::io::{self, ErrorKind, IoSlice};

use crate::{Runtime, Staged, WriteOperation, WriteResult, ends_output_only};

/// Writes what a machine wants written, from where it lies, until there is no more, or the transport
/// takes no more: for now (`Pending`), or ever, which the machine is told.
///
/// It is [`Staged::Nothing`] or [`Staged::Closed`] in the end.
///
/// # Errors
///
/// The transport's, where more has failed than [the output](ends_output_only). It is still to be
/// reported to the machine.
pub fn poll_write_through<M: Runtime + ?Sized>(
    machine: &mut M,
    mut write: impl FnMut(&[IoSlice<'_>]) -> Poll<io::Result<usize>>,
) -> Poll<io::Result<Staged>> {
    loop {
        let result = match machine.next_write_operation() {
            WriteOperation::Yield => return Poll::Ready(Ok(Staged::Nothing)),
            WriteOperation::Close(_) => return Poll::Ready(Ok(Staged::Closed)),
            WriteOperation::Write(chunks) => {
                let (slices, count) = chunks.io_slices();
                ready!(write(slices.get(..count).unwrap_or_default()))
            }
        };
        match result {
            Ok(0) => {}
            Ok(count) => {
                machine.report_write_result(WriteResult::Ok(count));
                continue;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if ends_output_only(&error) => {}
            Err(error) => return Poll::Ready(Err(error)),
        }
        machine.report_write_result(WriteResult::Closed);
        return Poll::Ready(Ok(Staged::Closed));
    }
}

/// The same, where a write waits.
///
/// # Errors
///
/// Those of [`poll_write_through`].
pub fn write_through<M: Runtime + ?Sized>(
    machine: &mut M,
    mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
) -> io::Result<Staged> {
    match poll_write_through(machine, |from| Poll::Ready(write(from))) {
        Poll::Ready(result) => result,
        // It was ready.
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}
