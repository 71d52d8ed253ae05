//! Plays many conversations, and tells what came of them.

use core::fmt::{self, Write as _};
use std::collections::BTreeMap;
use std::thread;

use super::class::Class;
use super::conversation::Conversation;
use super::play::play;
use super::shrink::shrink;
use super::table::Row;

/// What came of many conversations.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The conversations that were played.
    pub conversations: u64,
    /// The conversations in which both ends made the same of everything.
    pub same: u64,
    /// The steps that both ends were fed.
    pub steps: u64,
    /// Steps that both accepted.
    pub accepted: u64,
    /// Steps at which both reset the same streams, with the same codes.
    pub resets: u64,
    /// Connections that both ended, with the same code.
    pub ended: u64,
    /// How often each error and each disagreement came up, and the seed with which it did first.
    pub classes: BTreeMap<Class, (u64, u64)>,
}

impl Report {
    /// Plays the conversations of these seeds, on all processors.
    pub fn of(seeds: core::ops::Range<u64>) -> Self {
        let workers = thread::available_parallelism().map_or(1, usize::from) as u64;
        let start = |worker: u64| {
            let all = seeds
                .clone()
                .skip(worker as usize)
                .step_by(workers as usize);
            thread::spawn(move || {
                let mut report = Self::default();
                all.for_each(|seed| report.add(seed));
                report
            })
        };
        let started: Vec<_> = (0..workers).map(start).collect();
        let mut sum = Self::default();
        for worker in started {
            sum.merge(worker.join().expect("a worker does not panic"));
        }
        sum
    }

    fn add(&mut self, seed: u64) {
        let played = play(&Conversation::new(seed));
        self.conversations += 1;
        self.same += u64::from(!played.parted);
        self.steps += played.steps as u64;
        self.accepted += played.accepted as u64;
        self.resets += played.resets as u64;
        self.ended += u64::from(played.ended);
        for class in played.classes {
            self.classes.entry(class).or_insert((0, seed)).0 += 1;
        }
    }

    fn merge(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.same += other.same;
        self.steps += other.steps;
        self.accepted += other.accepted;
        self.resets += other.resets;
        self.ended += other.ended;
        for (class, (count, seed)) in other.classes {
            let known = self.classes.entry(class).or_insert((0, seed));
            known.0 += count;
            known.1 = known.1.min(seed);
        }
    }

    /// The classes that no row of the table knows, each with a minimal conversation.
    pub fn unknown(&self, rows: &[Row]) -> String {
        let mut text = String::new();
        for (class, (count, seed)) in &self.classes {
            if rows.iter().any(|row| row.is_of(class)) {
                continue;
            }
            let least = shrink(&Conversation::new(*seed), class);
            let _ = writeln!(text, "{count} times, first with seed {seed}:\n{class}");
            let _ = writeln!(text, "{}", Shown(&least));
        }
        text
    }

    /// How often each row of the table came up.
    pub fn counts<'r>(&self, rows: &'r [Row]) -> Vec<(&'r Row, u64)> {
        let mut counts: Vec<(&Row, u64)> = rows.iter().map(|row| (row, 0)).collect();
        for (class, (count, _)) in &self.classes {
            if let Some(known) = counts.iter_mut().find(|(row, _)| row.is_of(class)) {
                known.1 += count;
            }
        }
        counts
    }
}

/// A conversation, as it is printed.
struct Shown<'c>(&'c Conversation);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:?}", self.0.setup)?;
        for step in self.0.steps() {
            for frame in &step.frames {
                writeln!(f, "  {frame:?}")?;
            }
            if !step.raw.is_empty() {
                writeln!(f, "  {:02x?}", step.raw)?;
            }
        }
        Ok(())
    }
}
