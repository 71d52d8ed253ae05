//! What waits for a link, and what is under way on it; time is an argument, counted from the
//! beginning of the connection.
//!
//! Octets wait until the link has sent those before them at its rate, in pieces of a packet's size,
//! and arrive a delay later. Rate and delay do not limit each other: what is under way does not
//! wait. What nobody takes at the other end stays under way, until there is no more space for it.

use alloc::collections::VecDeque;
use core::time::Duration;

use blocking::proto::Bytes;

use super::Shape;
use super::schedule::Speed;
use crate::rate::Rate;

/// The octets of a packet: no link sends less at a time, if there is more.
const PACKET: usize = 1448;
/// The most octets under way, however long and fast a link is.
const UNDER_WAY: usize = 16 << 20;
/// What stands for the rate of a link that has none, where octets under way are counted.
const FAST: u64 = 128 << 20;
/// How late whoever takes what has arrived may be before that slows the link down.
const LATE: Duration = Duration::from_millis(10);

/// What goes over a link in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// Octets.
    Octets(Bytes),
    /// There will be no more: a FIN.
    Finish,
    /// Nothing goes either way any more: a FIN, and whoever speaks meanwhile is not heard.
    Close,
    /// The connection is broken: a RST.
    Reset,
}

/// One direction of a link.
#[derive(Debug)]
pub(crate) struct Queue {
    shape: Shape,
    /// Up to when the link has worked.
    clock: Duration,
    /// What it has done for the piece that it sends now, in octets times nanoseconds in a second.
    work: u128,
    waiting: VecDeque<Item>,
    waiting_octets: usize,
    under_way: VecDeque<(Duration, Item)>,
    under_way_octets: usize,
}

impl Queue {
    pub(crate) fn new(shape: Shape) -> Self {
        Self {
            shape,
            clock: Duration::ZERO,
            work: 0,
            waiting: VecDeque::new(),
            waiting_octets: 0,
            under_way: VecDeque::new(),
            under_way_octets: 0,
        }
    }

    /// How many octets it would take now.
    pub(crate) fn space(&mut self, now: Duration) -> usize {
        self.advance(now);
        self.shape.waiting.saturating_sub(self.waiting_octets)
    }

    /// Takes something in, be there space or not.
    pub(crate) fn push(&mut self, now: Duration, item: Item) {
        self.advance(now);
        self.waiting_octets += len(&item);
        self.waiting.push_back(item);
        self.advance(now);
    }

    /// Gives out what has arrived by now.
    pub(crate) fn pop(&mut self, now: Duration) -> Option<Item> {
        self.advance(now);
        let (due, _) = self.under_way.front()?;
        if *due > now {
            return None;
        }
        let (_, item) = self.under_way.pop_front()?;
        self.under_way_octets -= len(&item);
        Some(item)
    }

    /// When something arrives, or leaves so as to arrive later; `None` if that takes a push or a pop.
    pub(crate) fn next_arrival(&mut self, now: Duration) -> Option<Duration> {
        self.advance(now);
        match self.under_way.front() {
            Some((due, _)) => Some(*due),
            None => self.next_departure(now),
        }
    }

    /// When there is more space; `None` if that takes a pop.
    pub(super) fn next_departure(&mut self, now: Duration) -> Option<Duration> {
        self.advance(now);
        let (speed, change) = self.shape.schedule.at(self.clock);
        let head = self.waiting.front()?;
        match speed {
            Speed::Stopped => change,
            _ if !self.has_space_under_way() => None,
            Speed::Unlimited => Some(self.clock),
            Speed::Limited(rate) => {
                let missing = work(len(head).min(packet(rate))).saturating_sub(self.work);
                let at = self.clock + nanoseconds(missing.div_ceil(rate.get().into()));
                Some(change.map_or(at, |change| change.min(at)))
            }
        }
    }

    /// Lets the link work until now, at the speeds of its schedule.
    fn advance(&mut self, now: Duration) {
        let now = now.max(self.clock);
        loop {
            let (speed, change) = self.shape.schedule.at(self.clock);
            let until = change.map_or(now, |change| change.min(now));
            match speed {
                Speed::Stopped => {}
                Speed::Limited(rate) => self.send(rate, until),
                Speed::Unlimited => {
                    while self.has_space_under_way() && self.depart(self.clock, usize::MAX) {}
                }
            }
            self.clock = until;
            if change.is_none_or(|change| change > now) {
                return;
            }
        }
    }

    /// Sends what a rate allows between the clock and a moment.
    fn send(&mut self, rate: Rate, until: Duration) {
        let octets = u128::from(rate.get());
        self.work += octets * (until - self.clock).as_nanos();
        while let Some(head) = self.waiting.front() {
            let needed = work(len(head).min(packet(rate)));
            if !self.has_space_under_way() {
                self.work = self.work.min(needed);
                return;
            }
            if self.work < needed {
                return;
            }
            self.work -= needed;
            // What is done beyond this piece was done after it had left.
            self.depart(until - nanoseconds(self.work / octets), packet(rate));
        }
        // A link that has nothing to send saves nothing up.
        self.work = 0;
    }

    /// Puts a piece of the first that waits under way; says whether there was one.
    fn depart(&mut self, at: Duration, most: usize) -> bool {
        let Some(head) = self.waiting.front_mut() else {
            return false;
        };
        let piece = match head {
            Item::Octets(octets) if octets.len() > most => Item::Octets(octets.split_to(most)),
            _ => match self.waiting.pop_front() {
                Some(whole) => whole,
                None => return false,
            },
        };
        self.waiting_octets -= len(&piece);
        self.under_way_octets += len(&piece);
        self.under_way.push_back((at + self.shape.delay, piece));
        true
    }

    /// Says whether nobody is so late at the other end that the link has to wait.
    fn has_space_under_way(&self) -> bool {
        let rate = match self.shape.schedule.usual() {
            Speed::Limited(rate) => rate.get(),
            Speed::Unlimited | Speed::Stopped => FAST,
        };
        let nanoseconds = (self.shape.delay + LATE).as_nanos();
        let most = u128::from(rate) * nanoseconds / NANOSECONDS;
        let most = most.clamp(2 * PACKET as u128, UNDER_WAY as u128);
        (self.under_way_octets as u128) < most
    }
}

/// The nanoseconds of a second.
const NANOSECONDS: u128 = 1_000_000_000;

/// What it takes to send so many octets.
const fn work(octets: usize) -> u128 {
    octets as u128 * NANOSECONDS
}

fn nanoseconds(number: u128) -> Duration {
    Duration::from_nanos(u64::try_from(number).unwrap_or(u64::MAX))
}

/// How many octets leave at a time: a packet, or what a fast link sends in a millisecond.
fn packet(rate: Rate) -> usize {
    usize::try_from(rate.get() / 1000).map_or(usize::MAX, |octets| octets.max(PACKET))
}

fn len(item: &Item) -> usize {
    match item {
        Item::Octets(octets) => octets.len(),
        Item::Finish | Item::Close | Item::Reset => 0,
    }
}

#[cfg(test)]
mod tests;
