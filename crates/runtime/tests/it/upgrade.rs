//! Exchanging the machine under a running driver.

use core::task::Waker;
use core::time::Duration;

use bytes::Bytes;
use testkit::Task;
use tress_runtime::{
    Exn, ReadOperation, Runtime, Upgradable, Upgrade, WriteOperation, WriteResult,
};

/// Remembers what it was asked; consumes `appetite` octets at most.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    appetite: usize,
    shut_down: bool,
    failed: bool,
    pub(crate) written: usize,
    writer: Option<Waker>,
    reader: Option<Waker>,
}

impl Runtime for Probe {
    fn next_read_operation(&mut self) -> ReadOperation {
        if self.shut_down {
            ReadOperation::Close
        } else {
            ReadOperation::Read
        }
    }
    fn read(&mut self, input: &[u8]) -> usize {
        input.len().min(self.appetite)
    }
    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.read(input)
    }
    fn yield_reader(&mut self, waker: &Waker) {
        self.reader = Some(waker.clone());
    }
    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        if self.shut_down {
            WriteOperation::Close(0)
        } else {
            WriteOperation::Yield
        }
    }
    fn report_write_result(&mut self, result: WriteResult) {
        if let WriteResult::Ok(n) = result {
            self.written += n;
        }
    }
    fn yield_writer(&mut self, waker: &Waker) {
        self.writer = Some(waker.clone());
    }
    fn report_exn(&mut self, _: Exn) {
        self.failed = true;
    }
    fn shutdown(&mut self) {
        self.shut_down = true;
        for waker in [self.reader.take(), self.writer.take()]
            .into_iter()
            .flatten()
        {
            waker.wake();
        }
    }
    fn is_closed(&self) -> bool {
        self.shut_down
    }
    fn tick(&mut self, now: Duration) -> Option<Duration> {
        Some(now + Duration::from_secs(self.appetite as u64))
    }
}

impl Upgrade<Self> for Probe {}

/// A probe that is followed by another once it has written three octets.
#[derive(Debug, Default)]
struct Brief(Probe);

impl Runtime for Brief {
    testkit::forward!(0: next_read_operation read read_eof yield_reader next_write_operation);
    testkit::forward!(0: report_write_result yield_writer report_exn shutdown is_closed);

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.0.written += 1;
        self.0.tick(now)
    }
}

impl Upgrade<Probe> for Brief {
    fn next_machine(&mut self) -> Option<Probe> {
        (self.0.written >= 3).then(|| probe(2))
    }
}

fn brief(written: usize) -> Upgradable<Brief, Probe> {
    let mut machine = Brief(probe(1));
    machine.0.written = written;
    Upgradable::Before(machine)
}

#[test]
fn a_machine_that_is_done_is_followed_under_its_driver() {
    let task = Task::new();
    let mut machine = brief(0);
    machine.yield_reader(task.waker());
    machine.report_write_result(WriteResult::Ok(2));
    assert!(matches!(machine, Upgradable::Before(_)));
    assert_eq!(task.woken(), 0);
    machine.report_write_result(WriteResult::Ok(1));
    assert!(matches!(machine, Upgradable::After(_)));
    assert_eq!(task.woken(), 1, "the reader is to ask the new one");
}

#[test]
fn what_the_first_leaves_of_the_input_is_for_the_second() {
    let mut machine = brief(3);
    assert_eq!(machine.read(b"abcd"), 3, "one octet, then two");
    let mut machine = brief(3);
    assert_eq!(machine.read_shared(&Bytes::from_static(b"abcd")), 3);
    let mut machine = brief(3);
    assert_eq!(machine.read_eof(b"abcd"), 3);
    let mut machine = brief(3);
    assert_eq!(machine.read(b"a"), 1);
    assert!(matches!(machine, Upgradable::After(_)));
}

#[test]
fn the_second_is_told_the_time_at_once() {
    let mut machine = brief(1);
    assert_eq!(machine.tick(Duration::ZERO), Some(Duration::from_secs(1)));
    assert_eq!(machine.tick(Duration::ZERO), Some(Duration::from_secs(2)));
}

fn probe(appetite: usize) -> Probe {
    Probe {
        appetite,
        ..Probe::default()
    }
}

#[test]
fn the_old_machine_is_shut_down_after_the_new_one_is_in_place() {
    let task = Task::new();
    let mut machine: Upgradable<Probe, Probe> = Upgradable::Before(probe(1));
    machine.yield_reader(task.waker());
    machine.yield_writer(task.waker());
    let old = machine.upgrade(probe(2));
    assert!(old.is_closed());
    assert!(!machine.is_closed());
    assert_eq!(task.woken(), 2, "both parked halves are woken");
    assert_eq!(machine.next_read_operation(), ReadOperation::Read);
}

#[test]
fn every_operation_reaches_the_machine_that_is_there() {
    let mut machine: Upgradable<Probe, Probe> = Upgradable::Before(probe(1));
    assert_eq!(machine.read(b"abc"), 1);
    assert_eq!(machine.tick(Duration::ZERO), Some(Duration::from_secs(1)));
    machine.upgrade(probe(2));
    assert_eq!(machine.read(b"abc"), 2);
    assert_eq!(machine.read_eof(b"abc"), 2);
    assert_eq!(machine.tick(Duration::ZERO), Some(Duration::from_secs(2)));
    machine.report_write_result(WriteResult::Ok(7));
    machine.report_exn("cut".into());
    assert!(matches!(
        machine.next_write_operation(),
        WriteOperation::Yield
    ));
    machine.shutdown();
    assert!(matches!(
        machine.next_write_operation(),
        WriteOperation::Close(0)
    ));
    let Upgradable::After(inner) = machine else {
        panic!("upgraded")
    };
    assert!(inner.failed);
    assert_eq!(inner.written, 7);
}
