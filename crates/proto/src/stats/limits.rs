//! Which limits were passed, and how often.

use alloc::vec::Vec;

use crate::violation::Limit;

/// Which limits were passed, and how often. Most connections pass none, and hold no memory for it; there are
/// no more entries than limits.
#[derive(Debug, Default)]
pub(crate) struct Trips(Vec<(Limit, u64)>);

impl Trips {
    pub(crate) fn add(&mut self, limit: Limit) {
        match self.0.iter_mut().find(|(known, _)| *known == limit) {
            Some((_, count)) => *count += 1,
            None => self.0.push((limit, 1)),
        }
    }

    pub(crate) fn tell(&self) -> Vec<(Limit, u64)> {
        self.0.clone()
    }
}
