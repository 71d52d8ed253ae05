//! What we may use (RFC 9113 §6.9.1, RFC 9113 §6.9.2).

use frame::Increment;

use super::{MAX_WINDOW, Overflow};

/// The window that we send into, as an offset from the connection's base.
///
/// The base is the peer's SETTINGS_INITIAL_WINDOW_SIZE, so that a change of it costs the same for
/// one stream as for ten thousand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SendWindow {
    offset: i64,
}

impl SendWindow {
    /// Adds what the peer grants.
    ///
    /// RFC 9113 §6.9.1: a window above 2^31-1 is an error.
    pub(crate) fn grant(&mut self, by: Increment, base: u32) -> Result<(), Overflow> {
        let offset = self.offset + i64::from(by.value());
        if offset + i64::from(base) > i64::from(MAX_WINDOW) {
            return Err(Overflow);
        }
        self.offset = offset;
        Ok(())
    }

    /// Uses `octets` of the window.
    pub(crate) fn take(&mut self, octets: u32) {
        self.offset -= i64::from(octets);
    }

    /// What may leave, in octets; negative after the base has shrunk.
    pub(crate) fn available(&self, base: u32) -> i64 {
        self.offset + i64::from(base)
    }

    /// Says whether this base would take the window above 2^31-1 (RFC 9113 §6.9.2).
    pub(crate) fn overflows(&self, base: u32) -> bool {
        self.available(base) > i64::from(MAX_WINDOW)
    }
}
