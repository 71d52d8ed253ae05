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

/// What came of plays through the pool and, the same traffic, through a plain round robin.
#[derive(Debug, Default)]
struct Sums {
    plays: u64,
    pool: Figures,
    plain: Shares,
}

impl Sums {
    fn add(&mut self, figures: &Figures, shares: &Shares) {
        self.plays += 1;
        self.pool.add(figures);
        self.plain.add(shares);
    }

    fn print(&self, what: &str) {
        let per_mille = |part: u64, ended: u64| 1000 * part / ended.max(1);
        let (pool, plain) = (&self.pool, &self.plain);
        println!("{} plays with {what}: {pool:?}", self.plays);
        println!("  the same through a plain round robin: {plain:?}");
        let failed = pool.failed - pool.unresolved;
        println!(
            "  of 1000 requests with a resolved name {} failed, and {} through the round robin",
            per_mille(failed, failed + pool.answered),
            per_mille(plain.failed, plain.failed + plain.answered)
        );
    }
}

#[test]
fn every_law_holds_at_every_step() {
    let (mut one, mut several) = (Sums::default(), Sums::default());
    for seed in seeds() {
        let shares = shares(&Play::rough(seed));
        assert_eq!(shares.answered + shares.failed, shares.requests);
        let play = Play::rough(seed);
        let sums = if play.servers == 1 {
            &mut one
        } else {
            &mut several
        };
        match play.run() {
            Ok(figures) => sums.add(&figures, &shares),
            Err(broken) => panic!("TRESS_SEED={seed}: {broken}"),
        }
    }
    one.print("one server");
    several.print("two to five servers");
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
fn attempts_that_are_called_off_for_nothing_are_noticed() {
    notices(Fault::ShortConnects, "nothing is open");
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
