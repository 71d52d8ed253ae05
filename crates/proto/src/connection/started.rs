//! Which requests the application is notified of, and when (RFC 9113 §10.5).

use core::time::Duration;

use frame::ErrorCode;

use super::{Connection, Core, Shared};
use crate::error::StreamError;
use crate::role::Server;
use crate::stats::Slowdown;
use crate::stream::{Key, Stream, Work};
use crate::violation::{Limit, On};

impl Connection<Server> {
    /// How many requests the application works for at most: as many as the client may have open at
    /// once, or what stands for that where nothing is announced: N. It is notified of no more
    /// ([`Event::Opened`](crate::Event::Opened)) until it has released some. One whose work goes on
    /// after that keeps to this number itself (RFC 9113 §10.5).
    #[must_use]
    pub fn max_started(&self) -> usize {
        usize::try_from(self.core.shared.streams.most_work()).unwrap_or(usize::MAX)
    }
}

impl Core {
    /// Tells the application of the requests that wait, as many as may start.
    pub(super) fn start_waiting(&mut self) {
        while let Some((key, how)) = self.shared.next_start() {
            if let Some(stream) = self.store.get_mut(key) {
                self.shared.streams.start(stream, how);
            }
            // Whoever drives the connection hands it on, and may have nothing else to wake for.
            self.shared.signals.wake_writer();
        }
    }

    /// Refuses the requests that wait: whoever made them may try elsewhere (RFC 9113 §8.7).
    pub(super) fn refuse_waiting(&mut self) {
        let error = StreamError::Limit(Limit::NotStarted);
        while let Some(key) = self.shared.streams.first_waiting() {
            self.act(key, |shared, stream| {
                shared.show_fault(Limit::NotStarted.on(stream.id()));
                shared.reset(stream, ErrorCode::REFUSED_STREAM, error);
                shared.streams.end_work(stream);
            });
        }
    }
}

impl Shared {
    /// How many streams the peer may have open at once, or what stands for that where nothing is
    /// announced: N.
    pub(super) fn peer_streams(&self) -> u32 {
        match self.max_peer_streams() {
            u32::MAX => self.config.limits.assumed_streams,
            streams => streams,
        }
    }

    /// Takes note that N may be another. A budget never shrinks: what is open already may be reset,
    /// and what was reset before was allowed.
    pub(super) fn resize_budgets(&mut self) {
        let most = self.peer_streams().max(1);
        let widest = self.streams.limit_work(most);
        self.limits.resize(&self.config.limits, widest);
    }

    /// Tells the application of a request, now or when its turn has come.
    pub(super) fn admit(&mut self, stream: &mut Stream) {
        let canceled = self.control.canceled();
        if !self.streams.admit(stream, canceled, &self.limits) {
            self.counts.slow(match self.limits.may_start() {
                true => Slowdown::Working,
                false => Slowdown::Resets,
            });
        }
    }

    /// Takes the next request that waits, if one more may start.
    fn next_start(&mut self) -> Option<(Key, Work)> {
        if self.life.is_over() || self.life.flood().is_some() {
            return None;
        }
        let canceled = self.control.canceled();
        self.streams.next_start(canceled, &mut self.limits)
    }

    /// When the next request that waits may start, where it waits for the budget.
    pub(super) fn next_start_at(&self) -> Option<Duration> {
        let canceled = self.control.canceled();
        self.streams.next_start_at(canceled, &self.limits)
    }
}
