//! One machine that becomes another under a running driver.

use core::mem;
use core::task::Waker;
use core::time::Duration;

use crate::{Exn, ReadOperation, Runtime, WriteOperation, WriteResult};

/// A machine that may know by itself when another is to follow it, and which.
///
/// A driver that owns its machine lets nobody else in: whoever is to exchange it under such a
/// driver has to be the machine. One that is only exchanged from outside implements this by an
/// empty block.
pub trait Upgrade<Next>: Runtime {
    /// Gives the machine that follows, once this one is done: what it had to say was written, and
    /// it consumed no octet that is meant for the other.
    ///
    /// It is asked after each read, write and tick. Until it gives one it may answer
    /// [`ReadOperation::Yield`] to leave the input where it is; being shut down it must wake
    /// whoever it let wait, as every machine must.
    fn next_machine(&mut self) -> Option<Next> {
        None
    }
}

/// A machine before or after it was exchanged for another.
///
/// It is a [`Runtime`] itself, so that the driver never notices; the new machine stays reachable,
/// and nothing need be boxed or `Send`. The machine gives the word itself, by [`Upgrade`], or
/// somebody who shares it with the driver does:
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
        match &mut old {
            Self::Before(machine) => machine.shutdown(),
            Self::After(machine) => machine.shutdown(),
        }
        old
    }
}

impl<A: Upgrade<B>, B: Runtime> Upgradable<A, B> {
    /// Exchanges the machine if it says so; says whether that happened.
    fn go_on(&mut self) -> bool {
        let next = match self {
            Self::Before(machine) => machine.next_machine(),
            Self::After(_) => None,
        };
        let happened = next.is_some();
        if let Some(next) = next {
            self.upgrade(next);
        }
        happened
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

impl<A: Upgrade<B>, B: Runtime> Runtime for Upgradable<A, B> {
    fn next_read_operation(&mut self) -> ReadOperation {
        either!(self, inner => inner.next_read_operation())
    }

    fn read(&mut self, input: &[u8]) -> usize {
        let consumed = either!(self, inner => inner.read(input));
        match input.get(consumed..) {
            Some(rest) if self.go_on() && !rest.is_empty() => consumed + self.read(rest),
            _ => consumed,
        }
    }

    #[cfg(feature = "bytes")]
    fn read_shared(&mut self, input: &bytes::Bytes) -> usize {
        let consumed = either!(self, inner => inner.read_shared(input));
        match input.get(consumed..) {
            Some(rest) if self.go_on() && !rest.is_empty() => {
                consumed + self.read_shared(&input.slice(consumed..))
            }
            _ => consumed,
        }
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        let consumed = either!(self, inner => inner.read_eof(input));
        match input.get(consumed..) {
            Some(rest) if self.go_on() => consumed + self.read_eof(rest),
            _ => consumed,
        }
    }

    fn yield_reader(&mut self, waker: &Waker) {
        either!(self, inner => inner.yield_reader(waker));
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        either!(self, inner => inner.next_write_operation())
    }

    fn report_write_result(&mut self, result: WriteResult) {
        either!(self, inner => inner.report_write_result(result));
        self.go_on();
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
        let deadline = either!(self, inner => inner.tick(now));
        match self.go_on() {
            true => self.tick(now),
            false => deadline,
        }
    }
}
