//! The memory of field sections that were sent, for those that come.
//!
//! How much is of use shows over some time, not between two moments at which all was written: a stack
//! that asks after each step whether there is output has many such moments in one turn.

use alloc::vec::Vec;

use super::section::FieldSection;
use crate::rests::Rests;

/// What is kept at most, in octets.
const MOST: usize = 64 * 1024;

/// What a single section has at most that is kept, in octets.
const LARGEST: usize = 2048;

/// What the first section has space for, in octets: most requests need no more.
const CAPACITY: usize = 512;

/// Empty sections that hold memory.
#[derive(Debug)]
pub(crate) struct Spare {
    sections: Vec<FieldSection>,
    octets: usize,
    /// What the last section that came needed: most are much alike.
    space: usize,
    /// How many were taken since the last look that did not come back yet.
    away: u32,
    /// The most that this was since then, and before that.
    most_away: [u32; 2],
    /// How often the output was empty since then.
    rests: Rests,
}

impl Spare {
    pub(crate) const fn new() -> Self {
        Self {
            sections: Vec::new(),
            octets: 0,
            space: CAPACITY,
            away: 0,
            most_away: [1, 1],
            rests: Rests::new(),
        }
    }

    /// Takes an empty section with space for one like the last.
    pub(crate) fn take(&mut self) -> FieldSection {
        self.away = self.away.saturating_add(1);
        self.most_away[0] = self.most_away[0].max(self.away);
        match self.sections.pop() {
            Some(section) => {
                self.octets -= section.capacity();
                section
            }
            None => FieldSection::with_capacity(self.space),
        }
    }

    /// Takes note of a section that came.
    pub(crate) fn note(&mut self, section: &FieldSection) {
        self.space = section.octets().next_multiple_of(64).min(LARGEST);
    }

    /// Keeps the memory of a section that was sent, if it is of use.
    pub(crate) fn give(&mut self, mut section: FieldSection) {
        self.away = self.away.saturating_sub(1);
        let octets = section.capacity();
        let is_useful =
            (self.space..=LARGEST).contains(&octets) && self.sections.len() < self.wanted();
        if is_useful && self.octets + octets <= MOST {
            section.clear();
            self.octets += octets;
            self.sections.push(section);
        }
    }

    /// The output is empty: from time to time, what is not needed as it was is given back.
    #[inline]
    pub(crate) fn rest(&mut self) {
        if self.rests.end_period() {
            self.look();
        }
    }

    #[cold]
    fn look(&mut self) {
        // Not all that are away come back: their streams may have been reset.
        self.away = 0;
        self.most_away = [1, self.most_away[0]];
        while self.sections.len() > self.wanted() {
            self.octets -= self.sections.pop().map_or(0, |section| section.capacity());
        }
    }

    /// How many sections will be of use.
    fn wanted(&self) -> usize {
        let [now, before] = self.most_away;
        now.max(before) as usize
    }

    /// What is held, in octets.
    pub(crate) const fn octets(&self) -> usize {
        self.octets
    }

    /// Gives all memory back.
    pub(crate) fn clear(&mut self) {
        self.sections = Vec::new();
        self.octets = 0;
    }
}

#[cfg(test)]
mod tests {
    use hpack::HeaderField;

    use super::{FieldSection, LARGEST, MOST, Spare};
    use crate::rests::PERIOD;

    #[test]
    fn what_is_kept_is_used_again_and_bounded() {
        let mut spare = Spare::new();
        let section = spare.take();
        let octets = section.capacity();
        spare.give(section);
        assert_eq!(spare.octets, octets);
        assert_eq!(spare.take().capacity(), octets);
        assert_eq!(spare.octets, 0);
        for _ in 0..1000 {
            spare.take();
        }
        for _ in 0..1000 {
            spare.give(FieldSection::with_capacity(octets));
        }
        assert!(spare.octets <= MOST);
        spare.clear();
        spare.give(FieldSection::with_capacity(LARGEST + 1));
        spare.give(FieldSection::with_capacity(octets / 2));
        assert_eq!(spare.octets, 0);
    }

    #[test]
    fn the_space_is_that_of_the_last_section() {
        let mut spare = Spare::new();
        let mut section = spare.take();
        section.push(HeaderField::new(b"name", &[b'x'; 1000]));
        spare.note(&section);
        assert!((1014..1100).contains(&spare.take().capacity()));
    }

    /// Takes so many sections and gives them back one by one, each time with the output empty.
    fn turn(spare: &mut Spare, sections: usize) {
        let taken: alloc::vec::Vec<_> = (0..sections).map(|_| spare.take()).collect();
        for section in taken {
            spare.give(section);
            spare.rest();
        }
    }

    #[test]
    fn memory_outlasts_moments_at_which_the_output_is_empty() {
        let mut spare = Spare::new();
        turn(&mut spare, 50);
        let held = spare.octets;
        assert_eq!(spare.sections.len(), 50);
        for _ in 0..100 {
            turn(&mut spare, 50);
            assert_eq!(spare.octets, held);
        }
    }

    #[test]
    fn memory_that_is_needed_no_more_goes_after_two_periods() {
        let mut spare = Spare::new();
        turn(&mut spare, 50);
        (0..2 * PERIOD).for_each(|_| turn(&mut spare, 1));
        assert_eq!(spare.sections.len(), 1);
    }
}
