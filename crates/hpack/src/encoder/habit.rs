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

/// The references of the list in progress, and behind them what is left of the list before.
#[derive(Debug, Default)]
pub(super) struct Habit {
    references: Vec<Reference>,
    /// How many are of the list in progress.
    now: usize,
}

impl Habit {
    /// What the next field is likely to refer to.
    #[inline]
    pub(super) fn expected(&self) -> Option<Reference> {
        self.references.get(self.now).copied()
    }

    /// The next field refers to what was expected.
    #[inline]
    pub(super) fn confirm(&mut self) {
        self.now += 1;
    }

    /// The next field refers to something else.
    pub(super) fn note(&mut self, reference: Reference) {
        if self.references.get(self.now + 1) == Some(&reference) {
            // One field was left out this time.
            self.references.remove(self.now);
        } else if self.now < MOST {
            self.references.truncate(MOST);
            self.references.insert(self.now, reference);
        } else {
            return;
        }
        self.now += 1;
    }

    /// The next field has the name of what was expected, and refers to something else.
    #[inline]
    pub(super) fn replace(&mut self, reference: Reference) {
        if let Some(place) = self.references.get_mut(self.now) {
            *place = reference;
            self.now += 1;
        }
    }

    /// The list has ended.
    #[inline]
    pub(super) fn end(&mut self) {
        self.references.truncate(self.now);
        self.now = 0;
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{Habit, MOST, Reference};

    fn hears(habit: &mut Habit, list: &[Reference]) -> usize {
        let mut expected = 0;
        for it in list {
            if habit.expected() == Some(*it) {
                habit.confirm();
                expected += 1;
            } else {
                habit.note(*it);
            }
        }
        habit.end();
        expected
    }

    #[test]
    fn a_list_with_one_field_more_or_less_is_expected_to_go_on_as_before() {
        let [a, b, c, d] = [2, 70, 71, 72].map(Reference::Dynamic);
        let mut habit = Habit::default();
        assert_eq!(hears(&mut habit, &[a, b, c, d]), 0);
        assert_eq!(hears(&mut habit, &[a, b, c, d]), 4);
        // Which one follows the one that was left out shows at its successor.
        assert_eq!(hears(&mut habit, &[a, c, d]), 2);
        assert_eq!(hears(&mut habit, &[a, Reference::Static(2), c, d]), 3);
        assert_eq!(hears(&mut habit, &[a, Reference::Static(2), c, d]), 4);
    }

    #[test]
    fn a_field_whose_value_changed_takes_the_place_of_the_old_one() {
        let [a, b, c, d] = [2, 70, 71, 72].map(Reference::Dynamic);
        let mut habit = Habit::default();
        assert_eq!(hears(&mut habit, &[a, b, c]), 0);
        assert_eq!(habit.expected(), Some(a));
        habit.confirm();
        habit.replace(d);
        assert_eq!(habit.expected(), Some(c), "what follows stays where it was");
        habit.confirm();
        habit.end();
        assert_eq!(hears(&mut habit, &[a, d, c]), 3);
    }

    #[test]
    fn of_a_long_list_the_beginning_is_remembered() {
        let list: Vec<_> = (0..1000).map(Reference::Dynamic).collect();
        let mut habit = Habit::default();
        for expected in [0, MOST, MOST] {
            assert_eq!(hears(&mut habit, &list), expected);
            assert!(habit.references.len() <= MOST);
        }
    }
}
