//! Counts the frames of each type, so that a run can show what it has tried.

use core::fmt;

use crate::{Reader, kind};

/// How many frames of each type there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    named: [u64; kind::NAMED.len()],
    unknown: u64,
}

impl Census {
    /// Makes one without any.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts the whole frames of a conversation, from its beginning; for instance as much of it
    /// as a machine has consumed.
    pub fn add(&mut self, octets: &[u8]) {
        for frame in Reader::new().read(octets) {
            self.note(frame.kind);
        }
    }

    /// Counts one frame.
    pub fn note(&mut self, kind: u8) {
        let mut counts = kind::NAMED.iter().zip(&mut self.named);
        match counts.find(|((number, _), _)| *number == kind) {
            Some((_, count)) => *count += 1,
            None => self.unknown += 1,
        }
    }

    /// The names of the types and their counts; unknown ones are last, and together.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let names = kind::NAMED.iter().map(|(_, name)| *name);
        let named = names.zip(self.named);
        named.chain([("UNKNOWN", self.unknown)])
    }

    /// The types of which there was no frame.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let missing = self.counts().filter(|(_, count)| *count == 0);
        missing.map(|(name, _)| name).collect()
    }
}

impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, count)) in self.counts().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name} {count}")?;
        }
        Ok(())
    }
}
