//! Where the time of many requests went, by how long they took: so that it can be said of the slowest.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::array;

use super::label::Label;
use super::spent::Spent;

/// How many ranges an octave of times has: each is 3 % wide.
const RANGES: usize = 32;
const BITS: u32 = RANGES.trailing_zeros();

/// The requests of one range of times.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    count: u64,
    spent: Spent,
}

/// Sums of labels for each range of times.
#[derive(Clone, Debug, Default)]
pub(super) struct Breakdown {
    octaves: Vec<Option<Box<[Row; RANGES]>>>,
}

/// The mean of some of the requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mean {
    /// How many there are.
    pub(super) count: u64,
    spent: Spent,
}

impl Breakdown {
    /// Adds one request.
    pub(super) fn add(&mut self, spent: &Spent) {
        let row = self.row(place(spent.total()));
        row.count += 1;
        row.spent += spent;
    }

    /// Adds those of another.
    pub(super) fn merge(&mut self, other: &Self) {
        for (octave, rows) in other.octaves.iter().enumerate() {
            for (range, more) in rows.iter().flat_map(|rows| rows.iter()).enumerate() {
                let row = self.row((octave, range));
                row.count += more.count;
                row.spent += &more.spent;
            }
        }
    }

    /// All requests.
    pub(super) fn all(&self) -> Mean {
        self.slowest(u64::MAX)
    }

    /// The slowest requests: at least so many, if there are, and those that took as long as the last of
    /// them, to within 3 %.
    pub(super) fn slowest(&self, least: u64) -> Mean {
        let mut mean = Mean {
            count: 0,
            spent: Spent::default(),
        };
        let rows = self.octaves.iter().rev().flatten();
        for row in rows.flat_map(|rows| rows.iter().rev()) {
            if mean.count >= least {
                break;
            }
            mean.count += row.count;
            mean.spent += &row.spent;
        }
        mean
    }

    fn row(&mut self, (octave, range): (usize, usize)) -> &mut Row {
        if self.octaves.len() <= octave {
            self.octaves.resize_with(octave + 1, || None);
        }
        let rows = self.octaves.get_mut(octave).expect("it was made");
        let rows = rows.get_or_insert_with(|| Box::new(array::from_fn(|_| Row::default())));
        rows.get_mut(range).expect("a range has five bits")
    }
}

impl Mean {
    /// The mean of a label, in nanoseconds.
    pub(super) fn of(&self, label: Label) -> f64 {
        self.per(self.spent.of(label))
    }

    /// The mean of what a label has of a round trip.
    pub(super) fn trip_of(&self, label: Label) -> f64 {
        self.per(self.spent.trip_of(label))
    }

    /// The mean of the whole.
    pub(super) fn total(&self) -> f64 {
        self.per(self.spent.total())
    }

    /// All nanoseconds of a label.
    pub(super) fn sum(&self, label: Label) -> u64 {
        self.spent.of(label)
    }

    #[expect(clippy::cast_precision_loss, reason = "a mean has no more digits")]
    fn per(&self, sum: u64) -> f64 {
        sum as f64 / self.count.max(1) as f64
    }
}

/// The octave and the range of a time.
fn place(nanos: u64) -> (usize, usize) {
    let high = nanos.checked_ilog2().unwrap_or_default().max(BITS) - BITS;
    // Six bits at most are left.
    let range = usize::try_from(nanos >> high).unwrap_or(RANGES);
    match high {
        0 if range < RANGES => (0, range),
        _ => (high as usize + 1, range % RANGES),
    }
}

#[cfg(test)]
mod tests;
