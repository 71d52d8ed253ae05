//! Returning credit: to the connection for what has come, to a stream for what was taken of it
//! (RFC 9113 §6.9.1).

use super::Shared;
use crate::config::Credit;
use crate::error::{ConfigError, UserError};
use crate::flow::MAX_WINDOW;
use crate::stream::Stream;

impl Shared {
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
    pub(super) fn taken(&mut self, stream: &mut Stream, octets: u32) {
        self.show_taken(stream, octets);
        self.left(stream, octets);
        match self.config.credit {
            Credit::Automatic => self.credit_taken(stream, octets),
            Credit::Manual => stream.hold_credit(octets),
        }
    }

    /// The application took a piece of content on its own that cost so much.
    pub(super) fn taken_alone(&mut self, cost: u32) {
        if self.inbound.pace.taken(cost) {
            self.signals.wake_reader();
        }
    }

    /// Returns the credit of `octets` that a stream's application has taken.
    pub(super) fn credit_taken(&mut self, stream: &mut Stream, octets: u32) {
        let octets = stream.charged_of(octets);
        let stale = self.measure(stream, octets);
        self.credit_connection(octets);
        self.credit_stream(stream, octets - stale);
    }

    /// Returns the credit of `octets` that were dropped.
    pub(super) fn credit(&mut self, stream: &mut Stream, octets: u32) {
        let octets = stream.charged_of(octets);
        self.credit_connection(octets);
        self.credit_stream(stream, octets);
    }

    /// Returns the credit of `octets` to the connection, unless that was done when they came.
    pub(super) fn credit_connection(&mut self, octets: u32) {
        if self.config.credit == Credit::Manual {
            self.release_connection(octets);
        }
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

    fn credit_stream(&mut self, stream: &mut Stream, octets: u32) {
        if stream.return_credit(octets) {
            self.owe_credit(stream);
        }
    }

    /// WINDOW_UPDATE is due on a stream.
    pub(super) fn owe_credit(&mut self, stream: &Stream) {
        let streams = &mut self.streams;
        streams.credit.push_back(&mut streams.links, stream.key());
        self.signals.wake_writer();
    }
}
