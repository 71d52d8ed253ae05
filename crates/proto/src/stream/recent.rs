//! How the last streams of one side ended (RFC 9113 §5.1).
//!
//! Bounded: two bits for each of the last 256 identifiers, and one mark for all that are older. No
//! timer decides when a late frame becomes an error.

use frame::StreamId;

use super::state::ClosedBy;

/// How many identifiers are remembered one by one.
const REMEMBERED: u32 = 256;

/// What is known of a stream that is not there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Past {
    /// A later identifier was used instead (RFC 9113 §5.1.1).
    Skipped,
    /// It was closed.
    Closed(ClosedBy),
}

/// The memory of one side's streams.
#[derive(Debug)]
pub(crate) struct Recent {
    /// Two bits for each identifier, at its ordinal modulo [`REMEMBERED`].
    ends: [u8; REMEMBERED as usize / 4],
    /// The ordinal after the newest one that is remembered.
    newest: u32,
    /// The ordinal after the highest forgotten one that we reset.
    reset: u32,
}

impl Recent {
    pub(crate) const fn new() -> Self {
        Self {
            ends: [0; REMEMBERED as usize / 4],
            newest: 0,
            reset: 0,
        }
    }

    /// Takes note of how a stream ended.
    pub(crate) fn note(&mut self, id: StreamId, how: ClosedBy) {
        let ordinal = ordinal(id);
        self.advance(ordinal + 1);
        if ordinal + REMEMBERED >= self.newest {
            self.set(ordinal, encode(how));
        } else if how == ClosedBy::ResetSent {
            self.reset = self.reset.max(ordinal + 1);
        }
    }

    /// What is known of a stream that is neither idle nor there.
    pub(crate) fn past(&self, id: StreamId) -> Past {
        let ordinal = ordinal(id);
        if ordinal >= self.newest {
            return Past::Skipped;
        }
        if ordinal + REMEMBERED >= self.newest {
            return self.get(ordinal);
        }
        // What is too old to be known counts as reset by us up to the last that was, so that late
        // frames of a stream that we reset are never an error of the connection.
        Past::Closed(if ordinal < self.reset {
            ClosedBy::ResetSent
        } else {
            ClosedBy::EndStream
        })
    }

    /// Forgets what makes space for ordinals below `newest`.
    fn advance(&mut self, newest: u32) {
        let first = self.newest.max(newest.saturating_sub(REMEMBERED));
        let leap = first > self.newest;
        if leap {
            self.forget(self.newest.saturating_sub(REMEMBERED), self.newest);
        }
        for ordinal in first..newest {
            if let (false, Some(old)) = (leap, ordinal.checked_sub(REMEMBERED)) {
                self.forget(old, old + 1);
            }
            self.set(ordinal, 0);
        }
        self.newest = self.newest.max(newest);
    }

    /// Folds what is known of these ordinals into the mark.
    fn forget(&mut self, from: u32, to: u32) {
        for ordinal in from..to {
            if self.get(ordinal) == Past::Closed(ClosedBy::ResetSent) {
                self.reset = self.reset.max(ordinal + 1);
            }
        }
    }

    fn set(&mut self, ordinal: u32, bits: u8) {
        let (place, shift) = place(ordinal);
        if let Some(ends) = self.ends.get_mut(place) {
            *ends = *ends & !(3 << shift) | bits << shift;
        }
    }

    fn get(&self, ordinal: u32) -> Past {
        let (place, shift) = place(ordinal);
        match self.ends.get(place).map_or(0, |ends| ends >> shift & 3) {
            1 => Past::Closed(ClosedBy::EndStream),
            2 => Past::Closed(ClosedBy::ResetSent),
            3 => Past::Closed(ClosedBy::ResetReceived),
            _ => Past::Skipped,
        }
    }
}

const fn encode(how: ClosedBy) -> u8 {
    match how {
        ClosedBy::EndStream => 1,
        ClosedBy::ResetSent => 2,
        ClosedBy::ResetReceived => 3,
    }
}

/// The how-manyth stream of its side this is.
const fn ordinal(id: StreamId) -> u32 {
    (id.value().saturating_sub(1)) / 2
}

const fn place(ordinal: u32) -> (usize, u32) {
    let place = ordinal % REMEMBERED;
    (place as usize / 4, place % 4 * 2)
}
