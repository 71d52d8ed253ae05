//! What came of the requests: histograms, counts, and where the time went.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use hdrhistogram::{Counter, Histogram};

use super::breakdown::Breakdown;
use super::spent::Spent;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The answer is whole.
    Answered,
    /// It failed.
    Failed,
    /// It took longer than it may.
    TimedOut,
    /// It was still under way when the run ended.
    Censored,
}

/// One request that is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended<'a> {
    pub(super) outcome: Outcome,
    /// From its intended time on.
    pub(super) user: u64,
    /// From when the socket had its head; none if it never had.
    pub(super) service: Option<u64>,
    pub(super) spent: &'a Spent,
    pub(super) status: u16,
    pub(super) octets: u64,
    pub(super) messages: u64,
    /// The number of its connection.
    pub(super) connection: usize,
}

impl<'a> Ended<'a> {
    /// One that nobody has come to when the run ends: it has spent its age on that.
    pub(super) fn missed(spent: &'a Spent, connection: usize) -> Self {
        Self {
            outcome: Outcome::Censored,
            user: spent.total(),
            service: None,
            spent,
            status: 0,
            octets: 0,
            messages: 0,
            connection,
        }
    }
}

/// How many requests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) answered: u64,
    pub(super) failed: u64,
    pub(super) timed_out: u64,
    pub(super) censored: u64,
    /// Answers of the warm-up, too.
    pub(super) whole: u64,
    /// Requests that the server had not looked at, which were made once more.
    pub(super) retried: u64,
    /// Octets of content that came.
    pub(super) octets: u64,
    /// Messages of gRPC that came.
    pub(super) messages: u64,
    /// Connections that were made.
    pub(super) connections: u64,
}

/// All that is known of the requests of a run, or of a thread's.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    /// Nanoseconds from the intended time to the last octet.
    pub(super) user: Histogram<u64>,
    /// Nanoseconds from when the socket had the head.
    pub(super) service: Histogram<u64>,
    /// Nanoseconds from the intended time until it was looked at.
    pub(super) lag: Histogram<u64>,
    pub(super) breakdown: Breakdown,
    /// Answers by their status.
    pub(super) statuses: BTreeMap<u16, u64>,
    /// Calls by their status of gRPC; -1 is none.
    pub(super) calls: BTreeMap<i64, u64>,
    /// What went wrong, and how often.
    pub(super) errors: BTreeMap<String, u64>,
    /// By connection, with two digits.
    pub(super) connections: Vec<Histogram<u32>>,
}

/// A histogram that grows as it must.
pub(super) fn histogram<T: Counter>(digits: u8) -> Histogram<T> {
    Histogram::new(digits).expect("up to five digits can be had")
}

impl Tally {
    /// Of so many connections.
    pub(super) fn new(connections: usize) -> Self {
        Self {
            counts: Counts::default(),
            user: histogram(3),
            service: histogram(3),
            lag: histogram(3),
            breakdown: Breakdown::default(),
            statuses: BTreeMap::new(),
            calls: BTreeMap::new(),
            errors: BTreeMap::new(),
            connections: (0..connections).map(|_| histogram(2)).collect(),
        }
    }

    /// Adds a request. Of one that was timed out its limit counts, of one that is censored its age.
    pub(super) fn add(&mut self, ended: &Ended<'_>) {
        let counts = &mut self.counts;
        match ended.outcome {
            Outcome::Answered => counts.answered += 1,
            Outcome::Failed => counts.failed += 1,
            Outcome::TimedOut => counts.timed_out += 1,
            Outcome::Censored => counts.censored += 1,
        }
        counts.octets += ended.octets;
        counts.messages += ended.messages;
        if ended.status > 0 && ended.outcome == Outcome::Answered {
            *self.statuses.entry(ended.status).or_default() += 1;
        }
        if ended.outcome == Outcome::Failed {
            // How long it takes to fail says nothing of how long it takes.
            return;
        }
        record(&mut self.user, ended.user);
        if let Some(service) = ended.service {
            record(&mut self.service, service);
        }
        if let Some(connection) = self.connections.get_mut(ended.connection) {
            record(connection, ended.user);
        }
        self.breakdown.add(ended.spent);
    }

    /// Takes note of how late the generator was with a request.
    pub(super) fn late(&mut self, nanos: u64) {
        record(&mut self.lag, nanos);
    }

    /// Takes note of what went wrong.
    pub(super) fn wrong(&mut self, what: &dyn core::fmt::Display) {
        *self.errors.entry(alloc::format!("{what}")).or_default() += 1;
    }

    /// Adds those of another thread: histograms as histograms.
    pub(super) fn merge(&mut self, other: &Self) {
        self.counts += other.counts;
        add(&mut self.user, &other.user);
        add(&mut self.service, &other.service);
        add(&mut self.lag, &other.lag);
        self.breakdown.merge(&other.breakdown);
        sum(&mut self.statuses, &other.statuses);
        sum(&mut self.calls, &other.calls);
        sum(&mut self.errors, &other.errors);
        for (mine, more) in self.connections.iter_mut().zip(&other.connections) {
            add(mine, more);
        }
    }
}

impl core::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.timed_out += other.timed_out;
        self.censored += other.censored;
        self.whole += other.whole;
        self.retried += other.retried;
        self.octets += other.octets;
        self.messages += other.messages;
        self.connections += other.connections;
    }
}

fn record<T: Counter>(histogram: &mut Histogram<T>, nanos: u64) {
    // It grows, and what cannot be had at all is more than 500 years.
    let _ = histogram.record(nanos);
}

fn add<T: Counter>(to: &mut Histogram<T>, from: &Histogram<T>) {
    // It grows, as above.
    let _ = to.add(from);
}

fn sum<K: Ord + Clone>(to: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        *to.entry(key.clone()).or_default() += count;
    }
}

#[cfg(test)]
mod tests;
