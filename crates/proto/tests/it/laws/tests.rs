//! Runs every law on seeded octets, and shows that each one notices a fault.

use core::panic::AssertUnwindSafe;
use std::panic::{catch_unwind, resume_unwind};

use testkit::{Rng, Side, conversation, mutate};

use super::transcript;

#[path = "tests/broken.rs"]
mod broken;
#[path = "tests/costs.rs"]
mod costs;
#[path = "tests/fatal.rs"]
mod fatal;
#[path = "tests/honest.rs"]
mod honest;
#[path = "tests/pieces.rs"]
mod pieces;
#[path = "tests/plays.rs"]
mod plays;
#[path = "tests/script.rs"]
mod script;
#[path = "tests/spoiled.rs"]
mod spoiled;
#[path = "tests/visits.rs"]
mod visits;

/// A seed, and what was made of it.
type Input = (u64, Vec<u8>);

/// How many inputs to try: so many, or `TRESS_TIMES` as many for a long run, or the one that is asked
/// for.
fn seeds(count: u64) -> core::ops::Range<u64> {
    if let Ok(only) = std::env::var(transcript::SEED) {
        let only = only.parse().expect("a seed is a number");
        return only..only + 1;
    }
    let times = std::env::var("TRESS_TIMES").ok();
    let times = times.map_or(1, |times| times.parse().expect("it is a number"));
    0..count * times
}

/// What one end says in a whole connection, mostly made wrong, after three octets to choose by.
fn made(side: Side, count: u64) -> impl Iterator<Item = Input> {
    seeds(count).map(move |seed| {
        let mut rng = Rng::new(seed);
        let mut frames = conversation(&mut rng, side);
        if rng.chance(1, 8) {
            // What only the other end may say.
            let other = match side {
                Side::Client => Side::Server,
                Side::Server => Side::Client,
            };
            let misplaced = rng.pick(&conversation(&mut Rng::new(seed), other)).clone();
            let place = rng.range(1..frames.len());
            frames.insert(place, misplaced);
        }
        if rng.chance(3, 4) {
            mutate(&mut rng, &mut frames);
        }
        // Even choices, for the conversation has its own beginning.
        let choices = [rng.octet(), rng.octet(), rng.octet() & 0xfe];
        (seed, [choices.to_vec(), frames.concat()].concat())
    })
}

/// Octets without a pattern.
fn random(count: u64) -> impl Iterator<Item = Input> {
    seeds(count).map(|seed| {
        let mut rng = Rng::new(seed);
        let length = rng.range(20..400);
        (seed, rng.bytes(length))
    })
}

/// Runs a law on many inputs; of one that fails it prints how to run it again, and the smallest input
/// that fails as a test to paste.
fn holds(test: &str, inputs: impl Iterator<Item = Input>, mut law: impl FnMut(&[u8])) {
    for (seed, data) in inputs {
        let Err(panic) = catch_unwind(AssertUnwindSafe(|| law(&data))) else {
            continue;
        };
        let variable = transcript::SEED;
        eprintln!("again: {variable}={seed} cargo test -p tress-proto --test it {test}");
        // The last play that failed is that of the smallest input.
        let small = script::shrunk(&data, &mut law);
        let acts = transcript::last_acts();
        eprintln!("{}", script::of(test, seed, &small, &acts));
        resume_unwind(panic);
    }
}

/// Says whether a law fails for any of the inputs.
fn fails(mut inputs: impl Iterator<Item = Input>, law: impl Fn(&[u8])) -> bool {
    inputs.any(|(_, data)| catch_unwind(AssertUnwindSafe(|| law(&data))).is_err())
}

/// Makes a connection with a fault, of either role.
macro_rules! with {
    ($fault:ident) => {
        |config| Broken::new(tress_proto::Connection::new(config), Fault::$fault)
    };
}
use with;
