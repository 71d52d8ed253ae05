//! The number itself (RFC 9113 §6.9.1, RFC 9113 §6.9.2).

use super::{MAX_WINDOW, Overflow};

/// A number of octets that may flow.
///
/// Signed, for a change of SETTINGS_INITIAL_WINDOW_SIZE can take it below zero. It never leaves
/// -(2^31-1) to 2^31-1: at most 2^31-1 octets are in flight, and a setting takes off as many again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Window(i32);

impl Window {
    pub(crate) const fn new(octets: u32) -> Self {
        Self(saturate(octets as i64))
    }

    pub(crate) const fn value(self) -> i32 {
        self.0
    }

    /// How many octets may flow: none where the window is negative.
    pub(crate) const fn usable(self) -> u32 {
        if self.0 > 0 { self.0.unsigned_abs() } else { 0 }
    }

    /// Takes `octets` off, which may leave less than nothing.
    pub(crate) const fn sub(self, octets: u32) -> Self {
        Self(saturate(self.0 as i64 - octets as i64))
    }

    /// Adds `delta`.
    ///
    /// RFC 9113 §6.9.1: a sum above 2^31-1 is an error.
    pub(crate) const fn add(self, delta: i64) -> Result<Self, Overflow> {
        let sum = self.0 as i64 + delta;
        if sum > MAX_WINDOW as i64 {
            Err(Overflow)
        } else {
            Ok(Self(saturate(sum)))
        }
    }
}

/// The nearest number of a window's range.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the value was brought into range before"
)]
const fn saturate(value: i64) -> i32 {
    const MAX: i64 = MAX_WINDOW as i64;
    if value > MAX {
        MAX as i32
    } else if value < -MAX {
        -MAX as i32
    } else {
        value as i32
    }
}
