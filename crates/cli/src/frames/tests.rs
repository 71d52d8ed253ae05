//! Lines for people: no secrets, and nothing that a terminal obeys.

use super::{FieldLine, Harmless, Line, write_record};
use blocking::proto::frame::{Data, Frame, Ping};
use blocking::proto::{Direction, FieldSection, HeaderField, Record, StreamId};

fn id(value: u32) -> StreamId {
    StreamId::new(value).unwrap()
}

fn lines(record: Record<'_>) -> String {
    let mut out = Vec::new();
    write_record(&mut anstream::StripStream::new(&mut out), &"", &record).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_frame_is_one_line() {
    let line = lines(Record::Frame {
        direction: Direction::Sent,
        frame: Frame::from(Ping::new([0, 0, 0, 0, 0, 0, 0, 1])),
        octets: 17,
    });
    assert_eq!(line, "> PING 0000000000000001\n");
}

#[test]
fn content_that_is_not_shown_is_still_counted() {
    let frame = Frame::from(Data::new(id(1), b"").end_stream());
    let line = Line {
        frame,
        octets: 16_393,
    };
    assert_eq!(line.to_string(), "DATA stream=1 END_STREAM length=16384");
    let line = Line { frame, octets: 9 };
    assert_eq!(line.to_string(), "DATA stream=1 END_STREAM length=0");
}

#[test]
fn fields_follow_each_on_its_line() {
    let mut fields = FieldSection::new();
    fields.push(HeaderField::new(b":status", b"200"));
    fields.push(HeaderField::new(b"set-cookie", b"id=1"));
    let text = lines(Record::Fields {
        direction: Direction::Received,
        stream_id: id(1),
        fields: &fields,
    });
    assert_eq!(
        text,
        "<     :status: 200\n<     set-cookie: [4 octets, not shown]\n"
    );
}

#[test]
fn secrets_are_not_shown() {
    for name in [
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
    ] {
        let line = FieldLine(HeaderField::new(name.as_bytes(), b"secret")).to_string();
        assert_eq!(line, format!("{name}: [6 octets, not shown]"));
    }
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    assert_eq!(Harmless(b"\x1b[31mred").to_string(), "\\x1b[31mred");
    assert_eq!(Harmless(b"\xff\x9b").to_string(), "\\xff\\x9b");
    assert_eq!(
        Harmless("\u{9b}31m".as_bytes()).to_string(),
        "\\xc2\\x9b31m"
    );
    assert_eq!(Harmless("grün \"x\"".as_bytes()).to_string(), "grün \"x\"");
}
