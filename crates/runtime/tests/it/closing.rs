//! How long a driver waits for the other end.

use core::time::Duration;

use tress_runtime::Closing;

const fn at(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn the_last_of_the_output_has_its_time_again_whenever_some_of_it_leaves() {
    let mut closing = Closing::new();
    assert_eq!(closing.leaves_by(10, at(0)), at(5000));
    assert_eq!(closing.leaves_by(10, at(4000)), at(5000));
    assert_eq!(closing.leaves_by(9, at(4500)), at(9500));
    assert_eq!(closing.leaves_by(9, at(9500)), at(9500));
}

#[test]
fn what_still_comes_is_dropped_for_a_while_only() {
    let mut closing = Closing::new();
    assert_eq!(closing.lingers_until(at(300)), at(1300));
    assert_eq!(closing.lingers_until(at(1200)), at(1300));
}
