//! A layer around a machine, as TLS is one, that anybody can read.

use core::time::Duration;

use runtime::{Around, Chunks, ReadOperation, Runtime, WriteOperation, WriteResult};

/// A machine whose octets are inverted on their way: what TLS is to a connection, without the secrecy.
///
/// Like TLS it takes all that comes, holds what its machine does not read yet, and writes less or more at
/// once than the machine does; an adapter that mixes up a layer and what is inside it fails at once.
///
/// ```
/// use tress_testkit::runtime::Runtime;
/// use tress_testkit::{Echo, Inverted, written};
///
/// let mut layer = Inverted::new(Echo::new());
/// assert_eq!(layer.read(&[!b'a']), 1);
/// assert_eq!(written(&mut layer), [!b'a']);
/// ```
#[derive(Debug)]
pub struct Inverted<M> {
    inner: M,
    /// What came and was not read yet.
    plain: Vec<u8>,
    /// What the machine has written and the transport has not taken.
    cipher: Vec<u8>,
    end: Option<End<M>>,
}

/// When something happens to a machine, and what.
type End<M> = (Duration, fn(&mut M));

impl<M: Runtime> Inverted<M> {
    /// Goes around a machine.
    #[must_use]
    pub const fn new(inner: M) -> Self {
        Self {
            inner,
            plain: Vec::new(),
            cipher: Vec::new(),
            end: None,
        }
    }

    /// Has a deadline of its own, as a handshake has: does this to the machine once the time has come.
    #[must_use]
    pub fn until(self, time: Duration, end: fn(&mut M)) -> Self {
        Self {
            end: Some((time, end)),
            ..self
        }
    }

    /// Passes on what the machine takes of what came.
    fn pass(&mut self) {
        loop {
            let consumed = self.inner.read(&self.plain);
            self.plain.drain(..consumed);
            if consumed == 0 || self.plain.is_empty() {
                return;
            }
        }
    }
}

impl<M: Runtime> Runtime for Inverted<M> {
    crate::forward!(inner: yield_reader yield_writer report_exn shutdown);

    fn next_read_operation(&mut self) -> ReadOperation {
        if self.inner.next_read_operation() == ReadOperation::Read && !self.plain.is_empty() {
            self.pass();
        }
        self.inner.next_read_operation()
    }

    fn read(&mut self, input: &[u8]) -> usize {
        self.plain.extend(input.iter().map(|octet| !octet));
        self.pass();
        input.len()
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.plain.extend(input.iter().map(|octet| !octet));
        self.inner.read_eof(&self.plain);
        input.len()
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        if self.cipher.is_empty() {
            match self.inner.next_write_operation() {
                WriteOperation::Yield => return WriteOperation::Yield,
                WriteOperation::Close(lost) => return WriteOperation::Close(lost),
                WriteOperation::Write(chunks) => {
                    for slice in chunks.as_slices() {
                        self.cipher.extend(slice.iter().map(|octet| !octet));
                    }
                }
            }
            let count = self.cipher.len();
            self.inner.report_write_result(WriteResult::Ok(count));
        }
        WriteOperation::Write(core::iter::once(&self.cipher[..]).collect::<Chunks<'_>>())
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(count) => drop(self.cipher.drain(..count)),
            WriteResult::Closed => {
                self.cipher.clear();
                self.inner.report_write_result(WriteResult::Closed);
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.inner.is_closed() && self.cipher.is_empty()
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        let next = self.inner.tick(now);
        match self.end {
            Some((time, end)) if now >= time => {
                end(&mut self.inner);
                next
            }
            Some((time, _)) => Some(next.map_or(time, |next| next.min(time))),
            None => next,
        }
    }
}

impl<T: ?Sized, M: Around<T>> Around<T> for Inverted<M> {
    fn innermost(&mut self) -> &mut T {
        self.inner.innermost()
    }
}
