//! Who has to do with a stream: how many hold it, and how far the application has come with it.

use core::fmt;
use core::num::NonZeroU32;

/// How many handles there are on a stream, whether a handler of it runs, and whether the application has
/// begun with it: in one word, for there is one to each open stream.
///
/// More handles than fit, half a milliard, are never counted down again: a stream is rather kept than
/// released under somebody who holds it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holders(NonZeroU32);

/// Always set, so that a word of nothing is no word of a stream.
const PRESENT: NonZeroU32 = NonZeroU32::MIN;
const HANDLED: u32 = 1 << 1;
const BEGUN: u32 = 1 << 2;
/// One handle.
const ONE: u32 = 1 << 3;
const MOST: u32 = u32::MAX / ONE;

impl Holders {
    /// Nobody, and nothing begun.
    pub(crate) const NONE: Self = Self(PRESENT);

    pub(crate) const fn count(self) -> u32 {
        self.0.get() / ONE
    }

    /// Notes another holder.
    pub(crate) const fn hold(&mut self) {
        if self.count() < MOST {
            self.0 = self.0.saturating_add(ONE);
        }
    }

    /// Notes that a holder was dropped.
    pub(crate) fn holder_dropped(&mut self) {
        if (1..MOST).contains(&self.count()) {
            self.0 = PRESENT | (self.0.get() - ONE);
        }
    }

    pub(crate) const fn is_handled(self) -> bool {
        self.0.get() & HANDLED != 0
    }

    /// Notes that a handler of it runs, whatever it holds, or has ended; or that it is sent to its end
    /// although nobody holds it.
    pub(crate) fn set_handled(&mut self, is_handled: bool) {
        self.set(HANDLED, is_handled);
    }

    pub(crate) const fn is_begun(self) -> bool {
        self.0.get() & BEGUN != 0
    }

    /// Notes that the application has begun with it: it opened it, or handles the request.
    pub(crate) fn begin(&mut self) {
        self.set(BEGUN, true);
    }

    fn set(&mut self, flag: u32, to: bool) {
        let without = self.0.get() & !flag;
        self.0 = PRESENT | if to { without | flag } else { without };
    }
}

impl fmt::Debug for Holders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Holders")
            .field("count", &self.count())
            .field("is_handled", &self.is_handled())
            .field("is_begun", &self.is_begun())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_the_count_do_not_disturb_each_other() {
        let mut holders = Holders::NONE;
        holders.set_handled(true);
        for count in 1..=300 {
            holders.hold();
            assert_eq!(holders.count(), count);
        }
        holders.begin();
        holders.set_handled(false);
        assert!(holders.is_begun() && !holders.is_handled());
        for count in (0..300).rev() {
            holders.holder_dropped();
            assert_eq!(holders.count(), count);
        }
        holders.holder_dropped();
        assert_eq!((holders.count(), holders.is_begun()), (0, true));
    }

    #[test]
    fn a_count_that_is_full_stays_so() {
        let mut holders = Holders(NonZeroU32::MAX);
        holders.hold();
        holders.holder_dropped();
        assert_eq!(holders.count(), MOST);
        holders.set_handled(false);
        assert_eq!((holders.count(), holders.is_handled()), (MOST, false));
    }
}
