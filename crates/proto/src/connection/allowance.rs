//! What each stream takes of what all may hold together (RFC 9113 §10.5).

use super::Shared;
use crate::error::{ConfigError, UserError};
use crate::role::Side;
use crate::settings::SettingsChange;
use crate::stream::Stream;

impl Shared {
    /// The peer sends no more on a stream: what is there is all that it holds.
    pub(super) fn close_share(&mut self, stream: &mut Stream) {
        if self.windows.close(stream) {
            self.space_was_made();
        }
    }

    /// Content has left a stream's inbox, taken or dropped.
    pub(super) fn left(&mut self, stream: &mut Stream, octets: u32) {
        if self.windows.left(stream, octets) {
            self.space_was_made();
        }
    }

    /// A request may have waited for it.
    fn space_was_made(&mut self) {
        if self.streams.first_pending_request().is_some() {
            self.signals.wake_writer();
        }
    }

    /// Says whether one more request of ours may have a window, and all that may be promised besides.
    pub(super) fn has_capacity_for_request(&self) -> bool {
        self.windows.has_capacity(self.streams_with_request())
    }

    /// Widens the connection's window for a request that is to leave.
    pub(super) fn widen_for_request(&mut self) {
        self.widen(0, self.streams_with_request());
    }

    fn streams_with_request(&self) -> u32 {
        let requests = self.streams.active_local().saturating_add(1);
        requests.saturating_add(self.config.promises(self.side))
    }

    /// Makes space for what is to be announced, or says why there is none.
    ///
    /// A window of the connection cannot be made smaller: what was announced once stays so, and
    /// larger windows come on top (RFC 9113 §6.9.2).
    pub(super) fn make_space(&mut self, change: SettingsChange) -> Result<(), UserError> {
        let allowed = self.local_settings.allowed_window();
        let initial = change.initial_window.unwrap_or(0).max(allowed);
        let streams = match (self.side, change.concurrent_streams) {
            (Side::Server, Some(streams)) => streams.max(self.max_peer_streams()),
            (Side::Server, None) => self.max_peer_streams(),
            // Requests wait for space, and promises are refused without it.
            (Side::Client, _) => 1,
        };
        if let Some(relation) = self.config.would_break(self.side, initial, streams) {
            return Err(ConfigError::Relation(relation).into());
        }
        self.widen(initial, streams);
        Ok(())
    }

    /// Lets there be `streams` with windows of `initial` octets, and widens the connection's for them.
    fn widen(&mut self, initial: u32, streams: u32) {
        if self.windows.widen(initial, streams) {
            self.signals.wake_writer();
        }
    }
}
