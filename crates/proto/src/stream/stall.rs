//! How long content has not got away.

use core::time::Duration;

/// Content that leaves counts as progress from so many octets on: a peer that opens its window octet
/// by octet holds us no longer than one that does not open it.
const PROGRESS: u64 = 16 * 1024;

/// What has left, and what had when it was last looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stall {
    sent: u64,
    /// Since when content waits, and what had been sent then.
    since: Option<(Duration, u64)>,
}

impl Stall {
    /// Takes note of content that left.
    pub(crate) fn sent(&mut self, octets: u32) {
        self.sent += u64::from(octets);
    }

    /// How many octets have left.
    pub(crate) const fn octets(&self) -> u64 {
        self.sent
    }

    /// Looks at `queued` octets that wait. Says whether they have for `limit`, without progress.
    pub(crate) fn is_over(&mut self, now: Duration, limit: Duration, queued: usize) -> bool {
        match self.since {
            _ if queued == 0 => self.since = None,
            Some((since, sent)) if self.sent - sent < PROGRESS => {
                return now.saturating_sub(since) >= limit;
            }
            _ => self.since = Some((now, self.sent)),
        }
        false
    }
}
