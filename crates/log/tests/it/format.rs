//! The format, line by line: what is written, and what is refused.

use core::time::Duration;

use tress_log::proto::{Direction, Side, StreamId};
use tress_log::{Entry, ErrorKind, Event, Field, FieldList, HEADER, Reader, Text, Value};

/// What is wrong with a line.
fn wrong(line: &str) -> ErrorKind {
    Entry::parse(line.as_bytes()).unwrap_err()
}

#[test]
fn the_first_line_says_that_it_is_a_log_and_of_which_version() {
    let error = |log: &str| Reader::new(log.as_bytes()).unwrap_err();
    assert!(Reader::new(HEADER.as_bytes()).is_ok());
    for log in [
        "",
        "\n",
        "tress-log\n",
        "tress-log 1",
        "tress-log 01\n",
        "tress-log 1 2\n",
        "PRI * HTTP/2.0\r\n",
    ] {
        let expected = if log == "tress-log 1" {
            ErrorKind::Header
        } else {
            error(log).kind
        };
        assert_eq!(expected, ErrorKind::Header, "{log:?}");
        assert!(error(log).line <= 1);
    }
    assert_eq!(error("tress-log 2\n").kind, ErrorKind::Version(2));
    assert_eq!(
        error("tress-log 2\n").to_string(),
        "line 1: the log has version 2, and version 1 is what is known here"
    );
}

#[test]
fn a_line_that_is_wrong_says_how_and_those_behind_it_are_read() {
    assert_eq!(wrong(""), ErrorKind::Number);
    assert_eq!(wrong("1"), ErrorKind::TooShort);
    assert_eq!(wrong("1 2"), ErrorKind::TooShort);
    assert_eq!(wrong("1 2 what"), ErrorKind::Word);
    assert_eq!(wrong("1 2 written"), ErrorKind::TooShort);
    assert_eq!(wrong("1 2 written 3 4"), ErrorKind::TooLong);
    assert_eq!(wrong("1 2 written 18446744073709551616"), ErrorKind::Number);
    assert_eq!(wrong("1 2 written 03"), ErrorKind::Number);
    assert_eq!(wrong("1 2 taken 2147483648 1"), ErrorKind::Number);
    assert_eq!(wrong("1 2 begin client name=a b"), ErrorKind::TooLong);
    assert_eq!(wrong("1 2 begin client name=%2"), ErrorKind::Text);
    assert_eq!(wrong("1 2 begin client name=%2G"), ErrorKind::Text);
    assert_eq!(wrong("1 2 begin client name=\u{e9}"), ErrorKind::Text);
    assert_eq!(wrong("1 2 > DATA 1 9 0 END_HEADERS"), ErrorKind::TooLong);
    assert_eq!(wrong("1 2 > 0x00 1 9"), ErrorKind::Word);
    assert_eq!(wrong("1 2 > PING 0 17 00112233445566778"), ErrorKind::Word);
    assert_eq!(wrong("1 2 fields > 1 name"), ErrorKind::Word);
    assert_eq!(wrong("1 2 fields > 1 a=b +3 c=d"), ErrorKind::TooLong);
    let log = format!("{HEADER}1 2 what\n1 2 written 3\n1 2 writ");
    let lines: Vec<_> = Reader::new(log.as_bytes()).unwrap().collect();
    let kinds: Vec<_> = lines
        .iter()
        .map(|line| {
            line.as_ref()
                .map_err(|error| (error.line, error.kind))
                .err()
        })
        .collect();
    let expected = [
        Some((2, ErrorKind::Word)),
        None,
        Some((4, ErrorKind::Unfinished)),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn any_octets_are_one_word() {
    let all: Vec<u8> = (0..=255).collect();
    let entry = Entry {
        connection: 1,
        at: Duration::from_nanos(7),
        event: Event::Begin {
            side: Side::Server,
            name: Text::new(&all),
        },
    };
    let mut line = Vec::new();
    entry.write(&mut line);
    assert!(line.starts_with(b"1 7 begin server name=%00%01"));
    assert!(
        line[..line.len() - 1]
            .iter()
            .all(|octet| (0x20..0x7f).contains(octet))
    );
    assert_eq!(Entry::parse(&line[..line.len() - 1]), Ok(entry));
}

#[test]
fn fields_are_whole_a_beginning_or_a_length() {
    let fields = [
        Field {
            name: Text::new(b":path"),
            value: Value::Whole(Text::new(b"/a b=c")),
            is_sensitive: false,
        },
        Field {
            name: Text::new(b"!+~="),
            value: Value::Part(Text::new(b"x"), 900),
            is_sensitive: true,
        },
        Field {
            name: Text::new(b"cookie"),
            value: Value::Hidden(12),
            is_sensitive: false,
        },
    ];
    let event = Event::Fields {
        direction: Direction::Sent,
        stream_id: StreamId::from_wire(1),
        fields: FieldList::new(&fields, 4),
    };
    let entry = Entry {
        connection: 1,
        at: Duration::ZERO,
        event,
    };
    let mut line = Vec::new();
    entry.write(&mut line);
    assert_eq!(
        String::from_utf8(line).unwrap(),
        "1 0 fields > 1 :path=/a%20b%3dc !%21%2b%7e%3d=x~900 cookie~12 +4\n"
    );
}
