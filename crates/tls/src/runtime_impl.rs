//! What a driver sees of a machine inside a TLS session.

use core::any::Any;
use core::task::Waker;
use core::time::Duration;

use runtime::{Around, Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

use crate::error::TlsError;
use crate::machine::{Stage, Tls};

impl<T: ?Sized, M: Around<T>> Around<T> for Tls<M> {
    fn innermost(&mut self) -> &mut T {
        self.machine.innermost()
    }

    /// The session, of rustls.
    fn layer(&self) -> Option<&dyn Any> {
        Some(&self.session)
    }
}

impl<M: Runtime> Runtime for Tls<M> {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.progress();
        self.inbound.offer(&mut self.machine);
        if self.inbound.is_reported() || self.stage == Stage::Failed {
            return ReadOperation::Close;
        }
        self.machine.next_read_operation()
    }

    fn read(&mut self, input: &[u8]) -> usize {
        let before = self.stage;
        let consumed = self.decrypt(input);
        self.wake_writer(before);
        consumed
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        let before = self.stage;
        self.decrypt(input);
        match self.stage {
            Stage::Handshake(_) => self.fail(TlsError::Eof),
            // Whether something is missing is for the protocol to say, which has its own end: it is
            // known which streams are whole, whether or not there was a close_notify.
            Stage::Open => self.inbound.end(&mut self.machine),
            Stage::Failed => {}
        }
        self.wake_writer(before);
        input.len()
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.machine.yield_reader(waker);
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        match self.encrypt() {
            Some(operation) => operation,
            None => WriteOperation::Write(self.outbound.chunks()),
        }
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(len) => self.outbound.written(len, &mut self.machine),
            WriteResult::Closed => {
                self.outbound.shut();
                self.machine.report_write_result(WriteResult::Closed);
            }
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        if self.stage == Stage::Failed || self.session.wants_write() {
            waker.wake_by_ref();
            return;
        }
        self.writer = Some(waker.clone());
        if self.stage == Stage::Open {
            self.machine.yield_writer(waker);
        }
    }

    fn report_exn(&mut self, exn: Exn) {
        self.give_up();
        self.machine.report_exn(exn);
    }

    fn shutdown(&mut self) {
        self.machine.shutdown();
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }

    fn is_closed(&self) -> bool {
        let is_said = self.outbound.is_ended() || self.stage != Stage::Open;
        self.machine.is_closed() && is_said && self.outbound.is_empty()
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.progress();
        if let Stage::Handshake(deadline) = self.stage {
            let deadline = deadline.unwrap_or(now.saturating_add(self.limit));
            self.stage = Stage::Handshake(Some(deadline));
            if now < deadline {
                return Some(deadline);
            }
            let before = self.stage;
            self.fail(TlsError::Timeout);
            self.wake_writer(before);
        }
        let next = self.machine.tick(now);
        self.outbound.give_up_with(&self.machine);
        next
    }
}
