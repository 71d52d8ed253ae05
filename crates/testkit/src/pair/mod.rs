//! Joins two machines by a wire in memory, and moves octets until both are idle.

mod end;
mod link;
mod shown;

use core::time::Duration;

use runtime::Runtime;

pub(crate) use self::end::End;
pub use self::link::Link;
use crate::seen::{Octets, Seen};
use crate::{Reader, Rng};

/// Two machines and the wire between them.
#[derive(Debug)]
#[non_exhaustive]
pub struct Pair<A, B> {
    /// One machine.
    pub a: A,
    /// The other machine.
    pub b: B,
    /// The link that `a` writes to.
    pub a_to_b: Link,
    /// The link that `b` writes to.
    pub b_to_a: Link,
    end_a: End,
    end_b: End,
    steps: usize,
    /// Draws the order in which the halves act, on a hostile wire.
    order: Option<Rng>,
    transcript: Transcript,
}

/// A half of one of the machines.
#[derive(Clone, Copy, Debug)]
enum Half {
    WriteA,
    ReadB,
    WriteB,
    ReadA,
}

/// What was said, in order, unless nobody wants to know.
#[derive(Debug, Default)]
struct Transcript {
    is_off: bool,
    entries: Vec<(Way, Vec<u8>)>,
}

/// A direction between the machines of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a wire has two directions")]
pub enum Way {
    /// What `a` said.
    AToB,
    /// What `b` said.
    BToA,
}

impl<A: Runtime, B: Runtime> Pair<A, B> {
    /// Joins two machines by a perfect wire.
    #[must_use]
    pub fn new(a: A, b: B) -> Self {
        Self {
            a,
            b,
            a_to_b: Link::new(),
            b_to_a: Link::new(),
            end_a: End::new("machine a"),
            end_b: End::new("machine b"),
            steps: 1_000_000,
            order: None,
            transcript: Transcript::default(),
        }
    }

    /// Changes both links in the same way.
    #[must_use]
    pub fn links(mut self, change: impl Fn(&mut Link)) -> Self {
        change(&mut self.a_to_b);
        change(&mut self.b_to_a);
        self
    }

    /// Makes both links hostile, by one seed; a panic then tells it. In each step, the halves act in
    /// any order.
    #[must_use]
    pub fn hostile(mut self, seed: u64) -> Self {
        self.order = Some(Rng::new(seed.wrapping_add(2)));
        self.a_to_b.hostile(seed);
        self.b_to_a.hostile(seed.wrapping_add(1));
        self
    }

    /// Sets how many octets each driver holds at most; 32 KiB unless told.
    #[must_use]
    pub fn read_buffer(mut self, octets: usize) -> Self {
        self.end_a.set_buffer(octets);
        self.end_b.set_buffer(octets);
        self
    }

    /// Sets after how many steps a run counts as endless; a million unless told.
    #[must_use]
    pub fn step_limit(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// Keeps no transcript, for runs that move much.
    #[must_use]
    pub fn unrecorded(mut self) -> Self {
        self.transcript.is_off = true;
        self
    }

    /// Cuts both links.
    pub fn cut(&mut self) {
        self.a_to_b.cut();
        self.b_to_a.cut();
    }

    /// Tells both machines the time; returns when the first of them wants to hear it again.
    pub fn tick(&mut self, now: Duration) -> Option<Duration> {
        let a = self.end_a.tick(&mut self.a, now);
        let b = self.end_b.tick(&mut self.b, now);
        a.into_iter().chain(b).min()
    }

    /// Moves octets until neither machine has anything to do.
    ///
    /// # Panics
    ///
    /// Panics when a machine breaks the contract of [`Runtime`], does not wake a half for which it
    /// has work, or when the machines never come to rest.
    #[track_caller]
    pub fn run(&mut self) {
        for _ in 0..self.steps {
            let is_idle = !self.step();
            if is_idle && !self.end_a.probe(&mut self.a) && !self.end_b.probe(&mut self.b) {
                return;
            }
        }
        let last = self.transcript.entries.iter().rev().take(4).rev();
        let last: Vec<String> = last
            .map(|(way, octets)| format!("{way:?}: {:?}", Octets(octets)))
            .collect();
        panic!(
            "the machines are not idle after {} steps; last octets: {last:#?}",
            self.steps
        );
    }

    /// Lets each half do one thing; says whether anything happened.
    #[track_caller]
    pub fn step(&mut self) -> bool {
        let mut halves = [Half::WriteA, Half::ReadB, Half::WriteB, Half::ReadA];
        if let Some(order) = &mut self.order {
            order.shuffle(&mut halves);
        }
        let mut happened = false;
        for half in halves {
            happened |= self.act(half);
        }
        // An end that closed both halves is gone: nobody takes what is still sent to it.
        if self.end_a.is_closed() {
            self.b_to_a.cut();
        }
        if self.end_b.is_closed() {
            self.a_to_b.cut();
        }
        happened
    }

    /// Lets one half do one thing; says whether anything happened.
    #[track_caller]
    fn act(&mut self, half: Half) -> bool {
        let transcript = &mut self.transcript;
        match half {
            Half::WriteA => {
                let mut record = |octets: &[u8]| transcript.record(Way::AToB, octets);
                (self.end_a).write(&mut self.a, &mut self.a_to_b, &mut record)
            }
            Half::ReadB => self.end_b.read(&mut self.b, &mut self.a_to_b),
            Half::WriteB => {
                let mut record = |octets: &[u8]| transcript.record(Way::BToA, octets);
                (self.end_b).write(&mut self.b, &mut self.b_to_a, &mut record)
            }
            Half::ReadA => self.end_a.read(&mut self.a, &mut self.b_to_a),
        }
    }

    /// What was said, in order; what one machine said in a row is one entry.
    #[must_use]
    pub fn transcript(&self) -> &[(Way, Vec<u8>)] {
        &self.transcript.entries
    }

    /// All octets of one direction.
    #[must_use]
    pub fn said(&self, way: Way) -> Vec<u8> {
        let entries = self.transcript().iter().filter(|(whose, _)| *whose == way);
        entries.flat_map(|(_, octets)| octets.clone()).collect()
    }

    /// All whole frames of one direction.
    #[must_use]
    pub fn frames(&self, way: Way) -> Vec<Seen> {
        Reader::new().read(&self.said(way))
    }
}

impl<A, B> Drop for Pair<A, B> {
    fn drop(&mut self) {
        let seeds = (self.a_to_b.seed(), self.b_to_a.seed());
        if std::thread::panicking() && seeds != (None, None) {
            eprintln!("the links had these seeds: {seeds:?}");
        }
    }
}

impl Transcript {
    fn record(&mut self, way: Way, octets: &[u8]) {
        match self.entries.last_mut() {
            _ if self.is_off => {}
            Some((whose, said)) if *whose == way => said.extend_from_slice(octets),
            _ => self.entries.push((way, octets.to_vec())),
        }
    }
}
