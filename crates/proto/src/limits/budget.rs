//! Budgets as they are configured, and what a preset does to each kind of limit.

use core::time::Duration;

use crate::nanos::Nanos;

/// The nanoseconds of a second.
const SECOND: u128 = 1_000_000_000;

/// How much of something a peer may do in a burst, and how fast that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) depth: u32,
    pub(crate) per_second: u32,
}

/// A budget that grows with the number of streams that the peer may have open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PerStream {
    pub(crate) depth: u32,
    pub(crate) per_second: u32,
}

/// Octets of which fewer are no progress. A preset does not change what progress is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Least(pub(crate) u32);

/// The streams that are announced; `None` announces no limit.
pub(crate) type Streams = Option<u32>;

/// How much there may be of something that nothing bounds unless told.
pub(crate) type Most = Option<u32>;

/// The octets of field sections that wait; `None` is what the streams may have.
pub(crate) type Sections = Option<usize>;

impl Budget {
    pub(crate) const fn new(depth: u32, per_second: u32) -> Self {
        Self { depth, per_second }
    }

    /// The tokens that come in until then, from the beginning.
    pub(super) fn tokens_until(self, time: Nanos) -> u128 {
        u128::from(time.count()) * u128::from(self.per_second) / SECOND
    }

    /// When so many tokens have come in since the beginning; `None` if they never do.
    pub(super) fn time_of(self, tokens: u128) -> Option<Duration> {
        let per_second = u128::from(self.per_second);
        let nanos = (tokens * SECOND)
            .checked_add(per_second)?
            .checked_sub(1)?
            .checked_div(per_second)?;
        Some(Duration::from_nanos(u64::try_from(nanos).ok()?))
    }
}

impl PerStream {
    pub(crate) const fn new(depth: u32, per_second: u32) -> Self {
        Self { depth, per_second }
    }

    /// The budget where the peer may have so many streams open.
    pub(crate) const fn of(self, streams: u32) -> Budget {
        Budget {
            depth: self.depth.saturating_mul(streams),
            per_second: self.per_second.saturating_mul(streams),
        }
    }
}

/// What a preset multiplies by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scale {
    /// A half of counts, octets and times.
    Half,
    /// Four times counts and octets, and the same times.
    FourTimes,
}

/// A limit that a preset changes as it changes all others.
pub(super) trait Scaled: Sized {
    fn scaled(self, scale: Scale) -> Self;
}

impl Scaled for u32 {
    fn scaled(self, scale: Scale) -> Self {
        match scale {
            Scale::Half => self.div_ceil(2),
            Scale::FourTimes => self.saturating_mul(4),
        }
    }
}

impl Scaled for usize {
    fn scaled(self, scale: Scale) -> Self {
        match scale {
            Scale::Half => self.div_ceil(2),
            Scale::FourTimes => self.saturating_mul(4),
        }
    }
}

impl Scaled for Duration {
    fn scaled(self, scale: Scale) -> Self {
        match scale {
            Scale::Half => self / 2,
            Scale::FourTimes => self,
        }
    }
}

impl Scaled for Budget {
    fn scaled(self, scale: Scale) -> Self {
        Self::new(self.depth.scaled(scale), self.per_second.scaled(scale))
    }
}

impl Scaled for PerStream {
    /// The streams are scaled, and this with them.
    fn scaled(self, _: Scale) -> Self {
        self
    }
}

impl Scaled for Least {
    fn scaled(self, _: Scale) -> Self {
        self
    }
}

impl Scaled for Sections {
    fn scaled(self, scale: Scale) -> Self {
        self.map(|octets| octets.scaled(scale))
    }
}

impl Scaled for Streams {
    fn scaled(self, scale: Scale) -> Self {
        self.map(|streams| streams.scaled(scale))
    }
}
