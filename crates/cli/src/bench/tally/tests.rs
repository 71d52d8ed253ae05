//! What counts how.

use super::{Ended, Outcome, Tally};
use crate::bench::label::Label;
use crate::bench::spent::Spent;

fn add(tally: &mut Tally, outcome: Outcome, nanos: u64, connection: usize) {
    let mut spent = Spent::default();
    spent.add(Label::FirstOctet, nanos);
    tally.add(&Ended {
        outcome,
        user: nanos,
        service: Some(nanos),
        spent: &spent,
        status: 200,
        octets: 10,
        messages: 0,
        connection,
    });
}

#[test]
fn a_time_out_counts_at_its_limit_what_is_censored_at_its_age_and_a_failure_not_at_all() {
    let mut tally = Tally::new(1);
    add(&mut tally, Outcome::Answered, 1_000, 0);
    add(&mut tally, Outcome::TimedOut, 900_000, 0);
    add(&mut tally, Outcome::Censored, 5_000, 0);
    add(&mut tally, Outcome::Failed, 10, 0);
    assert_eq!((tally.user.len(), tally.breakdown.all().count), (3, 3));
    assert_eq!(tally.user.min(), 1_000);
    assert!(tally.user.max() >= 900_000);
    let counts = tally.counts;
    assert_eq!((counts.answered, counts.timed_out), (1, 1));
    assert_eq!((counts.censored, counts.failed), (1, 1));
    assert_eq!(tally.statuses.get(&200), Some(&1));
}

#[test]
fn threads_are_merged_as_histograms() {
    let (mut one, mut other) = (Tally::new(2), Tally::new(2));
    for nanos in 1..=99 {
        add(&mut one, Outcome::Answered, nanos * 1_000, 0);
    }
    add(&mut other, Outcome::Answered, 50_000_000, 1);
    one.merge(&other);
    assert_eq!((one.user.len(), one.counts.answered), (100, 100));
    assert_eq!(one.user.value_at_quantile(0.5) / 1_000, 50);
    assert!(one.user.value_at_quantile(0.999) >= 50_000_000);
    let by_connection = one.connections.iter().map(|histogram| histogram.len());
    assert_eq!(by_connection.collect::<Vec<_>>(), [99, 1]);
}
