//! RFC 9110 §13: which requests are for the file that there is.

use super::{Condition, Fingerprint, Validators, tags};
use blocking::proto::{Request, Response};
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

/// Sun, 06 Nov 1994 08:49:37 GMT, and half a second.
const MODIFIED: Duration = Duration::from_millis(784_111_777_500);
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

fn validators(age: Duration) -> (Validators, String) {
    let modified = UNIX_EPOCH + MODIFIED;
    let fingerprint = Fingerprint {
        len: 5,
        modified,
        #[cfg(unix)]
        inode: (1, 2, 784_111_777, 500_000_000),
    };
    let validators = Validators::of(&fingerprint, modified + age);
    let said = validators.say(Response::new(200));
    let tag = String::from_utf8(said.field_value("etag").unwrap().to_vec()).unwrap();
    assert_eq!(said.field_value("last-modified"), Some(DATE.as_bytes()));
    (validators, tag)
}

/// What a GET with these fields comes to, a day after the file was changed.
fn judge(fields: &[(&str, &str)]) -> Condition {
    let (validators, tag) = validators(Duration::from_secs(86_400));
    let mut request = Request::get("http", "h", "/");
    for (name, value) in fields {
        request = request.field(name, value.replace("TAG", &tag));
    }
    validators.condition(&request)
}

#[test]
fn if_none_match_compares_weakly_and_takes_lists_and_a_star() {
    for value in ["TAG", "W/TAG", "*", "\"a,b\", W/\"x\" ,TAG", ",, TAG"] {
        let judged = judge(&[("if-none-match", value)]);
        assert_eq!(judged, Condition::NotModified, "{value}");
    }
    for value in ["", "\"x\"", "nonsense", "\"x\", nonsense TAG"] {
        assert_eq!(
            judge(&[("if-none-match", value)]),
            Condition::Holds,
            "{value}"
        );
    }
    let lines = [("if-none-match", "\"x\""), ("if-none-match", "TAG")];
    assert_eq!(judge(&lines), Condition::NotModified);
}

#[test]
fn if_match_compares_strongly() {
    for value in ["TAG", "\"x\", TAG", "*"] {
        assert_eq!(judge(&[("if-match", value)]), Condition::Holds, "{value}");
    }
    for value in ["W/TAG", "\"x\"", ""] {
        assert_eq!(judge(&[("if-match", value)]), Condition::Failed, "{value}");
    }
}

#[test]
fn dates_count_by_the_second_and_only_if_they_are_dates() {
    for (name, value, condition) in [
        ("if-modified-since", DATE, Condition::NotModified),
        (
            "if-modified-since",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            Condition::NotModified,
        ),
        ("if-modified-since", BEFORE, Condition::Holds),
        ("if-modified-since", "yesterday", Condition::Holds),
        ("if-unmodified-since", DATE, Condition::Holds),
        ("if-unmodified-since", BEFORE, Condition::Failed),
        ("if-unmodified-since", "yesterday", Condition::Holds),
    ] {
        assert_eq!(judge(&[(name, value)]), condition, "{name}: {value}");
    }
}

#[test]
fn tags_go_before_dates_and_if_match_before_everything() {
    for (fields, condition) in [
        (
            [("if-none-match", "\"x\""), ("if-modified-since", DATE)],
            Condition::Holds,
        ),
        (
            [("if-match", "TAG"), ("if-unmodified-since", BEFORE)],
            Condition::Holds,
        ),
        (
            [("if-match", "\"x\""), ("if-none-match", "TAG")],
            Condition::Failed,
        ),
        (
            [("if-match", "TAG"), ("if-none-match", "TAG")],
            Condition::NotModified,
        ),
    ] {
        assert_eq!(judge(&fields), condition, "{fields:?}");
    }
}

#[test]
fn a_part_is_one_of_the_same_file_only_by_a_strong_validator() {
    let has_part = |age, value: &str| {
        let (validators, tag) = validators(age);
        let strong = tag.trim_start_matches("W/");
        let request =
            Request::get("http", "h", "/").field("if-range", value.replace("TAG", strong));
        validators.has_part(&request)
    };
    let day = Duration::from_secs(86_400);
    assert!(has_part(day, "TAG"));
    assert!(has_part(day, DATE));
    for value in [
        "W/TAG",
        "\"x\"",
        BEFORE,
        "Sun, 06 Nov 1994 08:49:38 GMT",
        "nonsense",
    ] {
        assert!(!has_part(day, value), "{value}");
    }
    // What changed a moment ago may change again, and nobody would see it.
    for value in ["TAG", "W/TAG", DATE] {
        assert!(!has_part(Duration::from_millis(1999), value), "{value}");
    }
    let (none, _) = validators(day);
    assert!(none.has_part(&Request::get("http", "h", "/")));
}

#[test]
fn a_tag_is_weak_for_two_seconds_and_no_date_is_in_the_future() {
    assert!(
        validators(Duration::from_millis(1999))
            .1
            .starts_with("W/\"")
    );
    let (_, tag) = validators(Duration::from_secs(2));
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    let now = UNIX_EPOCH + MODIFIED;
    let fingerprint = Fingerprint {
        len: 5,
        modified: now + Duration::from_secs(3600),
        #[cfg(unix)]
        inode: (1, 2, 784_111_777, 500_000_000),
    };
    let said = Validators::of(&fingerprint, now).say(Response::new(200));
    assert_eq!(said.field_value("last-modified"), Some(DATE.as_bytes()));
}

#[test]
fn every_change_is_another_tag() {
    let made = |len, modified: u64, changed| {
        let fingerprint = Fingerprint {
            len,
            modified: UNIX_EPOCH + Duration::from_nanos(modified),
            #[cfg(unix)]
            inode: (1, 2, 0, changed),
        };
        Validators::of(&fingerprint, SystemTime::now()).tag
    };
    let tags = [made(5, 7, 9), made(6, 7, 9), made(5, 8, 9)];
    assert!(
        tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2],
        "{tags:?}"
    );
    #[cfg(unix)]
    assert_ne!(made(5, 7, 9), made(5, 7, 10), "a date that was set back");
}

#[test]
fn a_comma_in_a_tag_is_part_of_it() {
    let all: Vec<_> = tags(b" \"a,b\",W/\"\" , \"c\"x").collect();
    assert_eq!(all, [&b"\"a,b\""[..], b"W/\"\"", b"\"c\""]);
}
