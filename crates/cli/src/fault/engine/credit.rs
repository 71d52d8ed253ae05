//! A window of which its sender is told less than the receiver grants (RFC 9113 §6.9.1).

use blocking::proto::frame::Increment;

/// The window that a connection begins with, and a stream, if nothing is said (RFC 9113 §6.9.2).
pub(super) const USUAL: u32 = 65_535;

/// What may be sent, in truth and as its sender believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    granted: i64,
    told: i64,
    /// How much its sender is notified of at most.
    limit: Option<u32>,
}

impl Account {
    pub(super) fn new(granted: u32, told: u32, limit: Option<u32>) -> Self {
        Self {
            granted: granted.into(),
            told: told.into(),
            limit,
        }
    }

    /// The sender has used up so much.
    pub(super) fn sent(&mut self, octets: u32) {
        self.granted -= i64::from(octets);
        self.told -= i64::from(octets);
    }

    /// The receiver grants so much more.
    pub(super) fn grants(&mut self, octets: u32) {
        self.granted += i64::from(octets);
    }

    /// The initial window has become another, for either end.
    pub(super) fn moves(&mut self, granted: i64, told: i64) {
        self.granted += granted;
        self.told += told;
    }

    /// The limit is no more.
    pub(super) fn lift(&mut self) {
        self.limit = None;
    }

    /// What the sender is to be told now.
    pub(super) fn update(&mut self) -> Option<Increment> {
        let limit = self.limit.map_or(i64::MAX, i64::from);
        let more = limit.min(self.granted) - self.told;
        let increment = u32::try_from(more).ok().and_then(Increment::new)?;
        self.told += more;
        Some(increment)
    }
}

/// The initial window of streams, for content that goes one way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Initial {
    pub(super) granted: u32,
    pub(super) told: u32,
    /// How much the sender is notified of at most.
    pub(super) limit: Option<u32>,
}

impl Initial {
    pub(super) const fn new(limit: Option<u32>) -> Self {
        Self {
            granted: USUAL,
            told: USUAL,
            limit,
        }
    }

    /// The receiver sets another; returns what its sender is told, and how both have moved.
    pub(super) fn set(&mut self, granted: u32) -> (u32, i64, i64) {
        let told = self.limit.map_or(granted, |limit| limit.min(granted));
        let moved = |new: u32, old: u32| i64::from(new) - i64::from(old);
        let (by, told_by) = (moved(granted, self.granted), moved(told, self.told));
        (self.granted, self.told) = (granted, told);
        (told, by, told_by)
    }
}
