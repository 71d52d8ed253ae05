//! What one stream's window has grown by, by its own reading (RFC 9113 §6.9.1).
//!
//! A PING of ours goes around while the application takes content. A window must hold what is taken
//! in that time, twice over, to keep the peer sending; where it does not, it doubles. A stream of
//! which little is taken keeps its window, however fast the peer and all other streams are.

use alloc::boxed::Box;
use core::time::Duration;

use super::INITIAL_WINDOW;

/// A window that is smaller is not looked at more often than one of so many octets.
const SMALLEST: u32 = INITIAL_WINDOW;

/// What has waited for so many round trips
const STALE_TRIPS: u32 = 8;

/// and for so long gives back what the window had grown by for its sake.
const STALE: Duration = Duration::from_secs(1);

/// So many windows are taken before a stream that a round trip has found fast enough is measured again.
const PAUSE: u32 = 64;

/// So many are, where there was nothing left to grow by.
const PAUSE_WITHOUT_SPACE: u32 = 8;

/// How a stream's window grows, and has grown.
#[derive(Debug)]
pub(crate) struct Growth {
    /// The octets to be taken before it is measured again.
    pause: u32,
    /// Boxed, for most streams are too short to be measured.
    measured: Option<Box<Measured>>,
}

/// What is kept of a stream that was measured.
#[derive(Debug, Default)]
struct Measured {
    /// The octets that the window has grown by.
    grown: u32,
    trip: Option<Trip>,
    /// Since when some content waits, and the octets to be taken until that is.
    waiting: Option<(Duration, u32)>,
    /// The octets that have waited for too long.
    stale: u32,
}

/// The round trip in which a stream is measured.
#[derive(Clone, Copy, Debug)]
struct Trip {
    /// How many had ended when it began.
    number: u32,
    /// The octets that were taken in it.
    taken: u32,
    /// The PING had left before, so that this is less than is taken in a round trip.
    is_part: bool,
}

/// What comes of octets that were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    Nothing,
    /// The stream is to be measured in a round trip.
    Wanted,
    /// The window does not hold what is taken in a round trip twice.
    Narrow,
}

/// The time, as a stream needs to know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now: Duration,
    /// What the latest round trip took.
    pub(crate) trip: Duration,
    /// How many of our PINGs have come back.
    pub(crate) trips: u32,
}

impl Growth {
    pub(crate) const fn new(size: u32) -> Self {
        Self {
            pause: at_least(size, SMALLEST) / 2,
            measured: None,
        }
    }

    /// The window grows and shrinks no more. Returns what it had grown by.
    pub(crate) fn end(&mut self) -> u32 {
        self.measured.take().map_or(0, |measured| measured.grown)
    }

    /// Takes note of `octets` that were taken from a window of `size`.
    pub(crate) fn measure(&mut self, octets: u32, size: u32, moment: Moment) -> Measure {
        let Some(trip) = self.trip() else {
            self.pause = self.pause.saturating_sub(octets);
            return match self.pause {
                0 => Measure::Wanted,
                _ => Measure::Nothing,
            };
        };
        if trip.number == moment.trips {
            trip.taken = trip.taken.saturating_add(octets);
            return Measure::Nothing;
        }
        // Credit leaves in halves of a window, so that a peer that is held up is seen to send half of
        // it in some round trips.
        let (is_narrow, is_part) = (trip.taken >= size / 3, trip.is_part);
        if let Some(measured) = &mut self.measured {
            measured.trip = None;
        }
        self.pause(size, if is_part { 0 } else { PAUSE });
        match is_narrow {
            true => Measure::Narrow,
            false => Measure::Nothing,
        }
    }

    fn trip(&mut self) -> Option<&mut Trip> {
        self.measured.as_mut()?.trip.as_mut()
    }

    /// The stream is measured until the PING comes back that leaves now, or has left (`is_part`).
    pub(crate) fn begin(&mut self, moment: Moment, is_part: bool) {
        let measured = self.measured.get_or_insert_default();
        measured.trip = Some(Trip {
            number: moment.trips,
            taken: 0,
            is_part,
        });
    }

    /// The window of `size` octets has grown by `octets`.
    pub(crate) fn grow(&mut self, octets: u32, size: u32) {
        if let Some(measured) = &mut self.measured {
            measured.grown += octets;
        }
        self.pause(size, if octets > 0 { 1 } else { PAUSE_WITHOUT_SPACE });
    }

    fn pause(&mut self, size: u32, windows: u32) {
        self.pause = at_least(size, SMALLEST).saturating_mul(windows);
    }

    /// Takes note of content that came, where `untaken` octets wait now.
    pub(crate) fn stored(&mut self, untaken: u32, moment: Moment) {
        if let Some(measured) = &mut self.measured {
            if measured.grown > 0 && measured.waiting.is_none() {
                measured.waiting = Some((moment.now, untaken));
            }
        }
    }

    /// Takes note of `octets` that were taken, after which `untaken` wait. Returns how many of them
    /// the window does not get back, for they have waited for too long.
    pub(crate) fn taken(&mut self, octets: u32, untaken: u32, moment: Moment) -> u32 {
        let Some(measured) = &mut self.measured else {
            return 0;
        };
        measured.look(octets, untaken, moment);
        let stale = octets.min(measured.stale);
        measured.stale -= stale;
        let given = stale.min(measured.grown);
        measured.grown -= given;
        given
    }
}

impl Measured {
    /// Looks whether what is taken has waited for too long. What came after it is not asked for its
    /// own time: it goes the same way.
    fn look(&mut self, octets: u32, untaken: u32, moment: Moment) {
        let Some((since, ahead)) = self.waiting else {
            return;
        };
        let limit = STALE.max(moment.trip.saturating_mul(STALE_TRIPS));
        let is_stale = moment.now.saturating_sub(since) >= limit;
        if is_stale {
            self.stale = self.stale.max(octets.saturating_add(untaken));
        }
        let ahead = ahead.saturating_sub(octets);
        self.waiting = (!is_stale && ahead > 0).then_some((since, ahead));
    }
}

const fn at_least(octets: u32, least: u32) -> u32 {
    if octets < least { least } else { octets }
}
