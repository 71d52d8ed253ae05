//! Every order of what both ends can do on three streams, replayed against the machine.
//!
//! Orders that lead to the same are gone on with once: what may still happen depends on what is there,
//! not on how it came to be. With `TRESS_TIMES` they are as long as eight steps.

use std::collections::HashSet;

use super::world::{Step, World};

/// How many steps an order has after the streams were opened.
const LENGTH: usize = 4;
const LENGTH_WHEN_LONG: usize = 8;

/// Tries all orders that begin with so many open streams. Returns how many were told apart.
fn try_all(open: usize, length: usize) -> usize {
    let mut seen = HashSet::from([World::new(open).mark()]);
    let mut orders = vec![Vec::new()];
    for _ in 0..length {
        let mut longer = Vec::new();
        for order in &orders {
            let opened = order.iter().filter(|step| **step == Step::Open).count();
            let streams = open + opened;
            for step in Step::all(streams) {
                let Some(world) = replay(open, order, step) else {
                    continue;
                };
                if seen.insert(world.mark()) {
                    longer.push([order.as_slice(), &[step]].concat());
                }
            }
        }
        orders = longer;
    }
    seen.len()
}

/// The world after these steps, if the last one can be done.
fn replay(open: usize, order: &[Step], last: Step) -> Option<World> {
    let mut world = World::new(open);
    for step in order {
        assert!(world.step(*step), "{step:?} was possible");
    }
    let looked = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| world.step(last)));
    match looked {
        Ok(is_done) => is_done.then_some(world),
        Err(why) => {
            println!("with {open} streams: {order:?}, then {last:?}");
            std::panic::resume_unwind(why)
        }
    }
}

#[test]
fn no_order_of_events_makes_streams_hold_more_than_they_may_or_stop_each_other_or_starts_more_than_n()
 {
    let is_long = std::env::var_os("TRESS_TIMES").is_some();
    let length = if is_long { LENGTH_WHEN_LONG } else { LENGTH };
    let mut count = 0;
    for open in [0, 3] {
        count += try_all(open, length);
    }
    println!("{count} states after up to {length} steps");
    assert!(count > 500, "{count} states are too few");
}
