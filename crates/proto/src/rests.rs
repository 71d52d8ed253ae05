//! When to look which memory was of use.

/// So many rests are one period.
pub(crate) const PERIOD: u32 = 64;

/// Counts the moments at which nothing waits to be written: what was of use shows over some of them, not
/// between two.
#[derive(Debug, Default)]
pub(crate) struct Rests(u32);

impl Rests {
    pub(crate) const fn new() -> Self {
        Self(0)
    }

    /// Counts one; says whether a period is over.
    #[inline]
    pub(crate) const fn end_period(&mut self) -> bool {
        self.0 += 1;
        let is_over = self.0 >= PERIOD;
        if is_over {
            self.0 = 0;
        }
        is_over
    }
}
