//! The windows of the connection, and the bandwidth that those of streams grow with
//! (RFC 9113 §6.9.1).
//!
//! It keeps what the peer may still send on all streams together and what we may, the sum of what all
//! may hold, and the PINGs by which a stream's window is measured. Streams have their own windows: they
//! are given in the hand where these take part. It sends nothing: that a WINDOW_UPDATE is due, or a
//! PING wanted, is what its methods return.
//!
//! Who returns the credit decides what bounds a connection. Where that happens by itself, the window of
//! the connection is credited when content comes, and what waits is bounded by the windows of the
//! streams. Where the application does it, the connection's window is all that bounds what waits.

#[cfg(test)]
mod tests;
mod trips;

use core::time::Duration;

use frame::Increment;

use self::trips::Trips;
use crate::config::Credit;
use crate::error::ConfigError;
use crate::flow::{
    Allowance, INITIAL_WINDOW, MAX_WINDOW, Measure, Moment, Overflow, RecvWindow, Window,
    WindowBudget,
};
use crate::stream::Stream;

/// The windows of the connection.
#[derive(Debug)]
pub(crate) struct Windows {
    credit: Credit,
    recv: RecvWindow,
    send: Window,
    /// What all streams may hold together.
    allowance: Allowance,
    trips: Trips,
}

impl Windows {
    /// Windows for all that `allowance` says, or one of `fixed` octets.
    pub(crate) fn new(credit: Credit, allowance: Allowance, fixed: Option<u32>) -> Self {
        let octets = fixed.unwrap_or(allowance.window());
        Self {
            credit,
            recv: RecvWindow::of_connection(octets),
            send: Window::new(INITIAL_WINDOW),
            allowance,
            trips: Trips::default(),
        }
    }
}

/// What the peer may send. Those that return a `bool` say whether WINDOW_UPDATE is due.
impl Windows {
    /// The window that the peer sends into.
    pub(crate) const fn recv_window(&self) -> Window {
        self.recv.window()
    }

    /// DATA has come, whatever becomes of it.
    ///
    /// Choice: RFC 9113 §6.9.1 lets the receiver return credit when it likes. What waits to be taken
    /// is bounded by the windows of the streams, so that the connection's needs no holding back: what
    /// nobody takes stops its own stream and no other.
    pub(crate) fn arrived(&mut self, octets: u32) -> Result<bool, Overflow> {
        self.recv.charge(octets)?;
        Ok(self.credit == Credit::Automatic && self.recv.release(octets))
    }

    /// Octets were taken or dropped. Their credit goes back now, unless it did when they came.
    pub(crate) fn credited(&mut self, octets: u32) -> bool {
        self.credit == Credit::Manual && self.recv.release(octets)
    }

    /// Says whether the application returns the credit of what it takes.
    pub(crate) fn is_credit_held(&self) -> bool {
        self.credit == Credit::Manual
    }

    /// Grants the credit that is due.
    pub(crate) fn next_increment(&mut self) -> Option<Increment> {
        self.recv.is_due().then(|| self.recv.grant()).flatten()
    }

    /// The application sets the window, where it returns the credit.
    pub(crate) fn set(&mut self, octets: u32) -> Result<bool, ConfigError> {
        if octets > MAX_WINDOW {
            return Err(ConfigError::Window);
        }
        if self.credit == Credit::Automatic {
            let relation = "credit is manual where the window of the connection is set";
            return Err(ConfigError::Relation(relation));
        }
        self.recv.set_size(octets);
        Ok(self.recv.is_due())
    }
}

/// What we may send.
impl Windows {
    /// The window that we send into.
    pub(crate) const fn send_window(&self) -> Window {
        self.send
    }

    /// The peer grants credit.
    pub(crate) fn granted(&mut self, by: Increment) -> Result<(), Overflow> {
        self.send = self.send.add(i64::from(by.value()))?;
        Ok(())
    }

    /// So much content leaves.
    pub(crate) fn sent(&mut self, octets: u32) {
        self.send = self.send.sub(octets);
    }
}

/// What each stream takes of what all may hold together (RFC 9113 §10.5).
impl Windows {
    /// The peer may send on a stream from now on, unless it has ended its side already.
    pub(crate) fn open(&mut self, stream: &mut Stream) {
        self.allowance.open();
        if stream.open_share() {
            self.close(stream);
        }
    }

    /// The peer sends no more on a stream: what is there is all that it holds. Says whether that made
    /// space.
    pub(crate) fn close(&mut self, stream: &mut Stream) -> bool {
        let closed = stream.close_share();
        if let Some((grown, waiting)) = closed {
            self.allowance.close(grown, waiting);
        }
        closed.is_some()
    }

    /// Content has left a stream's inbox, taken or dropped. Says whether that made space.
    pub(crate) fn left(&mut self, stream: &mut Stream, octets: u32) -> bool {
        let octets = stream.leave_share(octets);
        if octets > 0 {
            self.allowance.give_back(octets);
        }
        octets > 0
    }

    /// Says whether one more stream may have a window where there are to be `streams` at least.
    pub(crate) fn has_capacity(&self, streams: u32) -> bool {
        self.credit == Credit::Manual || self.allowance.has_capacity(streams)
    }

    /// Lets there be `streams` with windows of `initial` octets, and widens the connection's for them.
    /// Says whether WINDOW_UPDATE is due.
    pub(crate) fn widen(&mut self, initial: u32, streams: u32) -> bool {
        self.allowance.raise(initial, streams);
        if self.credit == Credit::Automatic {
            self.recv.enlarge(self.allowance.window());
        }
        self.recv.is_due()
    }

    /// The initial window that was announced is in force.
    pub(crate) fn settle(&mut self, initial: u32) {
        self.allowance.settle(initial);
    }

    /// Windows grow out of a budget that connections share, from now on.
    pub(crate) fn grow_from(&mut self, budget: WindowBudget) {
        self.allowance.grow_from(budget);
    }
}

/// Windows of streams that grow with what the path and the application take.
impl Windows {
    /// Content waits to be taken.
    pub(crate) fn stored(&self, stream: &mut Stream, now: Duration) {
        stream.note_stored(self.trips.moment(now));
    }

    /// Content was taken, and may be asked for with a PING. Returns how much of it the stream is not
    /// granted again, and whether the PING is wanted.
    pub(crate) fn taken(
        &mut self,
        stream: &mut Stream,
        octets: u32,
        now: Duration,
        may_ask: bool,
    ) -> (u32, bool) {
        let moment = self.trips.moment(now);
        self.trips.taken(octets);
        let Some((stale, measure)) = stream.measure(octets, moment) else {
            return (0, false);
        };
        self.allowance.give_back(stale);
        let asks = match measure {
            Measure::Nothing => false,
            Measure::Wanted => self.begin_trip(stream, moment, may_ask),
            Measure::Narrow => {
                self.grow(stream);
                false
            }
        };
        (stale, asks)
    }

    /// Measures a stream, if there is something to grow by. Says whether the PING is still to leave.
    fn begin_trip(&mut self, stream: &mut Stream, moment: Moment, may_ask: bool) -> bool {
        let is_part = self.trips.is_under_way();
        if !is_part {
            let may_grow = self.allowance.left() > 0;
            if !may_ask || !may_grow || !self.trips.begin(moment.now) {
                return false;
            }
        }
        stream.begin_trip(moment, is_part);
        !is_part
    }

    /// The PING is back: what it says of a stream shows when more is taken.
    pub(crate) fn measured(&mut self, now: Duration, initial: u32) {
        self.trips.end(now, initial);
    }

    /// Doubles a stream's window, as far as all may grow.
    fn grow(&mut self, stream: &mut Stream) {
        let octets = stream.grow(|size| self.allowance.take(size));
        self.trips.grew(octets);
    }
}
