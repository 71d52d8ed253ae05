//! One direction of a transport in virtual time: a rate, a delay, and the buffers of both kernels.

mod driver;

use alloc::collections::VecDeque;
use core::ops::Range;
use core::time::Duration;

pub use self::driver::Driver;

/// The least that a packet carries.
const PACKET: usize = 1460;
/// How long a packet is on the link at most, if it is not the least one.
const ON_THE_LINE: Duration = Duration::from_millis(100);
/// The most that a packet carries, as several that are sent in one go.
const BATCH: usize = 256 * 1024;

/// A path from one end to the other, as TCP over a link makes one.
///
/// The writer's kernel takes octets until its buffer is full, and says that it takes more only once a
/// third of it is free, as Linux does. The link carries them at its rate, and they arrive after its
/// delay, in order. The reader's kernel keeps what is not read; once its buffer is full, nothing more
/// leaves the writer's.
#[derive(Clone, Debug)]
pub struct Path {
    rate: u64,
    delay: Duration,
    /// What the writer's kernel keeps at most, and the reader's.
    buffers: (usize, usize),
    outages: Vec<Range<Duration>>,
    /// What waits to leave; the first octets of it may have left already.
    unsent: Vec<u8>,
    left: usize,
    /// The packet on the link: when it has left, and how long it is.
    leaving: Option<(Duration, usize)>,
    in_flight: VecDeque<(Duration, Vec<u8>)>,
    flying: usize,
    arrived: Vec<u8>,
    is_full: bool,
    is_finished: bool,
    carried: u64,
}

impl Path {
    /// Makes a path that carries `rate` octets a second, each of which arrives after `delay`.
    #[must_use]
    pub fn new(rate: u64, delay: Duration) -> Self {
        Self {
            rate: rate.max(1),
            delay,
            buffers: (64 * 1024, 64 * 1024),
            outages: Vec::new(),
            unsent: Vec::new(),
            left: 0,
            leaving: None,
            in_flight: VecDeque::new(),
            flying: 0,
            arrived: Vec::new(),
            is_full: false,
            is_finished: false,
            carried: 0,
        }
    }

    /// Sets how many octets the writer's kernel and the reader's keep; 64 KiB each unless told.
    #[must_use]
    pub fn buffers(mut self, sending: usize, receiving: usize) -> Self {
        self.buffers = (sending.max(3), receiving.max(1));
        self
    }

    /// Carries nothing for a while.
    pub fn outage(&mut self, time: Range<Duration>) -> &mut Self {
        self.outages.push(time);
        self.outages.sort_by_key(|outage| outage.start);
        self
    }

    /// How long the link needs for so many octets.
    #[must_use]
    pub fn time_of(&self, octets: usize) -> Duration {
        let nanos = u128::from(octets as u64) * 1_000_000_000 / u128::from(self.rate);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many octets it has carried to the reader's kernel.
    #[must_use]
    pub fn carried(&self) -> u64 {
        self.carried
    }

    /// How many octets were written and not read yet.
    #[must_use]
    pub fn held(&self) -> usize {
        self.unsent() + self.flying + self.arrived.len()
    }

    /// Says whether the writer's kernel takes anything.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        !self.is_finished && !self.is_full
    }

    /// Ends in good order: the reader finds the end behind what was written.
    pub fn finish(&mut self) {
        self.is_finished = true;
    }

    /// Says whether the reader has found the end.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.is_finished && self.held() == 0
    }

    /// Writes as many of the octets as there is space for; returns how many.
    pub fn write(&mut self, now: Duration, octets: &[u8]) -> usize {
        if !self.is_writable() {
            return 0;
        }
        let space = self.buffers.0.saturating_sub(self.unsent());
        let taken = octets.get(..space).unwrap_or(octets);
        self.unsent.extend_from_slice(taken);
        self.is_full = taken.len() == space;
        self.advance(now);
        taken.len()
    }

    /// What has arrived and was not read.
    #[must_use]
    pub fn arrived(&self) -> &[u8] {
        &self.arrived
    }

    /// Takes the first octets away, which were read.
    pub fn read(&mut self, now: Duration, octets: usize) {
        self.arrived.drain(..octets.min(self.arrived.len()));
        self.advance(now);
    }

    /// Lets happen what happens until `now`.
    pub fn advance(&mut self, now: Duration) {
        loop {
            self.depart(now);
            match self.leaving {
                Some((at, octets)) if at <= now => self.fly(at, octets),
                _ => break,
            }
        }
        while let Some((at, _)) = self.in_flight.front() {
            if *at > now {
                break;
            }
            if let Some((_, packet)) = self.in_flight.pop_front() {
                self.flying -= packet.len();
                self.carried += packet.len() as u64;
                self.arrived.extend_from_slice(&packet);
            }
        }
    }

    /// When something happens next by itself.
    #[must_use]
    pub fn next(&self) -> Option<Duration> {
        let leaves = self.leaving.map(|(at, _)| at);
        let arrives = self.in_flight.front().map(|(at, _)| *at);
        leaves.into_iter().chain(arrives).min()
    }

    /// Puts the next packet on the link, if there is one and the reader's kernel has space for it.
    fn depart(&mut self, now: Duration) {
        let space = self
            .window()
            .saturating_sub(self.flying + self.arrived.len());
        let octets = self.unsent().min(self.batch()).min(space);
        if self.leaving.is_some() || octets == 0 {
            return;
        }
        let mut start = now;
        let mut end = start + self.time_of(octets);
        for outage in &self.outages {
            if outage.start < end && start < outage.end {
                start = start.max(outage.end);
                end = start + self.time_of(octets);
            }
        }
        self.leaving = Some((end, octets));
    }

    /// The packet on the link is on its way.
    fn fly(&mut self, at: Duration, octets: usize) {
        self.leaving = None;
        let end = self.left + octets;
        let packet = self.unsent.get(self.left..end).unwrap_or_default().to_vec();
        self.in_flight.push_back((at + self.delay, packet));
        self.flying += octets;
        self.left = end;
        // The space of what has left is used again now and then.
        if self.left > self.unsent.len() / 2 {
            self.unsent.drain(..self.left);
            self.left = 0;
        }
        if self.unsent() <= self.buffers.0 - self.buffers.0 / 3 {
            self.is_full = false;
        }
        self.depart(at);
    }

    /// How many octets wait to leave.
    fn unsent(&self) -> usize {
        self.unsent.len() - self.left
    }

    /// How many octets may be under way and unread: the reader's buffer, and what fills the link.
    fn window(&self) -> usize {
        self.buffers.1 + 2 * self.in_time(self.delay)
    }

    fn batch(&self) -> usize {
        self.in_time(ON_THE_LINE).clamp(PACKET, BATCH)
    }

    /// How many octets the link carries in a time.
    fn in_time(&self, time: Duration) -> usize {
        let octets = u128::from(self.rate) * time.as_millis() / 1000;
        usize::try_from(octets).unwrap_or(usize::MAX / 4)
    }
}
