//! One driver in memory: moves octets between a machine and two links, and checks the contract.

use core::time::Duration;

use runtime::{Chunks, ReadOperation, Runtime, WriteOperation, WriteResult};

use super::Link;
use super::link::{Accepted, Delivered};
use super::shown::Shown;
use crate::Task;

/// Whether a half has anything to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Running,
    Parked,
    Closed,
}

/// The driver of one machine.
#[derive(Debug)]
pub(crate) struct End {
    name: &'static str,
    reading: Half,
    writing: Half,
    reader: Task,
    writer: Task,
    held: Vec<u8>,
    buffer: usize,
    was_refused: bool,
    shown: Shown,
    consumed: usize,
    now: Option<Duration>,
}

impl End {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            reading: Half::Running,
            writing: Half::Running,
            reader: Task::new(),
            writer: Task::new(),
            held: Vec::new(),
            buffer: 32 * 1024,
            was_refused: false,
            shown: Shown::default(),
            consumed: 0,
            now: None,
        }
    }

    pub(crate) fn set_buffer(&mut self, octets: usize) {
        self.buffer = octets.max(1);
    }

    /// The octets that the machine has not consumed.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// How many octets the machine has consumed.
    pub(crate) fn consumed(&self) -> usize {
        self.consumed
    }

    pub(crate) fn is_closed(&self) -> bool {
        (self.reading, self.writing) == (Half::Closed, Half::Closed)
    }

    /// Passes the time on; both halves then ask again, as a driver does after a wake-up.
    pub(crate) fn tick(&mut self, machine: &mut impl Runtime, now: Duration) -> Option<Duration> {
        self.now = Some(now);
        self.reader.waker().wake_by_ref();
        self.writer.waker().wake_by_ref();
        machine.tick(now)
    }

    /// Does the next thing for the writing half; says whether anything happened, and hands the
    /// octets that left to `record`.
    #[track_caller]
    pub(crate) fn write(
        &mut self,
        machine: &mut impl Runtime,
        link: &mut Link,
        record: &mut dyn FnMut(&[u8]),
    ) -> bool {
        if !is_awake(&mut self.writing, &self.writer) {
            return false;
        }
        let accepted = match machine.next_write_operation() {
            WriteOperation::Write(chunks) => self.send(chunks, link, record),
            WriteOperation::Yield => {
                self.writing = Half::Parked;
                machine.yield_writer(self.writer.waker());
                return true;
            }
            WriteOperation::Close(_) => {
                self.writing = Half::Closed;
                link.finish();
                return true;
            }
        };
        match accepted {
            Accepted::Took(count) => self.report(machine, WriteResult::Ok(count)),
            Accepted::Closed => self.report(machine, WriteResult::Closed),
            Accepted::Later => {}
            Accepted::Full => return false,
        }
        true
    }

    #[track_caller]
    fn send(
        &mut self,
        chunks: Chunks<'_>,
        link: &mut Link,
        record: &mut dyn FnMut(&[u8]),
    ) -> Accepted {
        let octets = first(chunks, link.takes().max(Shown::KEPT));
        self.shown.check(self.name, &octets, chunks.octets());
        let accepted = link.accept(&octets);
        if let Accepted::Took(count) = accepted {
            record(octets.get(..count).unwrap_or_default());
        }
        accepted
    }

    fn report(&mut self, machine: &mut impl Runtime, result: WriteResult) {
        self.shown = Shown::default();
        machine.report_write_result(result);
    }

    /// Does the next thing for the reading half; says whether anything happened.
    #[track_caller]
    pub(crate) fn read(&mut self, machine: &mut impl Runtime, link: &mut Link) -> bool {
        if self.reading == Half::Closed {
            link.clear();
            return false;
        }
        let was_parked = self.reading == Half::Parked;
        if !is_awake(&mut self.reading, &self.reader) {
            return false;
        }
        self.was_refused &= !was_parked;
        match machine.next_read_operation() {
            ReadOperation::Close => self.reading = Half::Closed,
            ReadOperation::Yield => {
                self.reading = Half::Parked;
                machine.yield_reader(self.reader.waker());
            }
            ReadOperation::Read if self.held.is_empty() || self.was_refused => {
                return self.fill(machine, link);
            }
            ReadOperation::Read => self.offer(machine),
        }
        true
    }

    /// Reads from the link, and offers what came.
    #[track_caller]
    fn fill(&mut self, machine: &mut impl Runtime, link: &mut Link) -> bool {
        let space = self.buffer.saturating_sub(self.held.len());
        assert!(
            space > 0,
            "{} wants to read, but consumes nothing of {} octets",
            self.name,
            self.held.len()
        );
        match link.deliver(space) {
            Delivered::Nothing => return false,
            Delivered::Later => {}
            Delivered::Octets(octets) => {
                self.held.extend(octets);
                self.offer(machine);
            }
            Delivered::End => {
                self.tell_time(machine);
                let consumed = machine.read_eof(&self.held);
                self.consume(consumed);
                self.reading = Half::Closed;
            }
        }
        true
    }

    #[track_caller]
    fn offer(&mut self, machine: &mut impl Runtime) {
        self.tell_time(machine);
        let consumed = machine.read(&self.held);
        self.was_refused = consumed == 0;
        self.consume(consumed);
    }

    #[track_caller]
    fn consume(&mut self, consumed: usize) {
        let offered = self.held.len();
        assert!(
            consumed <= offered,
            "{} consumed {consumed} of {offered} octets",
            self.name
        );
        self.held.drain(..consumed);
        self.consumed += consumed;
    }

    fn tell_time(&self, machine: &mut impl Runtime) {
        if let Some(now) = self.now {
            machine.tick(now);
        }
    }

    /// Asks parked halves whether they sleep for a reason; says whether one woke by that.
    #[track_caller]
    pub(crate) fn probe(&self, machine: &mut impl Runtime) -> bool {
        if self.writing == Half::Parked {
            let operation = machine.next_write_operation();
            assert!(
                matches!(operation, WriteOperation::Yield),
                "{} did not wake its writer, and has for it: {operation:?}",
                self.name
            );
            machine.yield_writer(self.writer.waker());
        }
        if self.reading == Half::Parked {
            let operation = machine.next_read_operation();
            assert!(
                operation == ReadOperation::Yield,
                "{} did not wake its reader, and has for it: {operation:?}",
                self.name
            );
            machine.yield_reader(self.reader.waker());
        }
        (self.reading == Half::Parked && self.reader.is_woken())
            || (self.writing == Half::Parked && self.writer.is_woken())
    }
}

/// Says whether a half may go on; a parked one may once its waker was called.
fn is_awake(half: &mut Half, task: &Task) -> bool {
    if *half == Half::Parked && task.woken() > 0 {
        *half = Half::Running;
    }
    *half == Half::Running
}

/// The first octets of what is shown, as many as matter.
fn first(chunks: Chunks<'_>, count: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    for slice in chunks.as_slices() {
        let space = count - octets.len();
        octets.extend_from_slice(slice.get(..space).unwrap_or(slice));
    }
    octets
}
