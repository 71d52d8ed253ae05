//! One direction of a wire in memory: perfect at first, as bad as a test wants it.

use alloc::collections::VecDeque;

use crate::Rng;

/// One direction of a wire.
///
/// It carries what it accepts in order and unchanged; what varies is when, and in which pieces.
#[derive(Clone, Debug)]
pub struct Link {
    in_flight: VecDeque<u8>,
    capacity: usize,
    chunk: usize,
    short_write: usize,
    carried: usize,
    cut_after: usize,
    fate: Option<Rng>,
    is_stalled: bool,
    is_broken: bool,
    is_finished: bool,
}

/// What a link did with octets that it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    /// It took this many of the first.
    Took(usize),
    /// It takes some if asked again.
    Later,
    /// It is full.
    Full,
    /// It takes none any more.
    Closed,
}

/// What a link has for its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    /// These octets, at least one.
    Octets(Vec<u8>),
    /// Some if asked again.
    Later,
    /// Nothing at present.
    Nothing,
    /// Nothing any more.
    End,
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

impl Link {
    /// Makes a perfect link that holds 64 KiB.
    #[must_use]
    pub fn new() -> Self {
        Self {
            in_flight: VecDeque::new(),
            capacity: 64 * 1024,
            chunk: usize::MAX,
            short_write: usize::MAX,
            carried: 0,
            cut_after: usize::MAX,
            fate: None,
            is_stalled: false,
            is_broken: false,
            is_finished: false,
        }
    }

    /// Delivers at most this many octets at once; at least one.
    pub fn chunk(&mut self, octets: usize) -> &mut Self {
        self.chunk = octets.max(1);
        self
    }

    /// Accepts at most this many octets at once; at least one.
    pub fn short_writes(&mut self, octets: usize) -> &mut Self {
        self.short_write = octets.max(1);
        self
    }

    /// Holds at most this many octets that were not delivered; with 0 nobody reads at all.
    pub fn capacity(&mut self, octets: usize) -> &mut Self {
        self.capacity = octets;
        self
    }

    /// Accepts and delivers as much and as often as the numbers of this seed say.
    pub fn hostile(&mut self, seed: u64) -> &mut Self {
        self.fate = Some(Rng::new(seed));
        self
    }

    /// Delivers nothing until it is resumed; accepts until it is full.
    pub fn stall(&mut self) -> &mut Self {
        self.is_stalled = true;
        self
    }

    /// Delivers again.
    pub fn resume(&mut self) -> &mut Self {
        self.is_stalled = false;
        self
    }

    /// Loses what is in flight; the reader finds the end, and the writer finds it closed.
    pub fn cut(&mut self) -> &mut Self {
        self.in_flight.clear();
        self.is_broken = true;
        self
    }

    /// Closes once it has accepted this many octets in all; these are delivered.
    pub fn cut_after(&mut self, octets: usize) -> &mut Self {
        self.cut_after = octets;
        self.is_broken |= self.carried >= octets;
        self
    }

    /// Ends in good order: the reader finds the end behind what is in flight.
    pub fn finish(&mut self) -> &mut Self {
        self.is_finished = true;
        self
    }

    /// How many octets it has accepted.
    #[must_use]
    pub fn carried(&self) -> usize {
        self.carried
    }

    /// How many octets it holds.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// The seed of a hostile link.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.fate.as_ref().map(Rng::seed)
    }

    /// Puts octets in flight from outside, past capacity and faults of the writing end.
    pub(crate) fn push(&mut self, octets: &[u8]) {
        self.carried += octets.len();
        self.in_flight.extend(octets);
    }

    /// Forgets everything that is in flight.
    pub(crate) fn clear(&mut self) {
        self.in_flight.clear();
    }

    /// How many octets it accepts at once at most.
    pub(super) fn takes(&self) -> usize {
        let space = self.capacity.saturating_sub(self.in_flight.len());
        let life = self.cut_after.saturating_sub(self.carried);
        space.min(self.short_write).min(life)
    }

    pub(super) fn accept(&mut self, octets: &[u8]) -> Accepted {
        if self.is_broken || self.is_finished {
            return Accepted::Closed;
        }
        let Some(count) = self.some_of(octets.len().min(self.takes())) else {
            return Accepted::Later;
        };
        let Some(taken) = octets.get(..count).filter(|taken| !taken.is_empty()) else {
            return Accepted::Full;
        };
        self.push(taken);
        self.is_broken = self.carried >= self.cut_after;
        Accepted::Took(count)
    }

    pub(super) fn deliver(&mut self, space: usize) -> Delivered {
        if self.is_stalled && !self.is_broken {
            return Delivered::Nothing;
        }
        let most = self.in_flight.len().min(self.chunk).min(space);
        match self.some_of(most) {
            None => Delivered::Later,
            Some(0) if !self.in_flight.is_empty() => Delivered::Nothing,
            Some(0) if self.is_broken || self.is_finished => Delivered::End,
            Some(0) => Delivered::Nothing,
            Some(count) => Delivered::Octets(self.in_flight.drain(..count).collect()),
        }
    }

    /// How many of `most` octets move now: all of them, or as fate has it; none: ask again.
    fn some_of(&mut self, most: usize) -> Option<usize> {
        let Some(fate) = self.fate.as_mut().filter(|_| most > 0) else {
            return Some(most);
        };
        match fate.range(0..8) {
            0 | 1 => None,
            2 | 3 => Some(1),
            4 => Some(most),
            5 => Some(1 + fate.range(0..most.min(16))),
            _ => Some(1 + fate.range(0..most)),
        }
    }
}
