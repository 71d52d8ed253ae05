//! The transport side: the connection's, with a settling after each operation.

use core::task::Waker;
use core::time::Duration;

use proto::Bytes;
use runtime::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

use super::{Ends, Engine};

/// How often callbacks may add to the output before it is shown.
const TURNS: usize = 16;

impl<R: Ends> Runtime for Engine<R> {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.settle();
        self.connection.next_read_operation()
    }

    fn read(&mut self, input: &[u8]) -> usize {
        let consumed = self.connection.read(input);
        self.settle();
        consumed
    }

    fn read_shared(&mut self, input: &Bytes) -> usize {
        let consumed = self.connection.read_shared(input);
        self.settle();
        consumed
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        let consumed = self.connection.read_eof(input);
        self.settle();
        consumed
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.connection.yield_reader(waker);
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        for _ in 0..TURNS {
            self.settle();
            // Making output can be an event, too: callbacks hear of it before the output is shown,
            // for then the machine is borrowed.
            let _ = self.connection.next_write_operation();
            if !self.settle() {
                break;
            }
        }
        self.connection.next_write_operation()
    }

    fn report_write_result(&mut self, result: WriteResult) {
        self.connection.report_write_result(result);
        self.settle();
    }

    fn yield_writer(&mut self, waker: &Waker) {
        self.queue.park(waker);
        self.connection.yield_writer(waker);
    }

    fn report_exn(&mut self, exn: Exn) {
        self.connection.report_exn(exn);
        self.settle();
    }

    fn shutdown(&mut self) {
        self.connection.shutdown();
        self.settle();
    }

    fn is_closed(&self) -> bool {
        self.connection.is_closed()
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.connection.tick(now);
        self.settle();
        self.connection.tick(now)
    }
}
