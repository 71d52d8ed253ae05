//! A machine behind a pointer is a machine.

use alloc::boxed::Box;
use core::task::Waker;
use core::time::Duration;

use crate::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

/// So that what goes around any machine also goes around one whose type was forgotten.
impl<M: Runtime + ?Sized> Runtime for Box<M> {
    fn next_read_operation(&mut self) -> ReadOperation {
        (**self).next_read_operation()
    }

    fn read(&mut self, input: &[u8]) -> usize {
        (**self).read(input)
    }

    #[cfg(feature = "bytes")]
    fn read_shared(&mut self, input: &bytes::Bytes) -> usize {
        (**self).read_shared(input)
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        (**self).read_eof(input)
    }

    fn yield_reader(&mut self, waker: &Waker) {
        (**self).yield_reader(waker);
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        (**self).next_write_operation()
    }

    fn report_write_result(&mut self, result: WriteResult) {
        (**self).report_write_result(result);
    }

    fn yield_writer(&mut self, waker: &Waker) {
        (**self).yield_writer(waker);
    }

    fn report_exn(&mut self, exn: Exn) {
        (**self).report_exn(exn);
    }

    fn shutdown(&mut self) {
        (**self).shutdown();
    }

    fn is_closed(&self) -> bool {
        (**self).is_closed()
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        (**self).tick(now)
    }
}
