//! Budgets that refill.

use core::time::Duration;

use super::bucket::{Bucket, Spent};
use super::{Budget, Glitch, Ledger, Limits};
use crate::error::ConfigError;
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
    bucket.refill(Duration::from_millis(499));
    assert_eq!(left(bucket), 0);
    bucket.refill(Duration::from_millis(500));
    assert_eq!(left(bucket), 1);
    // What is left of a period is not lost.
    bucket.refill(Duration::from_millis(1499));
    assert_eq!(left(bucket), 2);
    bucket.refill(Duration::from_millis(1500));
    assert_eq!(left(bucket), 3);
    bucket.refill(seconds(1_000_000));
    assert_eq!(left(bucket), 10);
}

#[test]
fn time_that_goes_back_or_stands_still_gives_nothing() {
    let mut bucket = Bucket::new(Budget::new(10, 1));
    bucket.refill(seconds(5));
    while bucket.take(1).is_ok() {}
    bucket.refill(seconds(5));
    bucket.refill(seconds(1));
    assert_eq!(left(bucket), 0);
    bucket.refill(Duration::MAX);
    assert_eq!(left(bucket), 10);
}

#[test]
fn a_budget_of_nothing_lets_nothing_pass() {
    let mut bucket = Bucket::new(Budget::new(0, 1));
    assert_eq!(bucket.take(1), Err(Spent));
    bucket.give(1);
    bucket.refill(seconds(1000));
    assert_eq!(bucket.take(1), Err(Spent));
}

#[test]
fn each_budget_has_its_own_limit() {
    let limits = Limits::default()
        .resets_received(1)
        .resets_sent(2, 33)
        .glitches(3, 1);
    let mut ledger = Ledger::new(&limits);
    assert_eq!(ledger.reset_received(), Ok(()));
    assert_eq!(ledger.reset_received(), Err(Limit::ResetsReceived));
    for _ in 0..2 {
        assert_eq!(ledger.reset_sent(), Ok(()));
    }
    assert_eq!(ledger.reset_sent(), Err(Limit::ResetsSent));
    for _ in 0..3 {
        assert_eq!(ledger.glitch(Glitch::Pong), Ok(()));
    }
    assert_eq!(ledger.glitch(Glitch::Pong), Err(Limit::Glitches));
    // A finished exchange makes up for some of all.
    ledger.exchange_completed();
    assert_eq!(ledger.reset_received(), Ok(()));
    assert_eq!(ledger.reset_sent(), Ok(()));
    assert_eq!(ledger.glitch(Glitch::Pong), Ok(()));
    // Time makes up for all.
    ledger.refill(seconds(30));
    assert_eq!(ledger.glitch(Glitch::Pong), Ok(()));
}

#[test]
fn a_limit_that_would_let_nothing_pass_is_named() {
    assert_eq!(Limits::default().check(), Ok(()));
    let limits = Limits::default().replies(0);
    assert_eq!(limits.check(), Err(ConfigError::Zero("replies")));
}

#[test]
fn a_relation_that_does_not_hold_is_named() {
    let limits = Limits::default().fields(10).fields_hard(9);
    let broken = ConfigError::Relation("fields <= fields_hard");
    assert_eq!(limits.check(), Err(broken));
}

#[test]
fn a_field_block_may_come_in_as_many_frames_as_its_octets_need() {
    let limits = Limits::default().field_section_octets(1 << 20);
    assert_eq!(limits.field_block_octets(), 2 << 20);
    assert!(limits.most_continuations() * frame::DEFAULT_MAX_FRAME_SIZE >= 2 << 20);
    let limits = limits.field_section_octets(1);
    assert_eq!(limits.most_continuations(), 8, "and in a few at least");
    let limits = limits.field_section_octets(u32::MAX);
    assert_eq!(limits.field_block_octets(), u32::MAX);
}

#[test]
fn the_presets_are_half_and_four_times_the_default() {
    let (server, client) = (Limits::server(), Limits::client());
    assert_eq!(Limits::default(), server);
    assert_eq!(
        (server.field_section_octets, client.field_section_octets),
        (32_768, 65_536)
    );
    for (limits, strict, gateway) in [
        (server, server.strict(), server.gateway()),
        (client, client.strict(), client.gateway()),
    ] {
        for limit in Limit::ALL {
            let allowed = limits.allowed(*limit);
            match limit {
                Limit::EmptyContinuations => assert_eq!(strict.allowed(*limit), 1),
                Limit::Continuations => assert!(strict.allowed(*limit) < allowed),
                Limit::StreamCredit => assert_eq!(strict.allowed(*limit), allowed / 5),
                _ => assert_eq!(strict.allowed(*limit), allowed.div_ceil(2), "{limit:?}"),
            }
            match limit {
                Limit::EmptyContinuations => assert_eq!(gateway.allowed(*limit), allowed),
                limit if limit.is_timeout() => assert_eq!(gateway.allowed(*limit), allowed),
                Limit::Continuations => assert!(gateway.allowed(*limit) > 3 * allowed),
                _ => assert_eq!(gateway.allowed(*limit), 4 * allowed, "{limit:?}"),
            }
        }
        let progress = limits.progress_octets;
        assert_eq!(
            (strict.progress_octets, gateway.progress_octets),
            (progress, progress)
        );
        assert_eq!(
            (strict.handshake, gateway.handshake),
            (seconds(30), seconds(60))
        );
        assert_eq!((strict.debug_data, gateway.debug_data), (128, 1024));
    }
}

#[test]
fn a_frame_of_a_few_octets_costs_and_one_of_five_is_free() {
    let mut ledger = Ledger::new(&Limits::server());
    for _ in 0..100_000 {
        assert_eq!(ledger.data_received(5, u32::MAX), Ok(()));
        assert_eq!(ledger.data_received(4, u32::MAX), Ok(()));
    }
    let mut count = 0;
    while ledger.data_received(1, u32::MAX).is_ok() {
        count += 1;
    }
    assert_eq!(count, 25_600 / (255 - 64));
    // What the application takes makes up for it, and so do time and larger frames.
    ledger.content_taken();
    assert_eq!(ledger.data_received(1, u32::MAX), Ok(()));
    assert_eq!(ledger.data_received(1, u32::MAX), Err(Limit::SmallData));
    ledger.refill(seconds(1));
    assert_eq!(ledger.data_received(1, u32::MAX), Ok(()));
    while ledger.data_received(1, u32::MAX).is_ok() {}
    assert_eq!(ledger.data_received(1000, u32::MAX), Ok(()));
    assert_eq!(ledger.data_received(1, u32::MAX), Ok(()));
}

#[test]
fn small_grants_pass_as_far_as_content_was_sent() {
    let limits = Limits::server().glitches(0, 0);
    let mut ledger = Ledger::new(&limits);
    let count = |ledger: &mut Ledger| {
        let mut count = 0;
        while ledger.small_grant().is_ok() {
            count += 1;
        }
        count
    };
    assert_eq!(count(&mut ledger), 10);
    ledger.data_sent(0);
    assert_eq!(count(&mut ledger), 10);
    ledger.data_sent(800);
    assert_eq!(count(&mut ledger), 110);
    for _ in 0..100_000 {
        ledger.data_sent(16_384);
    }
    assert_eq!(count(&mut ledger), 10_000, "they are not saved up for ever");
}

#[test]
fn early_resets_are_made_up_for_within_a_second() {
    let mut ledger = Ledger::new(&Limits::server());
    for _ in 0..50 {
        assert_eq!(ledger.reset_early(), Ok(()));
    }
    assert_eq!(ledger.reset_early(), Err(Limit::ResetsEarly));
    ledger.refill(Duration::from_millis(20));
    assert_eq!(ledger.reset_early(), Ok(()));
    assert_eq!(ledger.reset_early(), Err(Limit::ResetsEarly));
    ledger.refill(seconds(2));
    for _ in 0..50 {
        assert_eq!(ledger.reset_early(), Ok(()));
    }
}

#[test]
fn what_is_more_suspicious_costs_more() {
    let limits = Limits::server().glitches(10, 0);
    for (glitch, times) in [
        (Glitch::Priority, 10),
        (Glitch::Extension, 10),
        (Glitch::Pong, 10),
        (Glitch::EmptyData, 10),
        (Glitch::Late, 10),
        (Glitch::SmallGrant, 10),
        (Glitch::InitialWindow, 5),
        (Glitch::GoAway, 1),
    ] {
        let mut ledger = Ledger::new(&limits);
        for _ in 0..times {
            assert_eq!(ledger.glitch(glitch), Ok(()), "{glitch:?}");
        }
        assert_eq!(ledger.glitch(glitch), Err(Limit::Glitches), "{glitch:?}");
    }
}
