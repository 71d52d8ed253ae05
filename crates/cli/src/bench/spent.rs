//! How long a request has spent on each label.

use core::ops::AddAssign;

use super::label::{LABELS, Label};

/// Nanoseconds by label. They sum exactly to the time that they are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spent {
    sums: [u64; LABELS],
    /// Of the two windows that we let be exhausted, what passed once credit had left: a round trip at
    /// most each time, which no larger answer of ours would have saved.
    trips: [u64; 2],
}

impl Spent {
    pub(super) fn add(&mut self, label: Label, nanos: u64) {
        if let Some(sum) = self.sums.get_mut(label as usize) {
            *sum += nanos;
        }
    }

    /// Adds to what passed of a window's time once credit had left.
    pub(super) fn add_trip(&mut self, label: Label, nanos: u64) {
        let place = usize::from(label == Label::OwnStreamWindow);
        if let Some(trip) = self.trips.get_mut(place) {
            *trip += nanos;
        }
    }

    pub(super) fn of(&self, label: Label) -> u64 {
        self.sums.get(label as usize).copied().unwrap_or_default()
    }

    /// How much of a label is the round trip of credit that had left.
    pub(super) fn trip_of(&self, label: Label) -> u64 {
        match (label, self.trips) {
            (Label::OwnConnectionWindow, [trip, _]) | (Label::OwnStreamWindow, [_, trip]) => trip,
            _ => 0,
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.sums.iter().sum()
    }
}

impl AddAssign<&Self> for Spent {
    #[inline]
    fn add_assign(&mut self, other: &Self) {
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum += more;
        }
        for (trip, more) in self.trips.iter_mut().zip(other.trips) {
            *trip += more;
        }
    }
}
