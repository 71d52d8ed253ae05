//! A change of what we announced while the connection runs (RFC 9113 §6.5).

use crate::error::ConfigError;
use crate::flow::MAX_WINDOW;

/// A change of what we announced, for [`update_settings`](crate::Connection::update_settings).
///
/// What is not set stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct SettingsChange {
    pub(crate) initial_window: Option<u32>,
    pub(crate) concurrent_streams: Option<u32>,
    pub(crate) header_table_size: Option<u32>,
    pub(crate) extended_connect: bool,
}

impl SettingsChange {
    /// Changes the window of each stream, in octets (RFC 9113 §6.9.2).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Window`] above 2^31-1.
    pub const fn initial_window(mut self, octets: u32) -> Result<Self, ConfigError> {
        if octets > MAX_WINDOW {
            return Err(ConfigError::Window);
        }
        self.initial_window = Some(octets);
        Ok(self)
    }

    /// Changes how many streams the peer may have open at once (RFC 9113 §5.1.2).
    pub const fn concurrent_streams(mut self, streams: u32) -> Self {
        self.concurrent_streams = Some(streams);
        self
    }

    /// Changes the size of the dynamic table that the peer may use towards us, in octets
    /// (RFC 7541 §4.2).
    pub const fn header_table_size(mut self, octets: u32) -> Self {
        self.header_table_size = Some(octets);
        self
    }

    /// Lets clients use extended CONNECT from now on; it cannot be taken back (RFC 8441 §3).
    pub const fn allow_extended_connect(mut self) -> Self {
        self.extended_connect = true;
        self
    }
}
