//! What the list before referred to: most lists repeat it, in the same order.
//!
//! So the entry that is most likely is compared first, and hashes are made only where it is another.

use alloc::vec::Vec;

/// How many references are remembered of a list.
const MOST: usize = 64;

/// What a field was written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// An entry of the static table, by its index.
    Static(u8),
    /// An entry of the dynamic table, by its number.
    Dynamic(u32),
}

/// The references of the list before, and those of the list in progress.
#[derive(Debug, Default)]
pub(super) struct Habit {
    before: Vec<Reference>,
    now: Vec<Reference>,
    /// Which one is expected next.
    next: usize,
}

impl Habit {
    /// What the next field is likely to refer to.
    #[inline]
    pub(super) fn expected(&self) -> Option<Reference> {
        self.before.get(self.next).copied()
    }

    /// The next field refers to this.
    #[inline]
    pub(super) fn note(&mut self, reference: Reference) {
        if self.now.len() < MOST {
            self.now.push(reference);
        }
        if self.expected() == Some(reference) {
            self.next += 1;
        } else if self.before.get(self.next + 1) == Some(&reference) {
            // One field was left out this time.
            self.next += 2;
        }
    }

    /// The list has ended.
    #[inline]
    pub(super) fn end(&mut self) {
        core::mem::swap(&mut self.before, &mut self.now);
        self.now.clear();
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Habit, Reference};

    #[test]
    fn a_list_with_one_field_more_or_less_is_expected_to_go_on_as_before() {
        let list = [2, 70, 71, 72].map(Reference::Dynamic);
        let mut habit = Habit::default();
        list.into_iter().for_each(|it| habit.note(it));
        habit.end();
        for it in [0, 2, 3] {
            habit.note(list[it]);
        }
        habit.end();
        for it in [list[0], Reference::Static(2)] {
            habit.note(it);
        }
        assert_eq!(habit.expected(), Some(list[2]));
    }
}
