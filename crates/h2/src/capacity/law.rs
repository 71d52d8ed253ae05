//! What must hold whatever is asked for, queued and sent, in any order.
#![expect(
    clippy::cast_possible_truncation,
    reason = "numbers are small, and a test that finds less than it looks for is to fail"
)]

use alloc::vec::Vec;

use testkit::Rng;

use super::Capacity;

const STREAMS: usize = 5;
const BUFFER: u64 = 700;

/// What the other end and the application know, kept apart from the machine under test.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    is_open: bool,
    is_ended: bool,
    window: i64,
    queued: u64,
    /// What was asked for beyond what is queued.
    asked: u64,
}

struct World {
    capacity: Capacity,
    window: i64,
    streams: [Known; STREAMS],
}

impl World {
    fn new(rng: &mut Rng) -> Self {
        let window = small(rng);
        let mut capacity = Capacity::new(window, BUFFER as usize);
        (0..STREAMS).for_each(|place| capacity.insert(place));
        Self {
            capacity,
            window: window.into(),
            streams: [Known::default(); STREAMS],
        }
    }

    fn step(&mut self, rng: &mut Rng) {
        let place = rng.range(0..STREAMS);
        let octets = rng.range(0..900);
        let known = &mut self.streams[place];
        match rng.range(0..10) {
            0 if !known.is_open => {
                known.is_open = true;
                known.window = small(rng).into();
                self.capacity.open(place, known.window as i32);
            }
            1 | 2 if !known.is_ended => {
                known.asked = octets as u64;
                self.capacity.reserve(place, octets);
            }
            3 | 4 if !known.is_ended => {
                known.queued += octets as u64;
                known.asked = known.asked.saturating_sub(octets as u64);
                self.capacity.queued(place, octets);
            }
            5 => self.send(rng),
            6 => {
                self.window += i64::from(small(rng));
                self.capacity.set_window(self.window as i32);
            }
            7 if known.is_open => {
                known.window += rng.range(0..1200) as i64 - 400;
                self.capacity.set_stream_window(place, known.window as i32);
            }
            8 if rng.chance(1, 4) => {
                known.is_ended = true;
                known.asked = 0;
                self.capacity.end(place);
            }
            9 if rng.chance(1, 8) => {
                *known = Known::default();
                self.capacity.remove(place);
                self.capacity.insert(place);
            }
            _ => {}
        }
    }

    /// The scheduler lets anything leave that both windows let.
    fn send(&mut self, rng: &mut Rng) {
        let able: Vec<usize> = (0..STREAMS)
            .filter(|&place| self.sendable(place) > 0)
            .collect();
        if able.is_empty() {
            return;
        }
        let place = able[rng.range(0..able.len())];
        let octets = 1 + rng.range(0..self.sendable(place) as usize);
        self.sent(place, octets);
    }

    fn sent(&mut self, place: usize, octets: usize) {
        let known = &mut self.streams[place];
        known.queued -= octets as u64;
        known.window -= octets as i64;
        self.window -= octets as i64;
        self.capacity.sent(place, octets);
    }

    fn sendable(&self, place: usize) -> u64 {
        let known = self.streams[place];
        if !known.is_open {
            return 0;
        }
        known
            .queued
            .min(known.window.max(0) as u64)
            .min(self.window.max(0) as u64)
    }

    /// Claims stay within all that bounds them.
    fn check(&mut self) {
        let entries = &self.capacity.entries;
        let claimed: u64 = entries.iter().map(|entry| entry.assigned).sum();
        assert_eq!(claimed, self.capacity.claimed);
        assert!(
            claimed <= self.window.max(0) as u64,
            "{claimed} of {}",
            self.window
        );
        let mut is_any_wanted = false;
        for (place, known) in self.streams.iter().enumerate() {
            let entry = entries[place];
            assert_eq!(entry.buffered, known.queued);
            assert_eq!(entry.window, if known.is_open { known.window } else { 0 });
            assert!(entry.assigned <= known.window.max(0) as u64);
            assert!(entry.assigned <= known.queued + known.asked);
            let capacity = self.capacity.capacity(place) as u64;
            assert!(capacity <= known.asked && capacity + known.queued.min(BUFFER) <= BUFFER);
            assert!(known.is_open || capacity == 0);
            is_any_wanted |= entry.wanted() > 0;
        }
        assert!(
            !is_any_wanted || claimed == self.window.max(0) as u64,
            "what is free is assigned"
        );
    }

    /// However it stands, all that is queued leaves and all that was asked for comes, once the windows
    /// open again and again.
    fn finish(&mut self) {
        for _ in 0..STREAMS * 400 {
            self.window += 10;
            self.capacity.set_window(self.window as i32);
            for place in 0..STREAMS {
                if self.streams[place].is_open && self.streams[place].window < 5000 {
                    self.streams[place].window = 5000;
                    self.capacity.set_stream_window(place, 5000);
                }
                let octets = self.sendable(place);
                if octets > 0 {
                    self.sent(place, octets as usize);
                }
                let known = self.streams[place];
                if known.is_open && self.capacity.capacity(place) as u64 >= known.asked.min(BUFFER)
                {
                    // It uses what it got, and asks for nothing more.
                    self.streams[place].asked = 0;
                    self.capacity.reserve(place, 0);
                }
            }
            self.check();
        }
        for known in self.streams.iter().filter(|known| known.is_open) {
            assert_eq!((known.queued, known.asked), (0, 0), "nobody starves");
        }
    }
}

fn small(rng: &mut Rng) -> i32 {
    i32::try_from(rng.range(0..1000)).unwrap_or(0)
}

#[test]
fn claims_never_exceed_the_windows_and_nobody_starves() {
    for seed in 0..100 {
        let mut rng = Rng::new(seed);
        let mut world = World::new(&mut rng);
        for _ in 0..200 {
            world.step(&mut rng);
            world.check();
        }
        world.finish();
    }
}
