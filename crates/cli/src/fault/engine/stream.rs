//! What is known of streams: what is held of them, and what is yet to happen to them.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::time::Duration;

use super::credit::Account;
use super::unit::Unit;
use crate::fault::rule::{Fault, Trigger};
use crate::shaper::Way;

/// So many streams that were taken away are remembered: what comes for them is dropped.
const REMEMBERED: usize = 10_000;

/// Whether what goes one way on a stream goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Gate {
    #[default]
    Open,
    Until(Duration),
    Shut,
}

/// One direction of a stream.
#[derive(Debug, Default)]
pub(super) struct Half {
    /// What waits for the gate.
    pub(super) queue: VecDeque<Unit>,
    pub(super) gate: Gate,
    /// How many octets of content went on.
    pub(super) passed: u64,
    /// Its head went on, and not just an interim one.
    pub(super) has_head: bool,
    /// Its end went on.
    pub(super) is_over: bool,
    /// What is yet to happen, the first last.
    pub(super) triggers: Vec<Trigger>,
    /// Content goes on in pieces of so many octets, at these intervals.
    pub(super) drip: Option<(usize, Duration)>,
    /// The window of its sender, where that is told less than is granted.
    pub(super) window: Option<Account>,
    pub(super) window_until: Option<Duration>,
}

/// A stream.
#[derive(Debug, Default)]
pub(super) struct Stream {
    up: Half,
    down: Half,
    /// What is wrong with its answer.
    pub(super) content_length: Option<i64>,
    pub(super) has_bad_block: bool,
    pub(super) loses_trailers: bool,
}

impl Half {
    /// The next that happens, if it happens now: before the head where it has no place, or once as much has
    /// gone on as it says.
    pub(super) fn due(&mut self) -> Option<Trigger> {
        let trigger = self.triggers.last()?;
        let is_so_far = |after| self.has_head && after <= self.passed;
        match trigger.after.is_none_or(is_so_far) {
            true => self.triggers.pop(),
            false => None,
        }
    }

    /// How much content goes on before something happens.
    pub(super) fn left(&self) -> Option<u64> {
        let after = self.triggers.last()?.after?;
        Some(after.saturating_sub(self.passed))
    }
}

impl Stream {
    pub(super) const fn half(&mut self, way: Way) -> &mut Half {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    /// Has a fault that is noticed later.
    pub(super) fn suffers(&mut self, fault: &Fault) {
        match fault {
            Fault::ContentLength(by) => self.content_length = Some(*by),
            Fault::BadBlock => self.has_bad_block = true,
            Fault::NoTrailers => self.loses_trailers = true,
            Fault::At(trigger) => {
                let triggers = &mut self.half(trigger.way).triggers;
                triggers.push(*trigger);
                // Those of one place happen in the order of the script.
                triggers.sort_by_key(|trigger| trigger.after);
            }
            _ => {}
        }
    }

    /// All faults are known: the first is to be the last in its list.
    pub(super) fn settle(&mut self) {
        self.up.triggers.reverse();
        self.down.triggers.reverse();
    }

    fn is_over(&self) -> bool {
        self.up.is_over && self.down.is_over
    }
}

/// The streams of a connection.
#[derive(Debug, Default)]
pub(super) struct Streams {
    all: BTreeMap<u32, Stream>,
    /// Those that were taken away, of which an end may not know yet.
    gone: BTreeSet<u32>,
    /// The highest that was opened by the client.
    pub(super) highest: u32,
}

impl Streams {
    pub(super) fn get(&mut self, id: u32) -> Option<&mut Stream> {
        self.all.get_mut(&id)
    }

    pub(super) fn half(&mut self, id: u32, way: Way) -> Option<&mut Half> {
        self.all.get_mut(&id).map(|stream| stream.half(way))
    }

    pub(super) fn open(&mut self, id: u32, stream: Stream) {
        self.highest = self.highest.max(id);
        self.all.insert(id, stream);
    }

    /// Says whether a stream is one that the client opens with this.
    pub(super) fn is_new(&self, id: u32) -> bool {
        id % 2 == 1 && id > self.highest && !self.gone.contains(&id)
    }

    pub(super) fn is_gone(&self, id: u32) -> bool {
        self.gone.contains(&id)
    }

    /// Forgets a stream; returns what was held of it.
    pub(super) fn remove(&mut self, id: u32) -> Option<Stream> {
        self.all.remove(&id)
    }

    /// Takes a stream away: nothing that comes for it goes on any more.
    pub(super) fn take_away(&mut self, id: u32) -> Option<Stream> {
        self.gone.insert(id);
        if self.gone.len() > REMEMBERED {
            self.gone.pop_first();
        }
        self.all.remove(&id)
    }

    /// Forgets a stream that both ends have ended.
    pub(super) fn forget_over(&mut self, id: u32) {
        if self.all.get(&id).is_some_and(Stream::is_over) {
            self.all.remove(&id);
        }
    }

    /// Says whether all streams up to this one are over.
    pub(super) fn are_over(&self, last: u32) -> bool {
        self.all.range(..=last).next().is_none()
    }

    /// All halves that go one way.
    pub(super) fn halves(&mut self, way: Way) -> impl Iterator<Item = (u32, &mut Half)> {
        let all = self.all.iter_mut();
        all.map(move |(id, stream)| (*id, stream.half(way)))
    }
}
