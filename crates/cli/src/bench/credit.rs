//! Whether the server has used up a window of ours, as far as it can know.
//!
//! Credit that has left is not there yet. So a server that has sent all but what left within the last
//! round trip waits, though the window as we see it is open.

/// Until when the server cannot send for want of credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stall {
    /// When what follows the credit can be here; 0 if there is none to wait for.
    pub(super) until: u64,
    /// When the credit left.
    pub(super) left: u64,
}

impl Stall {
    /// The server may send.
    pub(super) const NONE: Self = Self { until: 0, left: 0 };
    /// No credit has left.
    const OPEN: Self = Self {
        until: u64::MAX,
        left: u64::MAX,
    };
}

/// The credit of one window: what is left of it, and the last `N` grants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credit<const N: usize> {
    /// What the server may still send once it has heard of every grant.
    window: i64,
    /// The latest last: how many octets, and when they left.
    grants: [(u32, u64); N],
}

impl<const N: usize> Credit<N> {
    pub(super) const fn new(window: i64) -> Self {
        Self {
            window,
            grants: [(0, 0); N],
        }
    }

    /// Content has come: so much is left, as long as nothing is granted.
    pub(super) fn used(&mut self, window: i32) {
        self.window = i64::from(window);
    }

    /// Output has left: what is more by then was granted.
    pub(super) fn granted(&mut self, window: i32, now: u64) {
        let window = i64::from(window);
        if let Ok(granted @ 1..) = u32::try_from(window - self.window) {
            self.grants.rotate_left(1);
            if let Some(last) = self.grants.last_mut() {
                *last = (granted, now);
            }
        }
        self.window = window;
    }

    /// Says whether the server waits for credit, given how long a round trip is at least.
    pub(super) fn stall(&self, trip: u64, now: u64) -> Stall {
        if self.window <= 0 {
            return Stall::OPEN;
        }
        let mut unknown = 0;
        for (granted, left) in self.grants.iter().rev() {
            // Older grants are known there.
            if *granted == 0 || left.saturating_add(trip) <= now {
                break;
            }
            unknown += i64::from(*granted);
            if unknown >= self.window {
                return Stall {
                    until: left.saturating_add(trip),
                    left: *left,
                };
            }
        }
        Stall::NONE
    }
}

#[cfg(test)]
mod tests;
