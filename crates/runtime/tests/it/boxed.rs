//! A machine behind a pointer.

use core::task::Waker;
use core::time::Duration;

use bytes::Bytes;
use tress_runtime::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

const DEADLINE: Duration = Duration::from_secs(7);

/// Remembers which operations it was asked for, each by a number of its own.
#[derive(Debug, Default)]
struct Noting(Vec<u32>);

impl Runtime for Noting {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.0.push(1);
        ReadOperation::Yield
    }
    fn read(&mut self, input: &[u8]) -> usize {
        self.0.push(2);
        input.len()
    }
    fn read_shared(&mut self, input: &Bytes) -> usize {
        self.0.push(11);
        input.len()
    }
    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.0.push(3);
        input.len()
    }
    fn yield_reader(&mut self, _: &Waker) {
        self.0.push(4);
    }
    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        self.0.push(5);
        WriteOperation::Close(9)
    }
    fn report_write_result(&mut self, _: WriteResult) {
        self.0.push(6);
    }
    fn yield_writer(&mut self, _: &Waker) {
        self.0.push(7);
    }
    fn report_exn(&mut self, _: Exn) {
        self.0.push(8);
    }
    fn shutdown(&mut self) {
        self.0.push(9);
    }
    fn is_closed(&self) -> bool {
        self.0.len() == 10
    }
    fn tick(&mut self, _: Duration) -> Option<Duration> {
        self.0.push(10);
        Some(DEADLINE)
    }
}

/// Asks for each operation once.
fn each(machine: &mut impl Runtime) {
    assert_eq!(machine.next_read_operation(), ReadOperation::Yield);
    assert_eq!(machine.read(b"abc"), 3);
    assert_eq!(machine.read_shared(&Bytes::from_static(b"abcd")), 4);
    assert_eq!(machine.read_eof(b"ab"), 2);
    machine.yield_reader(Waker::noop());
    let next = machine.next_write_operation();
    assert!(matches!(next, WriteOperation::Close(9)), "{next:?}");
    machine.report_write_result(WriteResult::Closed);
    machine.yield_writer(Waker::noop());
    machine.report_exn("gone".into());
    machine.shutdown();
    assert!(machine.is_closed());
    assert_eq!(machine.tick(Duration::ZERO), Some(DEADLINE));
}

#[test]
fn a_machine_behind_a_pointer_is_asked_for_each_operation() {
    let mut machine = Box::new(Noting::default());
    each(&mut machine);
    assert_eq!(machine.0, [1, 2, 11, 3, 4, 5, 6, 7, 8, 9, 10]);
    let mut unknown: Box<dyn Runtime> = Box::new(Noting::default());
    each(&mut unknown);
}
