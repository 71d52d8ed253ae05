//! What is a rate, and how long to wait for it.

use super::{Rate, due};
use core::time::Duration;

fn octets(text: &str) -> Option<u64> {
    text.parse().ok().map(|Rate(rate)| rate.get())
}

#[test]
fn units_are_powers_of_1024() {
    assert_eq!(octets("1000"), Some(1000));
    assert_eq!(octets("64k"), Some(65_536));
    assert_eq!(octets("1M"), Some(1_048_576));
    assert_eq!(octets("2G"), Some(2_147_483_648));
}

#[test]
fn anything_else_is_not_a_rate() {
    for text in [
        "",
        "M",
        "0",
        "0M",
        "-1",
        "+1",
        "1.5M",
        "1MB",
        " 1",
        "é",
        "99999999999999999999",
        "18446744073709551615G",
    ] {
        assert_eq!(octets(text), None, "{text:?}");
    }
}

#[test]
fn octets_are_due_in_proportion_to_the_rate() {
    let rate = core::num::NonZeroU64::new(1 << 20).unwrap();
    assert_eq!(due(rate, 0), Duration::ZERO);
    assert_eq!(due(rate, 1 << 19), Duration::from_millis(500));
    assert_eq!(due(rate, 100 << 20), Duration::from_secs(100));
    assert_eq!(
        due(core::num::NonZeroU64::MIN, u64::MAX),
        Duration::from_nanos(u64::MAX)
    );
}
