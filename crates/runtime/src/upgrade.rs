//! One machine that becomes another under a running driver.

use core::mem;
use core::task::Waker;
use core::time::Duration;

use crate::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

/// A machine before or after it was exchanged for another.
///
/// It is a [`Runtime`] itself, so that the driver never notices; the new machine stays reachable,
/// and nothing need be boxed or `Send`.
///
/// ```
/// use tress_runtime::{Runtime, Upgradable};
///
/// fn swap<A: Runtime, B: Runtime>(connection: &mut Upgradable<A, B>, next: B) {
///     connection.upgrade(next);
/// }
/// ```
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a machine is before or after, there is no third"
)]
pub enum Upgradable<A, B> {
    /// The first protocol.
    Before(A),
    /// The protocol that followed it.
    After(B),
}

impl<A: Runtime, B: Runtime> Upgradable<A, B> {
    /// Puts `next` in the place of the present machine and shuts that one down.
    ///
    /// The exchange comes first and the shutdown second: what the old machine wakes finds the new
    /// one. Returns the old machine, whose undelivered output is lost with it.
    pub fn upgrade(&mut self, next: B) -> Self {
        let mut old = mem::replace(self, Self::After(next));
        old.shutdown();
        old
    }
}

/// Calls the same operation of whichever machine is there.
macro_rules! either {
    ($machine:expr, $inner:ident => $call:expr) => {
        match $machine {
            Upgradable::Before($inner) => $call,
            Upgradable::After($inner) => $call,
        }
    };
}

impl<A: Runtime, B: Runtime> Runtime for Upgradable<A, B> {
    fn next_read_operation(&mut self) -> ReadOperation {
        either!(self, inner => inner.next_read_operation())
    }

    fn read(&mut self, input: &[u8]) -> usize {
        either!(self, inner => inner.read(input))
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        either!(self, inner => inner.read_eof(input))
    }

    fn yield_reader(&mut self, waker: &Waker) {
        either!(self, inner => inner.yield_reader(waker));
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        either!(self, inner => inner.next_write_operation())
    }

    fn report_write_result(&mut self, result: WriteResult) {
        either!(self, inner => inner.report_write_result(result));
    }

    fn yield_writer(&mut self, waker: &Waker) {
        either!(self, inner => inner.yield_writer(waker));
    }

    fn report_exn(&mut self, exn: Exn) {
        either!(self, inner => inner.report_exn(exn));
    }

    fn shutdown(&mut self) {
        either!(self, inner => inner.shutdown());
    }

    fn is_closed(&self) -> bool {
        either!(self, inner => inner.is_closed())
    }

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        either!(self, inner => inner.tick(now))
    }
}
