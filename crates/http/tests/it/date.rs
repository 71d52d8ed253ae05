//! The value of `date` (RFC 9110 §6.6.1).

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use tress_http::http::HeaderValue;
use tress_http::{Date, date_now};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn a_date_changes_with_the_second_and_only_then() {
    let mut date = Date::default();
    let first = date.at(at(951_782_399)).unwrap();
    assert_eq!(first, "Mon, 28 Feb 2000 23:59:59 GMT");
    let same = date
        .at(at(951_782_399) + Duration::from_millis(999))
        .unwrap();
    let shared = |value: &HeaderValue| value.as_bytes().as_ptr();
    assert_eq!(shared(&first), shared(&same), "it is written once");
    assert_eq!(
        date.at(at(951_782_400)).unwrap(),
        "Tue, 29 Feb 2000 00:00:00 GMT"
    );
    assert_eq!(
        date.at(at(951_782_399)).unwrap(),
        first,
        "a clock may go back"
    );
}

#[test]
fn a_clock_without_reason_has_no_date() {
    let mut date = Date::default();
    assert_eq!(date.at(UNIX_EPOCH - Duration::from_secs(1)), None);
    assert_eq!(date.at(at(253_402_300_800)), None);
    assert_eq!(
        date.at(at(253_402_300_799)).unwrap(),
        "Fri, 31 Dec 9999 23:59:59 GMT"
    );
}

#[test]
fn now_is_now() {
    let mut date = Date::default();
    let before = date.at(SystemTime::now());
    let now = date_now();
    let after = date.at(SystemTime::now());
    assert!(now.is_some() && (now == before || now == after));
}
