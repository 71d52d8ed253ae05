//! An HTTP/2 connection inside a TLS session, as one machine (RFC 9113 §3.2).
//!
//! It decrypts what a driver reads and encrypts what it writes, and does no I/O itself: the same
//! machine runs under both drivers, and neither knows of TLS.

use alloc::boxed::Box;
use core::fmt;
use core::task::Waker;
use core::time::Duration;

use blocking::proto::runtime::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};
use blocking::proto::{Connection, Role};

use super::ALPN;
use super::error::TlsError;
use super::inbound::Inbound;
use super::outbound::Outbound;

/// How long the handshake may take.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// A connection inside a TLS session.
pub(crate) struct TlsMachine<R: Role> {
    connection: Connection<R>,
    session: rustls::Connection,
    inbound: Inbound,
    outbound: Outbound,
    stage: Stage,
    /// The writing half, while it waits for the handshake.
    writer: Option<Waker>,
    /// Is told why there will be no connection.
    on_failure: Box<dyn Fn(&TlsError) + Send>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No octet of HTTP/2 yet. Holds when the handshake must be over, once a clock was seen.
    Handshake(Option<Duration>),
    /// What the connection says is encrypted.
    Open,
    /// Nothing is encrypted any more; alerts may be waiting to be written.
    Closed,
}

impl<R: Role> TlsMachine<R> {
    /// Puts a connection into a session, whose handshake may be over or still to come.
    pub(crate) fn new(
        session: impl Into<rustls::Connection>,
        connection: Connection<R>,
        on_failure: impl Fn(&TlsError) + Send + 'static,
    ) -> Self {
        let mut machine = Self {
            connection,
            session: session.into(),
            inbound: Inbound::default(),
            outbound: Outbound::default(),
            stage: Stage::Handshake(None),
            writer: None,
            on_failure: Box::new(on_failure),
        };
        machine.inbound.take(&mut machine.session);
        machine.progress();
        machine
    }

    /// The connection inside.
    pub(crate) const fn inner(&mut self) -> &mut Connection<R> {
        &mut self.connection
    }

    /// Looks whether the handshake is over.
    fn progress(&mut self) {
        if !matches!(self.stage, Stage::Handshake(_)) || self.session.is_handshaking() {
            return;
        }
        self.stage = Stage::Open;
        // RFC 9113 §3.3: the endpoints must agree on h2 by ALPN.
        if self.session.alpn_protocol() != Some(ALPN) {
            self.fail(TlsError::NoHttp2);
        }
    }

    /// Decrypts, and passes on what the connection takes; returns how much was consumed.
    fn decrypt(&mut self, input: &[u8]) -> Result<usize, TlsError> {
        let mut rest = input;
        loop {
            self.inbound.offer(&mut self.connection);
            if rest.is_empty() || self.inbound.is_stuck() || self.stage == Stage::Closed {
                return Ok(input.len() - rest.len());
            }
            self.inbound.feed(&mut self.session, &mut rest)?;
            self.progress();
        }
    }

    /// Gives the connection up. Its alert, if there is one, is still written.
    fn fail(&mut self, error: TlsError) {
        if self.stage == Stage::Closed {
            return;
        }
        self.outbound.collect(&mut self.session);
        self.stage = Stage::Closed;
        (self.on_failure)(&error);
        self.connection.report_exn(Box::new(error));
    }

    /// Wakes the writing half, if the session has something to say that the connection does not
    /// know of, or if we got further than `before`.
    fn wake_writer(&mut self, before: Stage) {
        let is_due = self.session.wants_write() || self.stage != before;
        if let Some(waker) = self.writer.take_if(|_| is_due) {
            waker.wake();
        }
    }

    /// Encrypts what the connection has to say; `None` if there was something.
    fn encrypt(&mut self) -> Option<WriteOperation<'static>> {
        self.outbound.collect(&mut self.session);
        if !self.outbound.is_empty() {
            return None;
        }
        match self.stage {
            Stage::Handshake(_) if self.connection.is_closed() => Some(WriteOperation::Close(0)),
            Stage::Handshake(_) => Some(WriteOperation::Yield),
            Stage::Closed => Some(WriteOperation::Close(0)),
            Stage::Open => self
                .outbound
                .encrypt(&mut self.session, &mut self.connection),
        }
    }
}

impl<R: Role> Runtime for TlsMachine<R> {
    fn next_read_operation(&mut self) -> ReadOperation {
        self.inbound.offer(&mut self.connection);
        self.connection.next_read_operation()
    }

    fn read(&mut self, input: &[u8]) -> usize {
        let before = self.stage;
        let consumed = self.decrypt(input).unwrap_or_else(|error| {
            self.fail(error);
            input.len()
        });
        self.wake_writer(before);
        consumed
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.read(input);
        let before = self.stage;
        if matches!(self.stage, Stage::Handshake(_)) {
            self.fail(TlsError::Eof);
        }
        // Whether something is missing is for HTTP/2 to say, which has its own end.
        self.inbound.end(&mut self.connection);
        self.wake_writer(before);
        input.len()
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.connection.yield_reader(waker);
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        match self.encrypt() {
            Some(operation) => operation,
            None => WriteOperation::Write(self.outbound.chunks()),
        }
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(len) => self.outbound.written(len),
            WriteResult::Closed => {
                self.outbound.clear();
                self.stage = Stage::Closed;
                self.connection.report_write_result(WriteResult::Closed);
            }
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        if self.stage == Stage::Closed || self.session.wants_write() {
            waker.wake_by_ref();
            return;
        }
        self.writer = Some(waker.clone());
        if self.stage == Stage::Open {
            self.connection.yield_writer(waker);
        }
    }

    fn report_exn(&mut self, exn: Exn) {
        self.stage = Stage::Closed;
        self.outbound.clear();
        self.connection.report_exn(exn);
    }

    fn shutdown(&mut self) {
        self.connection.shutdown();
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }

    fn is_closed(&self) -> bool {
        self.connection.is_closed() && self.outbound.is_empty()
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        if let Stage::Handshake(deadline) = self.stage {
            let deadline = deadline.unwrap_or(now + HANDSHAKE_LIMIT);
            self.stage = Stage::Handshake(Some(deadline));
            if now < deadline {
                return Some(deadline);
            }
            let before = self.stage;
            self.fail(TlsError::Timeout);
            self.wake_writer(before);
        }
        self.connection.tick(now)
    }
}

impl<R: Role> blocking::Machine<R> for TlsMachine<R> {
    fn connection(&mut self) -> &mut Connection<R> {
        self.inner()
    }
}

#[cfg(feature = "tokio")]
impl<R: Role> tress_async::Machine<R> for TlsMachine<R> {
    fn connection(&mut self) -> &mut Connection<R> {
        self.inner()
    }
}

impl<R: Role> fmt::Debug for TlsMachine<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsMachine")
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
