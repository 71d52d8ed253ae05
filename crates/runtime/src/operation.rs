//! What a machine asks of its driver, and what the driver answers.

use crate::Chunks;

/// What the reading half of a driver should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a driver must handle every operation"
)]
pub enum ReadOperation {
    /// Read from the transport, and offer the octets to [`read`](crate::Runtime::read).
    Read,
    /// Read nothing until the waker given to [`yield_reader`](crate::Runtime::yield_reader) wakes.
    Yield,
    /// Read nothing any more.
    Close,
}

/// What the writing half of a driver should do next.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a driver must handle every operation"
)]
#[expect(
    clippy::large_enum_variant,
    reason = "it must be `Copy`, and lives for one statement"
)]
pub enum WriteOperation<'a> {
    /// Write these octets, or some of the first of them, and report how many.
    Write(Chunks<'a>),
    /// Write nothing until the waker given to [`yield_writer`](crate::Runtime::yield_writer) wakes.
    Yield,
    /// Write nothing any more. Holds how many octets were never delivered.
    Close(usize),
}

/// What a driver has to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a driver must handle every case")]
pub enum Staged {
    /// Octets, which were taken from the machine.
    Octets,
    /// Nothing for now: the machine is to know whom to wake, by
    /// [`yield_writer`](crate::Runtime::yield_writer).
    Nothing,
    /// Nothing any more.
    Closed,
}

/// The outcome of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a machine must handle every outcome"
)]
pub enum WriteResult {
    /// This many octets, from the front of those shown, were written.
    Ok(usize),
    /// The transport takes no octets any more.
    Closed,
}
