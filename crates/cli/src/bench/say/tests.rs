//! Numbers as people read them.

use super::{count, time};

#[test]
fn times_have_three_digits() {
    for (nanos, said) in [
        (0, "0"),
        (7, "7.00 ns"),
        (1_234, "1.23 µs"),
        (12_345_678, "12.3 ms"),
        (999_000_000, "999 ms"),
        (20_000_000_000, "20.0 s"),
    ] {
        assert_eq!(time(nanos), said);
    }
}

#[test]
fn counts_have_groups() {
    for (number, said) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (1_234_567, "1,234,567"),
    ] {
        assert_eq!(count(number), said);
    }
}
