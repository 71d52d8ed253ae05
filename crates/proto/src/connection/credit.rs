//! Returning credit: to the connection for what has come, to a stream for what was taken of it
//! (RFC 9113 §6.9.1).

use super::{Connection, Shared};
use crate::error::UserError;
use crate::flow::WindowBudget;
use crate::limits::Cost;
use crate::role::Role;
use crate::stream::Stream;

impl<R: Role> Connection<R> {
    /// Lets the windows of streams grow out of one budget, which other connections may share, from now
    /// on: a server bounds so what all its clients together may have under way beyond the windows that
    /// their streams begin with (RFC 9113 §10.5).
    pub fn grow_from(&mut self, budget: &WindowBudget) {
        self.core.shared.windows.grow_from(budget.clone());
    }
}

impl Shared {
    /// The application took `octets` out.
    pub(super) fn taken(&mut self, stream: &mut Stream, octets: u32) {
        self.show_taken(stream, octets);
        self.left(stream, octets);
        if self.windows.is_credit_held() {
            stream.hold_credit(octets);
        } else {
            self.credit_taken(stream, octets);
        }
    }

    /// The application took a piece of content whose frames cost so much.
    pub(super) fn taken_piece(&mut self, cost: Cost) {
        self.held.given_back(cost.held());
        if self.pace.taken(cost.refund()) {
            self.signals.wake_reader();
        }
    }

    /// Returns the credit of `octets` that a stream's application has taken.
    pub(super) fn credit_taken(&mut self, stream: &mut Stream, octets: u32) {
        let octets = stream.charged_of(octets);
        let is_settled = self.local_settings.oldest_unacknowledged().is_none();
        let may_ask = is_settled && !self.life.is_over();
        let now = self.timers.now();
        let (stale, asks) = self.windows.taken(stream, octets, now, may_ask);
        if asks {
            self.ping_for_bandwidth();
        }
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
        if self.windows.credited(octets) {
            self.signals.wake_writer();
        }
    }

    pub(super) fn set_connection_window(&mut self, octets: u32) -> Result<(), UserError> {
        if self.windows.set(octets)? {
            self.signals.wake_writer();
        }
        Ok(())
    }

    fn credit_stream(&mut self, stream: &mut Stream, octets: u32) {
        if stream.return_credit(octets) {
            self.owe_credit(stream);
        }
    }

    /// WINDOW_UPDATE is due on a stream.
    pub(super) fn owe_credit(&mut self, stream: &Stream) {
        self.streams.owe_credit(stream);
        self.signals.wake_writer();
    }
}
