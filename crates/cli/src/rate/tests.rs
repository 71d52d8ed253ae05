//! What is a rate, and how long to wait for it.

use super::{Pace, Rate, Size, due};
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
fn a_unit_may_be_written_in_full_and_links_are_sold_by_bits() {
    assert_eq!(octets("48KiB/s"), Some(49_152));
    assert_eq!(octets("48K/s"), Some(49_152));
    assert_eq!(octets("100/s"), Some(100));
    assert_eq!(octets("2MiB/s"), Some(2_097_152));
    assert_eq!(octets("400kbit/s"), Some(50_000));
    assert_eq!(octets("10Mbit/s"), Some(1_250_000));
    assert_eq!(octets("1Gbit/s"), Some(125_000_000));
}

#[test]
fn a_size_is_no_rate() {
    let size = |text: &str| text.parse().ok().map(|Size(octets)| octets.get());
    assert_eq!(size("1000"), Some(1000));
    assert_eq!(size("16K"), Some(16_384));
    assert_eq!(size("16KiB"), Some(16_384));
    for text in ["", "0", "16KB", "16KiB/s", "400kbit/s", "-1", "1.5K", " 1"] {
        assert_eq!(size(text), None, "{text:?}");
    }
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
        "1MB/s",
        "1KiBit/s",
        "400kbit",
        "/s",
        "1.5Mbit/s",
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

#[test]
fn nothing_waits_without_a_rate_or_for_what_is_due_already() {
    assert_eq!(Pace::new(None).wait(u64::MAX), None);
    let fast = Pace::new(Some("1000G".parse().unwrap()));
    assert_eq!(fast.wait(0), None);
    let slow = Pace::new(Some("1".parse().unwrap()));
    assert!(
        slow.wait(100)
            .is_some_and(|wait| wait > Duration::from_secs(50))
    );
}
