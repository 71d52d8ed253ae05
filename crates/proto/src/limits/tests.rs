//! Budgets that refill.

mod held;
mod pace;
mod relations;
mod unaccepted;

use core::time::Duration;

use super::bucket::{Bucket, Spent};
use super::{Budget, Ledger, Limits, SuspiciousFrame};
use crate::nanos::Nanos;
use crate::violation::Limit;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// How many tokens there are.
fn left(bucket: Bucket) -> u32 {
    let mut bucket = bucket;
    let mut count = 0;
    while bucket.take(1).is_ok() {
        count += 1;
    }
    count
}

#[test]
fn a_budget_is_full_at_first_and_then_spent() {
    let mut bucket = Bucket::new(Budget::new(3, 1));
    for _ in 0..3 {
        assert_eq!(bucket.take(1), Ok(()));
    }
    assert_eq!(bucket.take(1), Err(Spent));
    assert_eq!(bucket.take(1), Err(Spent));
}

#[test]
fn work_gives_one_token_back_and_never_more_than_fit() {
    let mut bucket = Bucket::new(Budget::new(3, 1));
    bucket.give(1);
    assert_eq!(left(bucket), 3);
    bucket.take(1).unwrap();
    bucket.take(1).unwrap();
    bucket.give(1);
    assert_eq!(left(bucket), 2);
}

#[test]
fn time_gives_tokens_back_evenly() {
    let mut bucket = Bucket::new(Budget::new(10, 2));
    while bucket.take(1).is_ok() {}
    bucket.refill(Nanos::of(Duration::from_millis(499)));
    assert_eq!(left(bucket), 0);
    bucket.refill(Nanos::of(Duration::from_millis(500)));
    assert_eq!(left(bucket), 1);
    // What is left of a period is not lost.
    bucket.refill(Nanos::of(Duration::from_millis(1499)));
    assert_eq!(left(bucket), 2);
    bucket.refill(Nanos::of(Duration::from_millis(1500)));
    assert_eq!(left(bucket), 3);
    bucket.refill(Nanos::of(seconds(1_000_000)));
    assert_eq!(left(bucket), 10);
}

#[test]
fn time_that_goes_back_or_stands_still_gives_nothing() {
    let mut bucket = Bucket::new(Budget::new(10, 1));
    bucket.refill(Nanos::of(seconds(5)));
    while bucket.take(1).is_ok() {}
    bucket.refill(Nanos::of(seconds(5)));
    bucket.refill(Nanos::of(seconds(1)));
    assert_eq!(left(bucket), 0);
    bucket.refill(Nanos::of(Duration::MAX));
    assert_eq!(left(bucket), 10);
}

#[test]
fn a_budget_of_nothing_lets_nothing_pass() {
    let mut bucket = Bucket::new(Budget::new(0, 1));
    assert_eq!(bucket.take(1), Err(Spent));
    bucket.give(1);
    bucket.refill(Nanos::of(seconds(1000)));
    assert_eq!(bucket.take(1), Err(Spent));
}

#[test]
fn a_budget_that_shrinks_keeps_what_was_spent() {
    let mut bucket = Bucket::new(Budget::new(10, 1));
    bucket.take(4).unwrap();
    bucket.resize(Budget::new(6, 1));
    assert_eq!(bucket.left(), 2);
    bucket.resize(Budget::new(2, 1));
    assert_eq!(bucket.left(), 0);
    bucket.resize(Budget::new(10, 1));
    assert_eq!(bucket.left(), 6);
}

#[test]
fn a_budget_says_when_it_holds_enough() {
    let mut bucket = Bucket::new(Budget::new(10, 2));
    bucket.refill(Nanos::of(seconds(3)));
    bucket.take_up_to(20);
    assert_eq!(bucket.left(), 0);
    assert_eq!(bucket.holds_at(3), Some(Duration::from_millis(4500)));
    assert_eq!(bucket.holds_at(11), None, "more than it ever holds");
    bucket.refill(Nanos::of(Duration::from_millis(4499)));
    assert_eq!(bucket.left(), 2);
    bucket.refill(Nanos::of(Duration::from_millis(4500)));
    assert_eq!(bucket.left(), 3);
    assert_eq!(Bucket::new(Budget::new(10, 0)).holds_at(10), None);
}

/// How often something may be done.
fn count<E>(mut action: impl FnMut() -> Result<(), E>) -> u32 {
    let mut count = 0;
    while action().is_ok() {
        count += 1;
    }
    count
}

fn prepaid(ledger: &mut Ledger) -> u32 {
    count(|| if ledger.prepay() { Ok(()) } else { Err(()) })
}

#[test]
fn each_budget_is_spent_alone() {
    let limits = Limits::default()
        .started_resets(1, 1)
        .resets(2, 1)
        .resets_sent(3, 1)
        .suspicious_frames(4, 1);
    let ledger = || Ledger::new(&limits, 10);
    assert_eq!(prepaid(&mut ledger()), 10);
    let mut spent = ledger();
    assert_eq!(count(|| spent.reset_received()), 20);
    assert_eq!(spent.reset_received(), Err(Limit::ResetsReceived));
    assert_eq!(count(|| spent.reset_sent()), 3);
    assert_eq!(spent.reset_sent(), Err(Limit::ResetsSent));
    assert_eq!(count(|| spent.suspicious_frame(SuspiciousFrame::Pong)), 4);
    assert_eq!(
        spent.suspicious_frame(SuspiciousFrame::Pong),
        Err(Limit::SuspiciousFrames)
    );
    assert_eq!(prepaid(&mut spent), 10);
}

#[test]
fn resets_over_the_life_of_a_connection_are_not_made_up_for() {
    let limits = Limits::default().resets_sent(10, 10).resets_sent_in_all(27);
    let mut ledger = Ledger::new(&limits, 10);
    for second in 0..2 {
        ledger.refill(Nanos::of(seconds(second)));
        assert_eq!(count(|| ledger.reset_sent()), 10);
        assert_eq!(ledger.reset_sent(), Err(Limit::ResetsSent));
    }
    ledger.refill(Nanos::of(seconds(1000)));
    ledger.exchange_completed();
    assert_eq!(count(|| ledger.reset_sent()), 3, "those that failed count");
    assert_eq!(ledger.reset_sent(), Err(Limit::ResetsSentInAll));
    let none = Limits::default().resets_sent_in_all(0);
    assert_eq!(
        Ledger::new(&none, 10).reset_sent(),
        Err(Limit::ResetsSentInAll)
    );
}

#[test]
fn each_budget_refills_at_its_own_pace() {
    let mut ledger = Ledger::new(&Limits::server(), 100);
    ledger.refill(Nanos::of(seconds(0)));
    let spend = |ledger: &mut Ledger| {
        (
            prepaid(ledger),
            count(|| ledger.reset_received()),
            count(|| ledger.reset_sent()),
            count(|| ledger.suspicious_frame(SuspiciousFrame::Pong)),
        )
    };
    assert_eq!(spend(&mut ledger), (200, 10_000, 200, 1000));
    ledger.refill(Nanos::of(seconds(1)));
    assert_eq!(spend(&mut ledger), (100, 1000, 33, 100));
    assert_eq!(ledger.next_start_at(), Some(Duration::from_millis(1010)));
}

#[test]
fn a_finished_exchange_makes_up_for_one_request_that_was_reset_and_ten_suspicious_frames() {
    let spend = |ledger: &mut Ledger| {
        (
            prepaid(ledger),
            count(|| ledger.reset_received()),
            count(|| ledger.reset_sent()),
            count(|| ledger.suspicious_frame(SuspiciousFrame::Pong)),
        )
    };
    let mut ledger = Ledger::new(&Limits::server(), 100);
    spend(&mut ledger);
    // Where nobody tells the time, nothing else would make up for the rest.
    ledger.exchange_completed();
    assert_eq!(spend(&mut ledger), (1, 1, 1, 10));
    ledger.refill(Nanos::of(seconds(0)));
    ledger.exchange_completed();
    assert_eq!(spend(&mut ledger), (1, 0, 0, 10));
}

#[test]
fn a_field_block_may_come_in_as_many_frames_as_its_octets_need() {
    let limits = Limits::default().field_section_octets(1 << 20);
    assert_eq!(limits.field_block_octets(), 4 << 20);
    assert!(limits.most_continuations() * frame::DEFAULT_MAX_FRAME_SIZE >= 4 << 20);
    let limits = limits.field_section_octets(1);
    assert_eq!(limits.most_continuations(), 8, "and in a few at least");
    let limits = limits.field_section_octets(u32::MAX);
    assert_eq!(limits.field_block_octets(), u32::MAX);
}

#[test]
fn small_window_updates_pass_as_far_as_content_was_sent() {
    let limits = Limits::server().suspicious_frames(0, 0);
    let mut ledger = Ledger::new(&limits, 1);
    assert_eq!(count(|| ledger.small_window_update()), 10);
    ledger.data_sent(0);
    assert_eq!(count(|| ledger.small_window_update()), 10);
    ledger.data_sent(800);
    assert_eq!(count(|| ledger.small_window_update()), 110);
    for _ in 0..100_000 {
        ledger.data_sent(16_384);
    }
    assert_eq!(
        count(|| ledger.small_window_update()),
        10_000,
        "they are not saved up for ever"
    );
}

#[test]
fn what_is_more_suspicious_costs_more() {
    let limits = Limits::server().suspicious_frames(10, 0);
    for (suspicious_frame, times) in [
        (SuspiciousFrame::Priority, 10),
        (SuspiciousFrame::Extension, 10),
        (SuspiciousFrame::Pong, 10),
        (SuspiciousFrame::Late, 10),
        (SuspiciousFrame::SmallWindowUpdate, 10),
        (SuspiciousFrame::InitialWindow, 5),
        (SuspiciousFrame::GoAway, 1),
    ] {
        let mut ledger = Ledger::new(&limits, 1);
        for _ in 0..times {
            assert_eq!(
                ledger.suspicious_frame(suspicious_frame),
                Ok(()),
                "{suspicious_frame:?}"
            );
        }
        assert_eq!(
            ledger.suspicious_frame(suspicious_frame),
            Err(Limit::SuspiciousFrames),
            "{suspicious_frame:?}"
        );
    }
}

#[test]
fn what_is_counted_only_where_somebody_wants_it_is_without_a_limit_otherwise() {
    let free = Limits::server();
    let set = free
        .resets_unaccepted(5)
        .resets_sent_in_all(6)
        .small_data_held(7);
    let limits = [
        Limit::ResetsUnaccepted,
        Limit::ResetsSentInAll,
        Limit::SmallDataHeld,
    ];
    assert_eq!(limits.map(|limit| free.allowed(limit)), [u64::MAX; 3]);
    assert_eq!(limits.map(|limit| set.allowed(limit)), [5, 6, 7]);
}
