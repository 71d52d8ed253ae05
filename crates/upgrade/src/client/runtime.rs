//! The client's transport side.

use core::task::Waker;
use core::time::Duration;

use proto::Bytes;

use ::runtime::{Around, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

use proto::{Client as Role, Connection};

use super::{Client, Stage};
use crate::error::UpgradeError;

impl Around<Connection<Role>> for Client {
    fn innermost(&mut self) -> &mut Connection<Role> {
        self.connection()
    }
}

impl Runtime for Client {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.follow_shutdown();
        match self.stage {
            Stage::Head(_) | Stage::Content(..) => ReadOperation::Read,
            Stage::Http2 => self.connection.next_read_operation(),
            Stage::Over => ReadOperation::Close,
        }
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.take(input)
    }

    fn read_shared(&mut self, input: &Bytes) -> usize {
        match &mut self.stage {
            Stage::Http2 => self.connection.read_shared(input),
            // What begins as HTTP/1.1 is little.
            _ => self.take(input),
        }
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        let consumed = self.take(input);
        let rest = input.get(consumed..).unwrap_or_default();
        match &mut self.stage {
            Stage::Http2 => return consumed + self.connection.read_eof(rest),
            // Nul octets begin no head, though they might have become a frame.
            Stage::Head(_) if !rest.is_empty() && rest.first() == Some(&0) => {
                self.fail(UpgradeError::Malformed);
            }
            Stage::Head(_) => self.fail(UpgradeError::Closed),
            Stage::Content(_, content) => {
                content.end();
                self.conclude();
            }
            Stage::Over => {}
        }
        input.len()
    }

    fn yield_reader(&mut self, waker: &Waker) {
        match self.stage {
            Stage::Http2 => self.connection.yield_reader(waker),
            _ => waker.wake_by_ref(),
        }
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        self.follow_shutdown();
        match self.stage {
            Stage::Http2 if self.output.is_empty() => self.connection.next_write_operation(),
            Stage::Over => self.output.operation(true),
            _ => self.output.operation(false),
        }
    }

    fn report_write_result(&mut self, result: WriteResult) {
        if !self.output.is_empty() {
            // A server that answers early and takes no more is still to be heard.
            self.output.report(result);
        } else if self.is_http2() {
            self.connection.report_write_result(result);
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        match self.stage {
            Stage::Http2 if self.output.is_empty() => self.connection.yield_writer(waker),
            Stage::Over => self.output.park(waker, true),
            _ => self.output.park(waker, false),
        }
    }

    fn report_exn(&mut self, exn: Exn) {
        if matches!(self.stage, Stage::Content(..)) {
            // What came of the answer says more than that the rest of it did not.
            return self.conclude();
        }
        self.connection.report_exn(exn);
        if !self.is_http2() {
            self.close();
        }
    }

    fn shutdown(&mut self) {
        self.connection.shutdown();
        if !self.is_http2() {
            self.close();
        }
    }

    fn is_closed(&self) -> bool {
        match self.stage {
            Stage::Head(_) | Stage::Content(..) => false,
            Stage::Http2 => self.output.is_empty() && self.connection.is_closed(),
            Stage::Over => true,
        }
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.now = Some(now);
        match self.stage {
            Stage::Http2 => return self.connection.tick(now),
            Stage::Over => return None,
            Stage::Head(_) | Stage::Content(..) => {}
        }
        let point = self.deadline.tick(now, self.limits.timeout);
        if point.is_none() {
            self.fail(UpgradeError::Timeout);
        }
        point
    }
}
