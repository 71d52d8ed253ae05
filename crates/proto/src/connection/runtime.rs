//! The transport side: what drivers call. It cannot fail.

use core::task::Waker;
use core::time::Duration;

use bytes::Bytes;
use frame::ErrorCode;
use runtime::{Around, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

use super::{Connection, Shared};
use crate::error::ConnectionError;
use crate::observe::Record;
use crate::role::Role;

impl<R: Role> Runtime for Connection<R> {
    fn next_read_operation(&mut self) -> ReadOperation {
        if self.core.shared.life.is_over() {
            ReadOperation::Close
        } else if self.core.shared.is_paused() {
            self.core.shared.timers.hold();
            ReadOperation::Yield
        } else {
            ReadOperation::Read
        }
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.core.recv(input)
    }

    fn read_shared(&mut self, input: &Bytes) -> usize {
        self.core.shared.input.begin_shared(input);
        let consumed = self.core.recv(input);
        self.core.shared.input.end_shared();
        consumed
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        let consumed = self.core.recv(input);
        self.core.lose(ConnectionError::UnexpectedEof);
        consumed
    }

    fn yield_reader(&mut self, waker: &Waker) {
        if self.core.shared.life.is_over() || !self.core.shared.is_paused() {
            waker.wake_by_ref();
        } else {
            self.core.shared.signals.park_reader(waker);
        }
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        if self.core.shared.control.is_shut() {
            return WriteOperation::Close(self.core.shared.output.lost());
        }
        self.core.pump();
        let shared = &mut self.core.shared;
        if !shared.output.is_empty() {
            return WriteOperation::Write(shared.output.show());
        }
        shared.output.rest();
        shared.input.rest();
        if shared.life.is_over() {
            return WriteOperation::Close(shared.output.lost());
        }
        WriteOperation::Yield
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(octets) => self.core.shared.written(octets),
            // What the peer said before it closed may still be on its way: a server that answers
            // early and leaves is to be heard. Whether anything was lost shows at the end of input.
            WriteResult::Closed => self.core.shared.drop_output(),
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        self.core.shared.signals.park_writer(waker);
    }

    fn report_exn(&mut self, exn: Exn) {
        self.core.lose(ConnectionError::Exn(exn));
        self.core.shared.drop_output();
    }

    fn shutdown(&mut self) {
        self.core.abort(ErrorCode::NO_ERROR);
    }

    fn is_closed(&self) -> bool {
        let shared = &self.core.shared;
        let is_written = shared.output.is_empty() && shared.control.is_empty();
        shared.life.is_over() && (is_written || shared.control.is_shut())
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.core.tick(now)
    }
}

impl<R: Role> Around<Self> for Connection<R> {
    fn innermost(&mut self) -> &mut Self {
        self
    }
}

impl Shared {
    /// The driver wrote `octets`.
    fn written(&mut self, octets: usize) {
        let was_paused = self.is_paused();
        let waits_for_credit = self.waits_for_credit();
        self.output.written(octets, waits_for_credit);
        self.record(Record::Written { octets });
        self.resolve_written();
        if was_paused && !self.is_paused() {
            self.signals.wake_reader();
        }
    }

    /// The driver can write no more.
    pub(super) fn drop_output(&mut self) {
        self.control.shut();
        self.output.shut();
        self.resolve_lost();
        self.signals.wake_reader();
    }
}
