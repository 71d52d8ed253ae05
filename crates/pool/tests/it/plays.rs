//! The laws of a pool among servers, on plays made of seeds; each is shown to notice a fault.

use crate::round_robin::{Shares, shares};
use crate::world::{Fault, Figures, Play};

/// How many plays: so many, or `TRESS_TIMES` as many for a long run, or the one that is asked for.
fn seeds() -> core::ops::Range<u64> {
    if let Ok(only) = std::env::var("TRESS_SEED") {
        let only = only.parse().expect("a seed is a number");
        return only..only + 1;
    }
    let times = std::env::var("TRESS_TIMES").ok();
    let times: u64 = times.map_or(1, |times| times.parse().expect("it is a number"));
    0..500 * times
}

fn add(sum: &mut Figures, figures: &Figures) {
    sum.requests += figures.requests;
    sum.sent += figures.sent;
    sum.again += figures.again;
    sum.answered += figures.answered;
    sum.failed += figures.failed;
    sum.connects += figures.connects;
    sum.most_connections = sum.most_connections.max(figures.most_connections);
}

#[test]
fn every_law_holds_at_every_step() {
    let (mut sum, mut plain) = (Figures::default(), Shares::default());
    for seed in seeds() {
        let shares = shares(&Play::rough(seed));
        plain.requests += shares.requests;
        plain.answered += shares.answered;
        plain.failed += shares.failed;
        plain.unprocessed += shares.unprocessed;
        plain.timed_out += shares.timed_out;
        match Play::rough(seed).run() {
            Ok(figures) => add(&mut sum, &figures),
            Err(broken) => panic!("TRESS_SEED={seed}: {broken}"),
        }
    }
    println!("{} plays: {sum:?}", seeds().count());
    println!("through a plain round robin: {plain:?}");
    assert_eq!(plain.answered + plain.failed, plain.requests);
}

/// Some seed shows the fault, and says so in these words.
fn notices(fault: Fault, words: &str) {
    let says = |seed| {
        let play = Play::rough(seed);
        // More requests than in other plays, so that what is rare is seen soon.
        let requests = 3 * play.requests;
        Play {
            fault,
            requests,
            ..play
        }
        .run()
        .err()
    };
    let found = (0..200).filter_map(says).find(|said| said.contains(words));
    assert!(found.is_some(), "{fault:?} goes unnoticed");
}

#[test]
fn a_request_that_never_ends_is_noticed() {
    notices(Fault::SwallowsFailures, "has not ended");
}

#[test]
fn a_request_that_is_processed_twice_is_noticed() {
    notices(Fault::CallsAllUnprocessed, "was processed");
}

#[test]
fn a_machine_that_is_not_told_the_time_is_noticed() {
    notices(Fault::ForgetsTime, "past");
}

#[test]
fn a_request_that_waits_beside_free_capacity_is_noticed() {
    notices(Fault::HidesCapacity, "beside free capacity");
}

#[test]
fn too_many_connections_are_noticed() {
    notices(Fault::ManyConnections, "connections");
}

#[test]
fn a_storm_of_attempts_is_noticed() {
    notices(Fault::NoBackOff, "after failure");
}

#[test]
fn retries_beyond_the_budget_are_noticed() {
    notices(Fault::EndlessBudget, "were sent again");
}

#[test]
fn requests_to_a_server_that_vanished_are_noticed() {
    notices(Fault::NoPing, "vanished");
}
