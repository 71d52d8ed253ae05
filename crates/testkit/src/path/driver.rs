//! The driver of one machine on two paths, in virtual time.

use core::task::Waker;
use core::time::Duration;

use runtime::{Chunks, ReadOperation, Runtime, WriteOperation, WriteResult};

use super::Path;

/// What a driver reads at once, and holds besides what the machine refused.
const BUFFER: usize = 32 * 1024;

/// Moves octets between one machine and its two paths, as far as all three let it.
#[derive(Debug, Default)]
pub struct Driver {
    held: Vec<u8>,
    /// The machine consumed nothing of what is held: it needs more.
    is_short: bool,
    is_read: bool,
    is_written: bool,
}

impl Driver {
    /// Makes the driver of a new machine.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says whether both halves of the driver have ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.is_read && self.is_written
    }

    /// Reads and writes what can be at this time; says whether anything moved.
    ///
    /// The machine is told the time before.
    ///
    /// # Panics
    ///
    /// Panics when the machine wants more than the buffer of a driver holds, or consumes more than it
    /// was offered.
    #[track_caller]
    pub fn turn(
        &mut self,
        machine: &mut impl Runtime,
        incoming: &mut Path,
        outgoing: &mut Path,
        now: Duration,
    ) -> bool {
        machine.tick(now);
        let has_read = self.read(machine, incoming, now);
        let has_written = self.write(machine, outgoing, now);
        has_read || has_written
    }

    /// Reads once; so that the application may look at what came before more does.
    #[track_caller]
    fn read(&mut self, machine: &mut impl Runtime, path: &mut Path, now: Duration) -> bool {
        if self.is_read {
            path.read(now, usize::MAX);
            return false;
        }
        match machine.next_read_operation() {
            ReadOperation::Read => {}
            ReadOperation::Yield => {
                machine.yield_reader(Waker::noop());
                return false;
            }
            ReadOperation::Close => {
                self.is_read = true;
                return true;
            }
        }
        if self.held.is_empty() || self.is_short {
            let space = BUFFER.saturating_sub(self.held.len());
            let octets = path.arrived();
            let octets = octets.get(..space).unwrap_or(octets);
            let count = octets.len();
            if count == 0 {
                assert!(space > 0, "the machine consumes nothing of {BUFFER} octets");
                return path.is_at_end() && self.end(machine);
            }
            self.held.extend_from_slice(octets);
            path.read(now, count);
        }
        let consumed = machine.read(&self.held);
        self.is_short = consumed == 0;
        self.held.drain(..consumed);
        true
    }

    fn end(&mut self, machine: &mut impl Runtime) -> bool {
        let consumed = machine.read_eof(&self.held);
        self.held.drain(..consumed);
        self.is_read = true;
        true
    }

    /// Writes all that the path takes.
    fn write(&mut self, machine: &mut impl Runtime, path: &mut Path, now: Duration) -> bool {
        let mut has_written = false;
        while !self.is_written {
            let count = match machine.next_write_operation() {
                WriteOperation::Write(chunks) => write(chunks, path, now),
                WriteOperation::Yield => {
                    machine.yield_writer(Waker::noop());
                    break;
                }
                WriteOperation::Close(_) => {
                    path.finish();
                    self.is_written = true;
                    return true;
                }
            };
            if count == 0 {
                break;
            }
            machine.report_write_result(WriteResult::Ok(count));
            has_written = true;
        }
        has_written
    }
}

/// Writes the first of some pieces; returns how many octets the path took.
fn write(chunks: Chunks<'_>, path: &mut Path, now: Duration) -> usize {
    let mut count = 0;
    for slice in chunks.as_slices() {
        let taken = path.write(now, slice);
        count += taken;
        if taken < slice.len() {
            break;
        }
    }
    count
}
