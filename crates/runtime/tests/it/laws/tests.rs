//! The laws hold on what is made by chance, and can be broken.

use testkit::Rng;

use super::{play, the_steps_lose_nothing};

/// How many inputs the law is tried on.
const ROUNDS: u64 = 200;

fn input(seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    let length = rng.range(0..300);
    rng.bytes(length)
}

#[test]
fn the_steps_lose_nothing_of_any_input() {
    for seed in 0..ROUNDS {
        the_steps_lose_nothing(&input(seed));
    }
    the_steps_lose_nothing(b"");
}

/// A driver that tells of less than what was written writes some of it twice.
#[test]
#[should_panic(expected = "assertion")]
fn the_law_is_broken_by_a_driver_that_forgets_an_octet() {
    play(&input(3), |count| count - usize::from(count > 1));
}
