//! Octets are shown whole, and each side is judged by the rule table.

mod sections;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use blocking::proto::{Direction, StreamId};
use tress_log::{Detail, Entry, Event, Field, FieldList, FrameEntry, HEADER, Text, Value};
use tress_testkit::{
    PREFACE, Rng, Wire, block, continuation, data, goaway, headers, ping, rst_stream, settings,
    settings_ack, window_update,
};

use super::item::Item;
use super::{digits, log, of_octets, show};

/// What is broken in some octets, as rules with their sections.
fn broken(wire: impl Wire) -> Vec<String> {
    let items = of_octets(&wire.octets(), true);
    let broken = items.iter().flat_map(|item| &item.broken);
    broken
        .map(|its| format!("{} {}", its.rule, its.section))
        .collect()
}

fn client(wire: impl Wire) -> Vec<String> {
    broken((PREFACE, settings(), wire))
}

fn server(wire: impl Wire) -> Vec<String> {
    broken((settings(), wire))
}

fn texts(items: &[Item], is_hex: bool) -> String {
    let mut text = String::new();
    for item in items {
        show::text(item, is_hex, &mut text);
    }
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn frames_come_with_their_fields_and_without_their_secrets() {
    let fields = block()
        .request("GET", "/file")
        .literal("cookie", "id=42")
        .never("x-token", "opaque");
    let wire = (PREFACE, settings(), headers(1).block(&fields).end());
    let text = texts(&of_octets(&wire.octets(), false), false);
    assert!(
        text.contains("00000000 > PREFACE\n00000018 > SETTINGS\n"),
        "{text}"
    );
    assert!(text.contains("> HEADERS stream=1"), "{text}");
    assert!(text.contains(" :path: /file\n"), "{text}");
    assert!(text.contains(" cookie: [5 octets, not shown]\n"), "{text}");
    assert!(text.contains(" x-token: [6 octets, not shown]\n"), "{text}");
}

#[test]
fn a_field_block_in_several_frames_is_decoded_with_the_last_of_them() {
    let fields = block().request("GET", "/file");
    let pieces = fields.fragments(4);
    let mut wire = (PREFACE, settings()).octets();
    wire.extend(headers(1).block(&pieces[0]).no_end_headers().end().octets());
    for (place, piece) in (2..).zip(&pieces[1..]) {
        let frame = continuation(1).block(piece);
        let is_last = place == pieces.len();
        wire.extend(if is_last {
            frame.octets()
        } else {
            frame.no_end_headers().octets()
        });
    }
    let items = of_octets(&wire, true);
    let last = items.last().unwrap();
    assert!(last.what.starts_with("CONTINUATION"), "{}", last.what);
    assert!(
        last.fields
            .iter()
            .any(|(name, value)| name == ":path" && value == "/file")
    );
    assert!(items.iter().all(|item| item.broken.is_empty()));
}

#[test]
fn every_octet_belongs_to_a_part_that_says_what_it_means() {
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let count = rng.range(0..200);
        let noise = rng.bytes(count);
        let fields = block().request("GET", "/file").literal("a", "b");
        let wire = (
            PREFACE,
            settings(),
            headers(1).block(&fields).padded(3),
            data(1, "content").padded(2).end(),
            goaway(0, 1).debug("why"),
            ping(*b"question"),
        );
        let mut octets = wire.octets();
        if seed > 0 {
            octets.extend(noise);
            for _ in 0..rng.range(0..4) {
                let place = rng.range(0..octets.len());
                octets[place] = rng.octet();
            }
        }
        let items = of_octets(&octets, true);
        let whole: Vec<u8> = items.iter().flat_map(|item| item.octets.clone()).collect();
        assert_eq!(whole, octets);
        for item in &items {
            let parts: usize = item.parts.iter().map(|part| part.octets).sum();
            assert_eq!(parts, item.octets.len(), "{item:?}");
        }
        let text = texts(&items, true);
        let shown = text
            .lines()
            .filter(|line| line.starts_with("  ") && !line.contains("broken:"));
        let digits: Vec<u8> = shown
            .flat_map(|line| digits::parse(line.get(2..50).unwrap().as_bytes()).unwrap())
            .collect();
        assert_eq!(digits, octets, "{text}");
    }
}

#[test]
fn a_representation_is_named_with_the_field_that_it_stands_for() {
    let fields = block()
        .table_size(100)
        .indexed(2)
        .indexing("name", "value")
        .never_at(4, "/secret");
    let wire = (PREFACE, settings(), headers(1).block(&fields).end());
    let text = texts(&of_octets(&wire.octets(), false), true);
    for said in [
        "dynamic table of at most 100 octets",
        "82                                               indexed 2: :method: GET",
        "literal, indexed from now on, name in 4 octets, value in 5 octets: name: value",
        "literal, never indexed, name of 4, value in 7 octets: :path: [7 octets, not shown]",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn a_side_that_breaks_no_rule_is_told_so_by_nothing() {
    let mut wire = (PREFACE, settings(), settings_ack(), settings_ack()).octets();
    for stream in (1..600).step_by(2) {
        wire.extend(headers(stream).post("/").octets());
        wire.extend(data(stream, [0; 1000]).end().octets());
        wire.extend(window_update(stream, 10).octets());
    }
    assert_eq!(broken(wire), [""; 0]);
    let mut wire = (settings(), settings_ack()).octets();
    for stream in (1..600).step_by(2) {
        let head = block().status(200).literal("content-length", "1000");
        wire.extend(headers(stream).block(&head).octets());
        wire.extend(data(stream, [0; 1000]).end().octets());
    }
    assert_eq!(broken(wire), [""; 0]);
}

#[test]
fn what_a_client_breaks_is_named_with_its_section() {
    for (found, expected) in [
        (
            broken("PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n".as_bytes()),
            "Preface RFC 9113 §3.4",
        ),
        (
            broken((PREFACE, ping(*b"question"))),
            "FirstFrame RFC 9113 §3.4",
        ),
        (
            client(headers(2).get("/").end()),
            "IdParity RFC 9113 §5.1.1",
        ),
        (client(data(1, "x")), "Idle RFC 9113 §5.1"),
        (
            client((headers(1).get("/").no_end_headers(), ping(*b"question"))),
            "BlockInterrupted RFC 9113 §6.10",
        ),
        (client(window_update(0, 0)), "IncrementZero RFC 9113 §6.9"),
        (client(rst_stream(0, 8)), "StreamRequired RFC 9113 §6.4"),
        (
            client(
                headers(1)
                    .block(&block().request("GET", "/").literal("Upper", "x"))
                    .end(),
            ),
            "NameUpperCase RFC 9113 §8.2",
        ),
        (
            client(
                headers(1)
                    .block(&block().request("GET", "/").literal("connection", "x"))
                    .end(),
            ),
            "ConnectionSpecific RFC 9113 §8.2.2",
        ),
        (
            client(
                headers(1)
                    .block(&block().raw([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))
                    .end(),
            ),
            "IntegerTooLarge RFC 7541 §5.1",
        ),
    ] {
        assert_eq!(found, [expected]);
    }
}

#[test]
fn what_a_server_breaks_is_named_with_its_section() {
    for (found, expected) in [
        (server(data(1, "x")), "DataBeforeHead RFC 9113 §8.1"),
        (
            server(headers(2).block(&block().status(200)).end()),
            "NotPromised RFC 9113 §5.1",
        ),
        (
            server((
                settings(),
                headers(1).block(&block().literal("x", "y")).end(),
            )),
            "StatusMissing RFC 9113 §8.3.2",
        ),
        (
            server((
                headers(1).block(&block().status(200).literal("content-length", "3")),
                data(1, "four").end(),
            )),
            "ContentTooLong RFC 9113 §8.1.1",
        ),
    ] {
        assert_eq!(found, [expected]);
    }
}

#[test]
fn digits_come_in_the_forms_of_other_tools() {
    let octets = alloc::vec![0x50, 0x52, 0x49, 0x20];
    for text in [
        "50524920",
        "50 52 49 20\n",
        "50:52:49:20",
        "# a comment\n5052\n4920\n",
        "00000000: 5052 4920                                PRI \n",
    ] {
        assert_eq!(digits::parse(text.as_bytes()), Ok(octets.clone()), "{text}");
    }
    for (text, line) in [("5", 1), ("50\n5x", 2), ("\u{e9}", 1)] {
        let error = digits::parse(text.as_bytes()).unwrap_err();
        assert!(
            format!("{error}").starts_with(&format!("line {line}:")),
            "{text}: {error}"
        );
    }
}

/// A request with content behind its end, and what was said of that.
fn log_of_a_violation() -> Vec<u8> {
    let (direction, stream_id) = (Direction::Received, StreamId::from_wire(1));
    let frame = |octets, detail| Event::Frame {
        direction,
        frame: FrameEntry {
            stream_id,
            octets,
            detail,
        },
    };
    let head = Detail::Headers {
        end_stream: true,
        end_headers: true,
    };
    let data = Detail::Data {
        content: 3,
        end_stream: false,
    };
    let field = |name, value| Field {
        name: Text::new(name),
        value,
        is_sensitive: false,
    };
    let fields = [
        field(b":method", Value::Whole(Text::new(b"GET"))),
        field(b":path", Value::Whole(Text::new(b"/a b"))),
        field(b"cookie", Value::Hidden(12)),
    ];
    let mut log = HEADER.as_bytes().to_vec();
    // The connections of a log take turns by chunks: what is later may stand before.
    for (at, event) in [
        (2, frame(12, data)),
        (1, frame(40, head)),
        (
            1,
            Event::Fields {
                direction,
                stream_id,
                fields: FieldList::new(&fields, 0),
            },
        ),
        (
            2,
            Event::Violation {
                stream_id,
                rule: Text::new(b"Closed"),
                section: Text::new("RFC 9113 §5.1".as_bytes()),
            },
        ),
        (3, Event::Written { octets: 9 }),
    ] {
        let at = Duration::from_millis(at);
        Entry {
            connection: 1,
            at,
            event,
        }
        .write(&mut log);
    }
    log
}

#[test]
fn all_events_of_a_log_are_shown_if_they_are_asked_for() {
    let log = log_of_a_violation();
    let items = log::items(&log, true).unwrap();
    let text = texts(&items, false);
    assert!(text.contains("1   0.003000   written octets=9\n"), "{text}");
    let mut object = String::new();
    show::json(items.last().unwrap(), &mut object);
    assert!(object.contains("\"direction\":null"), "{object}");
    assert_eq!(log::items(&log, false).unwrap().len(), 2);
    let cut = log::items(&log[..log.len() - 1], false).unwrap();
    assert!(
        cut[2].what.ends_with("the log ends in the middle"),
        "{cut:?}"
    );
}

#[test]
fn a_log_shows_its_frames_with_their_fields_and_what_was_broken() {
    let log = log_of_a_violation();
    let items = log::items(&log, false).unwrap();
    assert_eq!(items.len(), 2);
    let text = texts(&items, false);
    assert!(
        text.contains("1   0.001000 < HEADERS stream=1 length=31 END_STREAM END_HEADERS\n"),
        "{text}"
    );
    assert!(text.contains(" :path: /a b\n"), "{text}");
    assert!(text.contains(" cookie: [12 octets, not shown]\n"), "{text}");
    assert_eq!(items[1].broken[0].section, "RFC 9113 §5.1");
}
