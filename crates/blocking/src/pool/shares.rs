//! Whose work is done next: what a connection may have of the threads (RFC 9113 §10.5).
//!
//! A connection that has less than a quarter of the threads gets any that is free. One that has more
//! gives way to every connection that has less than it and whose work waits, and leaves the last
//! quarter free, so that whoever comes next is served at once, however many requests others have made
//! and reset.

use alloc::collections::{BTreeSet, VecDeque};
use std::collections::HashMap;

/// The number of a connection.
pub(super) type Number = u64;

/// Work that waits, by connection, and how many threads each has.
pub(super) struct Shares<W> {
    most: usize,
    /// How many threads do work.
    busy: usize,
    /// How much work waits.
    queued: usize,
    /// How much work there ever was.
    count: u64,
    shares: HashMap<Number, Share<W>>,
    /// The connections whose work waits: whoever has the fewest threads first, then whoever waits
    /// for longest.
    turns: BTreeSet<Turn>,
}

/// One connection's.
struct Share<W> {
    busy: usize,
    queue: VecDeque<(u64, W)>,
}

/// How many threads a connection has, when its first work came, and which it is.
type Turn = (usize, u64, Number);

impl<W> Shares<W> {
    /// Makes shares of at most `most` threads, which are not 0.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            busy: 0,
            queued: 0,
            count: 0,
            shares: HashMap::new(),
            turns: BTreeSet::new(),
        }
    }

    /// How much work waits.
    pub(super) const fn queued(&self) -> usize {
        self.queued
    }

    /// Takes in work; returns the ticket by which it can be taken back.
    pub(super) fn push(&mut self, number: Number, work: W) -> u64 {
        self.count += 1;
        let ticket = self.count;
        self.change(number, |share| share.queue.push_back((ticket, work)));
        self.queued += 1;
        ticket
    }

    /// Says whether a thread that is free has something to do.
    pub(super) fn has_next(&self) -> bool {
        let next = self.turns.first();
        next.is_some_and(|(busy, ..)| self.may_have_another(*busy))
    }

    /// Takes what a thread that is free is to do; it is [done](Self::done) in the end.
    pub(super) fn next(&mut self) -> Option<(Number, W)> {
        let (busy, _, number) = *self.turns.first()?;
        if !self.may_have_another(busy) {
            return None;
        }
        let taken = self.change(number, |share| {
            share.busy += 1;
            share.queue.pop_front()
        });
        self.busy += 1;
        self.queued -= 1;
        taken.map(|(_, work)| (number, work))
    }

    /// A thread has done the work of a connection.
    pub(super) fn done(&mut self, number: Number) {
        self.busy -= 1;
        self.change(number, |share| share.busy -= 1);
    }

    /// Takes work back that nobody began.
    pub(super) fn take_back(&mut self, number: Number, ticket: u64) -> Option<W> {
        let taken = self.change(number, |share| {
            let place = share
                .queue
                .binary_search_by_key(&ticket, |(ticket, _)| *ticket);
            place.ok().and_then(|place| share.queue.remove(place))
        });
        self.queued -= usize::from(taken.is_some());
        taken.map(|(_, work)| work)
    }

    /// Takes back all the work of a connection that nobody began.
    pub(super) fn take_all(&mut self, number: Number) -> impl Iterator<Item = W> + use<W> {
        let taken = self.change(number, |share| core::mem::take(&mut share.queue));
        self.queued -= taken.len();
        taken.into_iter().map(|(_, work)| work)
    }

    /// Says whether a connection that has so many threads may have a further one.
    const fn may_have_another(&self, busy: usize) -> bool {
        let quarter = if self.most < 4 { 1 } else { self.most / 4 };
        let reserve = if self.most == 1 { 0 } else { quarter };
        let free = self.most - self.busy;
        free > 0 && (busy < quarter || free > reserve)
    }

    /// Changes a share, and its turn with it.
    fn change<T>(&mut self, number: Number, change: impl FnOnce(&mut Share<W>) -> T) -> T {
        let share = self.shares.entry(number).or_insert_with(|| Share {
            busy: 0,
            queue: VecDeque::new(),
        });
        if let Some(turn) = share.turn(number) {
            self.turns.remove(&turn);
        }
        let outcome = change(share);
        match share.turn(number) {
            Some(turn) => {
                self.turns.insert(turn);
            }
            None if share.busy == 0 => {
                self.shares.remove(&number);
            }
            None => {}
        }
        outcome
    }
}

impl<W> Share<W> {
    fn turn(&self, number: Number) -> Option<Turn> {
        let (ticket, _) = self.queue.front()?;
        Some((self.busy, *ticket, number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Has as much done as may be; returns whose it was.
    fn fill(shares: &mut Shares<()>) -> Vec<Number> {
        core::iter::from_fn(|| shares.next().map(|(number, ())| number)).collect()
    }

    fn push(shares: &mut Shares<()>, number: Number, count: usize) {
        for _ in 0..count {
            shares.push(number, ());
        }
    }

    #[test]
    fn a_connection_alone_gets_all_but_the_last_quarter() {
        for (most, expected) in [(1, 1), (2, 1), (3, 2), (4, 3), (8, 6), (1024, 768)] {
            let mut shares = Shares::new(most);
            push(&mut shares, 1, 5000);
            assert_eq!(fill(&mut shares).len(), expected, "of {most}");
            assert!(!shares.has_next());
        }
    }

    #[test]
    fn the_last_quarter_is_for_those_who_have_less_than_a_quarter() {
        let mut shares = Shares::new(8);
        push(&mut shares, 1, 100);
        assert_eq!(fill(&mut shares), [1; 6]);
        push(&mut shares, 2, 100);
        assert_eq!(fill(&mut shares), [2; 2]);
        push(&mut shares, 3, 100);
        assert_eq!(fill(&mut shares), [0; 0]);
    }

    #[test]
    fn whoever_has_fewest_threads_gets_the_next_that_is_free() {
        let mut shares = Shares::new(8);
        push(&mut shares, 1, 100);
        fill(&mut shares);
        push(&mut shares, 2, 100);
        fill(&mut shares);
        for _ in 0..3 {
            shares.done(1);
        }
        // 3 threads to 2, and one more than the last quarter is free.
        assert_eq!(fill(&mut shares), [2]);
        shares.done(1);
        shares.done(2);
        assert_eq!(fill(&mut shares), [1, 2]);
    }

    #[test]
    fn equals_take_turns_in_the_order_in_which_they_came() {
        let mut shares = Shares::new(16);
        push(&mut shares, 2, 3);
        push(&mut shares, 1, 3);
        assert_eq!(fill(&mut shares), [2, 1, 2, 1, 2, 1]);
    }

    #[test]
    fn what_is_done_makes_space_and_what_is_taken_back_is_not_done() {
        let mut shares = Shares::new(1);
        push(&mut shares, 1, 2);
        let ticket = shares.push(2, ());
        assert_eq!(fill(&mut shares), [1]);
        shares.done(1);
        assert_eq!(shares.take_back(2, ticket), Some(()));
        assert_eq!(shares.take_back(2, ticket), None);
        push(&mut shares, 2, 2);
        push(&mut shares, 1, 2);
        assert_eq!(shares.take_all(1).count(), 3);
        assert_eq!((shares.take_all(3).count(), shares.queued()), (0, 2));
        for _ in 0..2 {
            assert_eq!(fill(&mut shares), [2]);
            shares.done(2);
        }
        assert_eq!(shares.queued(), 0);
        assert!(shares.shares.is_empty() && shares.turns.is_empty());
    }
}
