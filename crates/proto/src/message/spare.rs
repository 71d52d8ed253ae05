//! The memory of field sections that were sent, for those that come.

use alloc::vec::Vec;

use super::section::FieldSection;

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
    /// How many were taken since the output was empty, and before that.
    taken: [usize; 2],
}

impl Spare {
    pub(crate) const fn new() -> Self {
        Self {
            sections: Vec::new(),
            octets: 0,
            space: CAPACITY,
            taken: [1, 1],
        }
    }

    /// Takes an empty section with space for one like the last.
    pub(crate) fn take(&mut self) -> FieldSection {
        self.taken[0] += 1;
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
        let octets = section.capacity();
        let is_useful =
            (self.space..=LARGEST).contains(&octets) && self.sections.len() < self.wanted();
        if is_useful && self.octets + octets <= MOST {
            section.clear();
            self.octets += octets;
            self.sections.push(section);
        }
    }

    /// The output is empty: what is not needed as often as it was is given back.
    pub(crate) fn rest(&mut self) {
        self.taken = [1, self.taken[0]];
        while self.sections.len() > self.wanted() {
            self.octets -= self.sections.pop().map_or(0, |section| section.capacity());
        }
    }

    /// How many sections will be of use.
    fn wanted(&self) -> usize {
        let [now, before] = self.taken;
        now.max(before)
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
}
