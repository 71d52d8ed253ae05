//! The server's transport side: whatever is spoken now.

use core::task::Waker;
use core::time::Duration;

use proto::Bytes;

use ::runtime::{Around, Chunks, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

use proto::{Connection, Server as Role};

use super::{Server, Stage};
use crate::fallback::Fallback;
use crate::status;

impl<F: Fallback> Around<Connection<Role>> for Server<F> {
    fn innermost(&mut self) -> &mut Connection<Role> {
        self.connection()
    }
}

impl<F: Fallback> Runtime for Server<F> {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.follow_shutdown();
        match &mut self.stage {
            Stage::Head(_) | Stage::Content(..) => ReadOperation::Read,
            Stage::Last => ReadOperation::Close,
            Stage::Http2 => self.connection.next_read_operation(),
            Stage::Other(machine) => machine.next_read_operation(),
        }
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.take(input)
    }

    fn read_shared(&mut self, input: &Bytes) -> usize {
        match &mut self.stage {
            Stage::Http2 => {
                let count = self.connection.read_shared(input);
                if count > 0 {
                    self.release();
                }
                count
            }
            Stage::Other(machine) => machine.read_shared(input),
            // What begins as HTTP/1.1 is little.
            _ => self.take(input),
        }
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        let consumed = self.take(input);
        self.release();
        let rest = input.get(consumed..).unwrap_or_default();
        let last = match &mut self.stage {
            Stage::Http2 => self.connection.read_eof(rest),
            Stage::Other(machine) => machine.read_eof(rest),
            Stage::Last => rest.len(),
            Stage::Head(_) | Stage::Content(..) => {
                self.give_up(status::BAD_REQUEST);
                rest.len()
            }
        };
        consumed.saturating_add(last)
    }

    fn yield_reader(&mut self, waker: &Waker) {
        match &mut self.stage {
            Stage::Http2 => self.connection.yield_reader(waker),
            Stage::Other(machine) => machine.yield_reader(waker),
            _ => waker.wake_by_ref(),
        }
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        self.follow_shutdown();
        let is_last = matches!(self.stage, Stage::Last);
        match &mut self.stage {
            Stage::Http2 if self.output.is_empty() => {
                first(self.connection.next_write_operation(), self.ahead)
            }
            Stage::Other(machine) => machine.next_write_operation(),
            _ => self.output.operation(is_last),
        }
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match &mut self.stage {
            Stage::Http2 if self.output.is_empty() => {
                if let (Some(ahead), WriteResult::Ok(count)) = (&mut self.ahead, result) {
                    *ahead = ahead.saturating_sub(count);
                }
                self.connection.report_write_result(result);
            }
            Stage::Other(machine) => machine.report_write_result(result),
            _ => {
                self.output.report(result);
                if result == WriteResult::Closed {
                    self.connection.report_write_result(result);
                    if !self.is_http2() {
                        self.close();
                    }
                }
            }
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        let is_last = matches!(self.stage, Stage::Last);
        match &mut self.stage {
            Stage::Http2 if self.output.is_empty() && self.ahead != Some(0) => {
                self.connection.yield_writer(waker);
            }
            Stage::Other(machine) => machine.yield_writer(waker),
            _ => self.output.park(waker, is_last),
        }
    }

    fn report_exn(&mut self, exn: Exn) {
        if let Stage::Other(machine) = &mut self.stage {
            return machine.report_exn(exn);
        }
        self.output.lose();
        self.connection.report_exn(exn);
        if !self.is_http2() {
            self.close();
        }
    }

    fn shutdown(&mut self) {
        match &mut self.stage {
            Stage::Other(machine) => machine.shutdown(),
            Stage::Http2 => self.connection.shutdown(),
            _ => self.close(),
        }
    }

    fn is_closed(&self) -> bool {
        match &self.stage {
            Stage::Head(_) | Stage::Content(..) => false,
            Stage::Last => self.output.is_empty(),
            Stage::Http2 => self.output.is_empty() && self.connection.is_closed(),
            Stage::Other(machine) => machine.is_closed(),
        }
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.now = Some(now);
        match &mut self.stage {
            Stage::Http2 => return self.connection.tick(now),
            Stage::Other(machine) => return machine.tick(now),
            Stage::Last if self.output.is_empty() => return None,
            _ => {}
        }
        let point = self.deadline.tick(now, self.limits.timeout);
        if point.is_some() {
            return point;
        }
        self.give_up(status::TIMEOUT);
        let is_leaving = !self.output.is_empty();
        let next = is_leaving.then(|| self.deadline.tick(now, self.limits.timeout));
        next.flatten()
    }
}

/// Cuts an operation to the octets that may leave.
fn first(operation: WriteOperation<'_>, most: Option<usize>) -> WriteOperation<'_> {
    let (WriteOperation::Write(chunks), Some(mut left)) = (operation, most) else {
        return operation;
    };
    let cut = chunks.as_slices().iter().map(|slice| {
        let slice = slice.get(..left).unwrap_or(slice);
        left = left.saturating_sub(slice.len());
        slice
    });
    let cut: Chunks<'_> = cut.collect();
    match cut.is_empty() {
        true => WriteOperation::Yield,
        false => WriteOperation::Write(cut),
    }
}
