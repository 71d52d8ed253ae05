//! The format: what is written, octet by octet, and what is refused.

use core::time::Duration;

use tress_log::proto::{Direction, Side, State, StreamId};
use tress_log::{
    Detail, Entry, ErrorKind, Event, Field, FieldList, FrameEntry, HEADER, Reader, Text, Value,
};

/// The octets of an event, as a chunk.
fn octets(event: Event<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    Entry {
        connection: 1,
        at: Duration::from_nanos(300),
        event,
    }
    .write(&mut out);
    out
}

/// What is wrong with an event, and whether the chunk behind it is read.
#[track_caller]
fn wrong(event: &[u8]) -> ErrorKind {
    let mut log = HEADER.as_bytes().to_vec();
    log.push(u8::try_from(event.len() + 2).unwrap());
    log.extend_from_slice(&[1, 0]);
    log.extend_from_slice(event);
    log.extend_from_slice(&octets(Event::End));
    let read: Vec<_> = Reader::new(&log).unwrap().collect();
    assert_eq!(read.len(), 2, "{read:?}");
    assert!(read[1].is_ok());
    let error = read[0].unwrap_err();
    assert_eq!(error.at, HEADER.len() as u64 + 3);
    error.kind
}

#[test]
fn the_first_line_says_that_it_is_a_log_and_of_which_version() {
    let error = |log: &str| Reader::new(log.as_bytes()).unwrap_err();
    assert!(Reader::new(HEADER.as_bytes()).is_ok());
    for log in [
        "",
        "\n",
        "tress-log\n",
        "tress-log 2",
        "tress-log 02\n",
        "tress-log \n",
        "tress-log 2 2\n",
        "PRI * HTTP/2.0\r\n",
    ] {
        assert_eq!(error(log).kind, ErrorKind::Header, "{log:?}");
        assert_eq!(error(log).at, 0);
    }
    assert_eq!(error("tress-log 1\n").kind, ErrorKind::Version(1));
    assert_eq!(
        error("tress-log 3\n").to_string(),
        "octet 0: the log has version 3, and version 2 is what is known here"
    );
}

#[test]
fn events_are_the_octets_that_the_page_says() {
    let stream_id = StreamId::from_wire(1);
    assert_eq!(
        octets(Event::Written { octets: 200 }),
        [7, 1, 0xac, 2, 9, 0, 0xc8, 1]
    );
    assert_eq!(
        octets(Event::State {
            stream_id,
            from: State::Open,
            to: State::HalfClosedLocal,
        }),
        [7, 1, 0xac, 2, 18, 0, 1, 0x34]
    );
    let frame = FrameEntry {
        stream_id,
        octets: 14,
        detail: Detail::Data {
            content: 5,
            end_stream: true,
        },
    };
    let direction = Direction::Received;
    assert_eq!(
        octets(Event::Frame { direction, frame }),
        [10, 1, 0xac, 2, 5, 0, 0, 1, 1, 14, 5]
    );
    let event = Event::Begin {
        side: Side::Server,
        name: Text::new(b"ab"),
    };
    assert_eq!(octets(event), [8, 1, 0xac, 2, 1, 0, 2, b'a', b'b']);
}

#[test]
fn fields_are_whole_a_beginning_or_a_length() {
    let field = |name, value, is_sensitive| Field {
        name: Text::new(name),
        value,
        is_sensitive,
    };
    let fields = [
        field(b"a", Value::Whole(Text::new(b"xyz")), false),
        field(b"b", Value::Part(Text::new(b"x"), 200), true),
        field(b"c", Value::Hidden(12), false),
    ];
    let event = Event::Fields {
        direction: Direction::Sent,
        stream_id: StreamId::from_wire(1),
        fields: FieldList::new(&fields, 4),
    };
    let expected = [
        &[27, 1, 0xac, 2, 6, 0, 1, 3, 4][..],
        &[2, 12, b'a', b'x', b'y', b'z'],
        &[3, 5, 0xc8, 1, b'b', b'x'],
        &[2, 2, 12, b'c'],
    ];
    assert_eq!(octets(event)[1..], expected.concat()[1..]);
    assert_eq!(
        event.to_string(),
        "fields stream=1 a=xyz !b=x… [200 octets] c=[12 octets] and 4 more"
    );
}

#[test]
fn an_event_that_is_wrong_says_how_and_the_next_chunk_is_read() {
    for (event, kind) in [
        (&[9][..], ErrorKind::TooShort),
        (&[9, 0], ErrorKind::TooShort),
        (&[9, 0, 0x80], ErrorKind::TooShort),
        (&[9, 0, 0x80, 0], ErrorKind::Number),
        (&[9, 0x80, 0, 0], ErrorKind::Number),
        // There is no such kind of event, and no such state, window or form of a value.
        (&[200, 0, 1], ErrorKind::Unknown),
        (&[27, 0, 1], ErrorKind::Unknown),
        (&[18, 0, 1, 0x39], ErrorKind::Unknown),
        (&[6, 0, 1, 1, 0, 2, 3, b'a'], ErrorKind::Unknown),
        // A value that is hidden has no octets.
        (&[6, 0, 1, 1, 0, 2, 6, 1, b'a', b'x'], ErrorKind::Unknown),
        // A stream that cannot be.
        (&[10, 0, 0x80, 0x80, 0x80, 0x80, 8], ErrorKind::Number),
        // DATA that ends its header section, SETTINGS that acknowledge and more.
        (&[4, 0, 0, 4, 1, 14, 5], ErrorKind::Unknown),
        (&[4, 0, 4, 3, 0, 9, 0], ErrorKind::Unknown),
        // More fields are promised than there are.
        (&[6, 0, 1, 0x7f, 0, 2, 0, b'a'], ErrorKind::TooShort),
        (&[0, 0, 5, b'a'], ErrorKind::TooShort),
    ] {
        assert_eq!(wrong(event), kind, "{event:?}");
    }
}

#[test]
fn what_an_interrupted_log_has_is_read() {
    let stream_id = StreamId::from_wire(1);
    let chunk = [8, 1, 0, 10, 0, 1, 10, 5, 3];
    let log = [HEADER.as_bytes(), &chunk[..8]].concat();
    let read: Vec<_> = Reader::new(&log).unwrap().collect();
    assert_eq!(read.len(), 2, "{read:?}");
    assert_eq!(read[0].unwrap().event, Event::Created { stream_id });
    let error = read[1].unwrap_err();
    assert_eq!((error.kind, error.at), (ErrorKind::Unfinished, 18));
    // Cut between two events it is no less interrupted.
    let read: Vec<_> = Reader::new(&log[..18]).unwrap().collect();
    assert_eq!(read[1].unwrap_err().kind, ErrorKind::Unfinished);
    // Within the length of a chunk.
    let log = [HEADER.as_bytes(), &[0x80]].concat();
    let read: Vec<_> = Reader::new(&log).unwrap().collect();
    assert_eq!(read[0].unwrap_err().kind, ErrorKind::Unfinished);
    assert_eq!(read.len(), 1);
}

#[test]
fn what_is_said_of_an_event_does_not_disturb_a_terminal() {
    let all: Vec<u8> = (0..=255).collect();
    let event = Event::Begin {
        side: Side::Server,
        name: Text::new(&all),
    };
    let said = event.to_string();
    assert!(!said.contains(char::is_control), "{said}");
    assert!(said.starts_with("begin server \\u{0}\\u{1}"), "{said}");
}
