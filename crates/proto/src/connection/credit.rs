//! Returning credit for what was taken or dropped (RFC 9113 §6.9.1).

use super::Core;
use crate::config::Credit;
use crate::stream::Key;

impl Core {
    /// The application took `octets` out.
    pub(super) fn taken(&mut self, key: Key, octets: u32) {
        match self.config.credit {
            Credit::Automatic => self.credit(key, octets),
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

    /// Returns the credit of `octets` that a stream's application took, or that were dropped.
    pub(super) fn credit(&mut self, key: Key, octets: u32) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return self.credit_connection(octets);
        };
        let uncounted = stream.uncounted.min(octets);
        stream.uncounted -= uncounted;
        let octets = octets - uncounted;
        if octets == 0 {
            return;
        }
        self.credit_connection(octets);
        let size = self.windows.bandwidth.stream_window;
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        if self.config.window_growth.0 > 0 {
            stream.recv_window.enlarge(size);
        }
        // A window that the peer will not use again is left alone.
        if stream.recv_window.release(octets) && stream.state().may_recv() {
            self.streams.credit.push_back(&mut self.streams.store, key);
            self.signals.wake_writer();
        }
    }

    /// Returns the credit of `octets` of a stream that is not there any more.
    pub(super) fn credit_connection(&mut self, octets: u32) {
        self.measure(octets);
        if self.windows.recv.release(octets) {
            self.signals.wake_writer();
        }
    }
}
