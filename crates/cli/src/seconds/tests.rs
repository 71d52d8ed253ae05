//! What is a time, and what is none.

use super::parse;
use core::time::Duration;

#[test]
fn seconds_need_no_unit() {
    assert_eq!(parse("2"), Ok(Duration::from_secs(2)));
    assert_eq!(parse("0.25"), Ok(Duration::from_millis(250)));
    assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
    assert_eq!(parse("1m 30s"), Ok(Duration::from_secs(90)));
}

#[test]
fn nothing_less_than_nothing_and_nonsense_are_no_times() {
    for text in [
        "",
        "0",
        "0s",
        "-1",
        "NaN",
        "inf",
        "1e300",
        "soon",
        "5 parsecs",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}
