//! What the peers may say about the length of the content, and what then may come.

use super::*;

#[test]
fn a_length_is_digits_below_2_64() {
    for (value, expected) in [
        ("0", Some(0)),
        ("7", Some(7)),
        ("007", Some(7)),
        ("18446744073709551615", Some(u64::MAX)),
        ("000018446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("99999999999999999999999", None),
        ("", None),
        ("+3", None),
        ("-3", None),
        ("3, 3", None),
        ("3,3", None),
        ("3 3", None),
        ("0x3", None),
        ("3.0", None),
        ("٣", None),
    ] {
        assert_eq!(parse(value.as_bytes()), expected, "{value}");
    }
}

#[test]
fn content_is_as_long_as_announced() {
    let mut length = ContentLength::new(Some(10));
    assert_eq!(length.end(), Err(MessageRule::ContentTooShort));
    assert_eq!(length.add(9), Ok(()));
    assert_eq!(length.add(0), Ok(()));
    assert_eq!(length.end(), Err(MessageRule::ContentTooShort));
    assert_eq!(length.add(2), Err(MessageRule::ContentTooLong));
    let mut length = ContentLength::new(Some(10));
    assert_eq!(length.add(10), Ok(()));
    assert_eq!(length.end(), Ok(()));
    assert_eq!(length.add(1), Err(MessageRule::ContentTooLong));
}

#[test]
fn content_without_an_announced_length_may_have_any() {
    let mut length = ContentLength::new(None);
    assert_eq!(length.end(), Ok(()));
    assert_eq!(length.add(usize::MAX), Ok(()));
    assert_eq!(length.add(usize::MAX), Ok(()));
    assert_eq!(length.end(), Ok(()));
}

#[test]
fn a_response_that_has_no_content_may_announce_some_but_not_send_it() {
    for (status, is_head) in [
        (304, false),
        (204, false),
        (200, true),
        (404, true),
        (304, true),
    ] {
        let mut length = ContentLength::of_response(status, Some(10), is_head, false);
        assert_eq!(length.end(), Ok(()), "{status}");
        assert_eq!(length.add(0), Ok(()), "{status}");
        assert_eq!(
            length.add(1),
            Err(MessageRule::ContentForbidden),
            "{status}"
        );
    }
}

#[test]
fn we_send_no_content_with_205_and_take_what_comes_with_it() {
    for (declared, is_head) in [(None, false), (Some(0), false), (None, true)] {
        let length = ContentLength::of_own_response(205, declared, is_head, false);
        assert_eq!(length, Ok(ContentLength::NONE), "{declared:?}");
    }
    let forbidden = Err(MessageRule::ContentForbidden);
    for is_head in [false, true] {
        let length = ContentLength::of_own_response(205, Some(5), is_head, false);
        assert_eq!(length, forbidden);
    }
    let through = ContentLength::of_own_response(205, Some(5), false, true);
    assert_eq!(through, Ok(ContentLength::ANY));
    let received = ContentLength::of_response(205, Some(5), false, false);
    assert_eq!(received, ContentLength::new(Some(5)));
    for status in [200, 204, 206, 304] {
        assert_eq!(
            ContentLength::of_own_response(status, Some(5), false, false),
            Ok(ContentLength::of_response(status, Some(5), false, false))
        );
    }
}

#[test]
fn only_a_successful_response_to_connect_has_no_length() {
    for (status, expected) in [
        (200, ContentLength::ANY),
        (204, ContentLength::ANY),
        (299, ContentLength::ANY),
        (199, ContentLength::NONE),
        (300, ContentLength::new(Some(10))),
        (304, ContentLength::NONE),
        (407, ContentLength::new(Some(10))),
    ] {
        let length = ContentLength::of_response(status, Some(10), false, true);
        assert_eq!(length, expected, "{status}");
    }
}

#[test]
fn it_is_small() {
    assert!(size_of::<ContentLength>() <= 16);
}
