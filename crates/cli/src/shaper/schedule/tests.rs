//! What an outage is, and when it begins and ends.

use core::time::Duration;

use super::{Outage, Schedule, Speed};

fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

#[test]
fn an_outage_is_two_times_in_their_order() {
    let parsed: Outage = "10s..12500ms".parse().unwrap();
    let wanted = Outage {
        from: ms(10_000),
        until: ms(12_500),
    };
    assert_eq!(parsed, wanted);
    for text in [
        "", "10s", "10s..", "..10s", "2s..1s", "1s..1s", "1..2", "1s-2s",
    ] {
        assert!(text.parse::<Outage>().is_err(), "{text:?}");
    }
}

#[test]
fn nothing_leaves_in_an_outage_and_its_end_is_known() {
    let outages = ["2s..3s", "1s..1500ms"].map(|text| text.parse().unwrap());
    let rate = "1K".parse().unwrap();
    let schedule = Schedule::new(Some(rate), &outages);
    let usual = Speed::Limited(rate);
    assert_eq!(schedule.at(ms(0)), (usual, Some(ms(1000))));
    assert_eq!(schedule.at(ms(1000)), (Speed::Stopped, Some(ms(1500))));
    assert_eq!(schedule.at(ms(1499)), (Speed::Stopped, Some(ms(1500))));
    assert_eq!(schedule.at(ms(1500)), (usual, Some(ms(2000))));
    assert_eq!(schedule.at(ms(2999)), (Speed::Stopped, Some(ms(3000))));
    assert_eq!(schedule.at(ms(3000)), (usual, None));
}

#[test]
fn outages_may_overlap() {
    let outages = ["1s..3s", "2s..4s"].map(|text| text.parse().unwrap());
    let schedule = Schedule::new(None, &outages);
    assert_eq!(schedule.at(ms(0)), (Speed::Unlimited, Some(ms(1000))));
    assert_eq!(schedule.at(ms(3000)), (Speed::Stopped, Some(ms(4000))));
    assert_eq!(schedule.at(ms(4000)), (Speed::Unlimited, None));
}
