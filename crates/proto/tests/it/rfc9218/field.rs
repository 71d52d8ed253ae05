//! The value of the field `priority` (RFC 9218 §4, RFC 9218 §5).

use tress_proto::Priority;

use super::priority;

fn shown(value: &str) -> Option<String> {
    Priority::parse(value.as_bytes()).map(|priority| priority.to_string())
}

#[test]
fn what_is_left_out_is_urgency_3_and_not_incremental() {
    assert_eq!(Priority::default(), Priority::new(3).unwrap());
    assert!(!Priority::default().is_incremental());
    for value in ["", " ", "x", "x=1;u=5, y=(i)"] {
        assert_eq!(Priority::parse(value.as_bytes()), Some(Priority::default()));
    }
    assert_eq!(shown("i").unwrap(), "u=3, i");
    assert_eq!(shown("u=1").unwrap(), "u=1");
}

#[test]
fn urgency_is_0_to_7() {
    for urgency in 0..=7 {
        let priority = Priority::new(urgency).unwrap();
        assert_eq!(priority.urgency(), urgency);
        assert_eq!(priority.to_string(), format!("u={urgency}"));
        assert_eq!(shown(&format!("u={urgency}")), Some(priority.to_string()));
    }
    assert_eq!(Priority::new(8), None);
}

#[test]
fn incremental_is_a_boolean() {
    for value in [
        "u=5, i",
        "i,u=5",
        "u=5,i=?1",
        "i=?0,u=5,i",
        "i;x=1 \t,\t u=5;y",
    ] {
        assert_eq!(shown(value).as_deref(), Some("u=5, i"), "{value:?}");
        assert!(priority(value).is_incremental());
    }
    for value in ["u=5", "u=5, i=?0", "i, u=5, i=?0"] {
        assert_eq!(shown(value).as_deref(), Some("u=5"), "{value:?}");
    }
}

#[test]
fn values_out_of_range_and_of_other_types_are_ignored() {
    for value in [
        "u=8", "u=-1", "u=1.0", "u=\"1\"", "u=?1", "u", "u=(1)", "u=:MQ==:", "u=one",
    ] {
        assert_eq!(shown(value).as_deref(), Some("u=3"), "{value:?}");
    }
    for value in ["i=1", "i=\"?1\"", "i=true", "i=(?1)", "i=1.5", "i=:aQ==:"] {
        assert_eq!(shown(value).as_deref(), Some("u=3"), "{value:?}");
    }
    assert_eq!(shown("u=9, i").as_deref(), Some("u=3, i"));
}

#[test]
fn the_last_member_of_a_key_counts() {
    assert_eq!(shown("u=1, u=2").as_deref(), Some("u=2"));
    assert_eq!(shown("u=1, u=nine").as_deref(), Some("u=3"));
    assert_eq!(shown("u=1, i, i=5").as_deref(), Some("u=1"));
}

#[test]
fn unknown_parameters_are_passed_over() {
    for value in [
        r#"a="\"\\,u=7", u=1"#,
        "a=(1 2.5;p \"x\" tok:/ ?0 :YQ==:);q=1, u=1",
        "*a_-.9=tok, u=1;p=?1;q=:AA==:",
        "a=123456789012345, b=-123456789012.123, u=1",
        "u=1;u=7;x=8",
        "a=(), u=1",
    ] {
        assert_eq!(shown(value).as_deref(), Some("u=1"), "{value:?}");
    }
}

#[test]
fn what_is_no_dictionary_is_no_priority() {
    for value in [
        "u=",
        "u=1,",
        "u=1 i",
        "u=1;",
        "u=1;=",
        "U=1",
        "=1",
        ",u=1",
        "u=1,,i",
        "u=?2",
        "u=?",
        "u=-",
        "u=1.",
        "u=.5",
        "u=1.2345",
        "u=1234567890123.1",
        "u=1234567890123456",
        "u=\"",
        "a=\"\\x\"",
        "a=\"\u{e9}\"",
        "a=\"\t\"",
        "a=:A",
        "a=:-:",
        "a=(",
        "a=(1",
        "a=(1,2)",
        "a=(1\"\")",
        "a=@1",
        "a=%\"x\"",
        "u=1\u{b}",
        "\tu=1",
        "a=((1))",
        "u =1",
        "u= 1",
        "-a",
        "u=1;P",
    ] {
        assert_eq!(shown(value), None, "{value:?}");
    }
}

#[test]
fn values_of_more_than_64_octets_are_not_read() {
    let value = |length: usize| format!("u=1, x={:a<1$}", "", length - 7);
    assert_eq!(value(64).len(), 64);
    assert_eq!(shown(&value(64)).as_deref(), Some("u=1"));
    assert_eq!(shown(&value(65)), None);
}
