//! Windows of streams that grow with what the path and the application take (RFC 9113 §6.9.1).

use core::time::Duration;

use super::{Connection, Shared};
use crate::flow::{INITIAL_WINDOW, Measure, Moment, WindowBudget};
use crate::role::Role;
use crate::stream::Stream;

/// So many initial windows are taken on the connection before another PING leaves, if the last one
/// found no stream too narrow: short streams, of which each asks once, cost few.
const PAUSE: u32 = 8;

/// The PINGs that go around while content is taken.
#[derive(Debug, Default)]
pub(super) struct Trips {
    /// How many have come back.
    count: u32,
    /// When the one left that is on its way.
    since: Option<Duration>,
    /// What the latest took.
    length: Duration,
    /// The octets to be taken before another leaves.
    pause: u32,
}

impl<R: Role> Connection<R> {
    /// Lets the windows of streams grow out of one budget, which other connections may share, from now
    /// on: a server bounds so what all its clients together may have under way beyond the windows that
    /// their streams begin with (RFC 9113 §10.5).
    pub fn grow_from(&mut self, budget: &WindowBudget) {
        let allowance = &mut self.core.shared.windows.allowance;
        allowance.grow_from(budget.clone());
    }
}

impl Shared {
    fn moment(&self) -> Moment {
        let trips = &self.windows.trips;
        Moment {
            now: self.clock.now,
            trip: trips.length,
            trips: trips.count,
        }
    }

    /// Takes note of content that waits to be taken.
    pub(super) fn stored(&self, stream: &mut Stream) {
        stream.note_stored(self.moment());
    }

    /// Takes note of content that was taken. Returns how much of it the stream is not granted again.
    pub(super) fn measure(&mut self, stream: &mut Stream, octets: u32) -> u32 {
        let moment = self.moment();
        let trips = &mut self.windows.trips;
        trips.pause = trips.pause.saturating_sub(octets);
        let Some((stale, measure)) = stream.measure(octets, moment) else {
            return 0;
        };
        self.windows.allowance.give_back(stale);
        match measure {
            Measure::Nothing => {}
            Measure::Wanted => self.begin_trip(stream, moment),
            Measure::Narrow => self.grow(stream),
        }
        stale
    }

    /// Measures a stream with a PING, if there is something to grow by.
    fn begin_trip(&mut self, stream: &mut Stream, moment: Moment) {
        let trips = &mut self.windows.trips;
        let is_part = trips.since.is_some();
        if !is_part {
            let is_settled = self.settings.oldest_unacknowledged().is_none();
            let may_grow = self.windows.allowance.left() > 0;
            if trips.pause > 0 || !is_settled || !may_grow || self.life.is_over() {
                return;
            }
            trips.since = Some(moment.now);
            self.ping_for_bandwidth();
        }
        stream.begin_trip(moment, is_part);
    }

    /// The PING is back: what it says of a stream shows when more is taken.
    pub(super) fn measured(&mut self) {
        let trips = &mut self.windows.trips;
        let Some(since) = trips.since.take() else {
            return;
        };
        trips.count = trips.count.wrapping_add(1);
        trips.length = self.clock.now.saturating_sub(since);
        let window = self.settings.local.initial_window_size;
        trips.pause = window.max(INITIAL_WINDOW).saturating_mul(PAUSE);
    }

    /// Doubles a stream's window, as far as all may grow.
    fn grow(&mut self, stream: &mut Stream) {
        let allowance = &mut self.windows.allowance;
        if stream.grow(|size| allowance.take(size)) > 0 {
            self.windows.trips.pause = 0;
        }
    }
}
