//! Returning credit: to the connection for what has come, to a stream for what was taken of it
//! (RFC 9113 §6.9.1).

use super::Core;
use crate::config::Credit;
use crate::error::{ConfigError, UserError};
use crate::flow::MAX_WINDOW;
use crate::stream::Key;

impl Core {
    /// DATA has come, whatever becomes of it.
    ///
    /// Choice: RFC 9113 §6.9.1 lets the receiver return credit when it likes. What waits to be taken
    /// is bounded by the windows of the streams, so that the connection's needs no holding back: what
    /// nobody takes stops its own stream and no other.
    pub(super) fn arrived(&mut self, octets: u32) {
        if self.config.credit == Credit::Automatic {
            self.release_connection(octets);
        }
    }

    /// The application took `octets` out.
    pub(super) fn taken(&mut self, key: Key, octets: u32) {
        self.show_taken(key, octets);
        self.left(key, octets);
        match self.config.credit {
            Credit::Automatic => self.credit_taken(key, octets),
            Credit::Manual => {
                if let Some(stream) = self.streams.store.get_mut(key) {
                    stream.held = stream.held.saturating_add(octets);
                }
            }
        }
    }

    /// The application took a piece of content on its own that cost so much.
    pub(super) fn taken_alone(&mut self, cost: u32) {
        if self.inbound.pace.taken(cost) {
            self.signals.wake_reader();
        }
    }

    /// Returns the credit of `octets` that a stream's application has taken.
    pub(super) fn credit_taken(&mut self, key: Key, octets: u32) {
        let octets = self.counted(key, octets);
        let stale = self.measure(key, octets);
        self.credit_connection(octets);
        self.credit_stream(key, octets - stale);
    }

    /// Returns the credit of `octets` that were dropped.
    pub(super) fn credit(&mut self, key: Key, octets: u32) {
        let octets = self.counted(key, octets);
        self.credit_connection(octets);
        self.credit_stream(key, octets);
    }

    /// Returns the credit of `octets` to the connection, unless that was done when they came.
    pub(super) fn credit_connection(&mut self, octets: u32) {
        if self.config.credit == Credit::Manual {
            self.release_connection(octets);
        }
    }

    /// How many of these octets had been charged.
    fn counted(&mut self, key: Key, octets: u32) -> u32 {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return octets;
        };
        let uncounted = stream.uncounted.min(octets);
        stream.uncounted -= uncounted;
        octets - uncounted
    }

    pub(super) fn set_connection_window(&mut self, octets: u32) -> Result<(), UserError> {
        if octets > MAX_WINDOW {
            return Err(ConfigError::Window.into());
        }
        if self.config.credit == Credit::Automatic {
            let relation = "credit is manual where the window of the connection is set";
            return Err(ConfigError::Relation(relation).into());
        }
        self.windows.recv.set_size(octets);
        self.release_connection(0);
        Ok(())
    }

    fn release_connection(&mut self, octets: u32) {
        if self.windows.recv.release(octets) {
            self.signals.wake_writer();
        }
    }

    fn credit_stream(&mut self, key: Key, octets: u32) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        // A window that the peer will not use again is left alone.
        if stream.recv_window.release(octets) && stream.state().may_recv() {
            self.streams.credit.push_back(&mut self.streams.store, key);
            self.signals.wake_writer();
        }
    }
}
