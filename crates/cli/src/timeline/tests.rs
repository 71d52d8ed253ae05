//! A picture holds what its log says, whatever the log says.

use alloc::vec::Vec;
use core::time::Duration;

use tress_log::proto::{Direction, Side, StreamId};
use tress_log::{
    Conversation, Detail, Entry, Event, Field, FieldList, FrameEntry, HEADER, Text, Trace, Value,
};

use super::{density, finding, html, json, scale::Scale, svg, term, units};

fn entry(at: u64, event: Event<'_>) -> Entry<'_> {
    Entry {
        connection: 1,
        at: Duration::from_micros(at),
        event,
    }
}

const fn begin(side: Side) -> Event<'static> {
    Event::Begin {
        side,
        name: Text::new(b"peer"),
    }
}

const fn frame(direction: Direction, stream: u32, octets: u64, detail: Detail<'_>) -> Event<'_> {
    let frame = FrameEntry {
        stream_id: StreamId::from_wire(stream),
        octets: octets + 9,
        detail,
    };
    Event::Frame { direction, frame }
}

const fn head(end_stream: bool) -> Detail<'static> {
    Detail::Headers {
        end_stream,
        end_headers: true,
    }
}

const fn data(content: u64, end_stream: bool) -> Detail<'static> {
    Detail::Data {
        content,
        end_stream,
    }
}

/// The one connection of these events, by way of a log.
fn conversation(entries: &[Entry<'_>]) -> Conversation {
    let mut log = HEADER.as_bytes().to_vec();
    entries.iter().for_each(|entry| entry.write(&mut log));
    let trace = Trace::read(&log).unwrap();
    assert_eq!(trace.errors, []);
    trace.conversations.into_iter().next().unwrap()
}

/// A server's connection whose stream waits 300 of 400 milliseconds for the window of the connection.
fn blocked() -> Conversation {
    use Direction::{Received, Sent};
    let path = b"/<script>\x01\xff&amp";
    let fields = [(&b":method"[..], &b"GET"[..]), (b":path", path)].map(|(name, value)| Field {
        name: Text::new(name),
        value: Value::Whole(Text::new(value)),
        is_sensitive: false,
    });
    let asked = Event::Fields {
        direction: Received,
        stream_id: StreamId::from_wire(1),
        fields: FieldList::new(&fields, 0),
    };
    let credit = Detail::WindowUpdate { increment: 100_000 };
    conversation(&[
        entry(0, begin(Side::Server)),
        entry(1000, frame(Received, 1, 31, head(true))),
        entry(1000, asked),
        entry(1000, frame(Sent, 1, 11, head(false))),
        entry(1000, frame(Received, 1, 4, credit)),
        entry(2000, frame(Sent, 1, 65_535, data(65_535, false))),
        entry(302_000, frame(Received, 0, 4, credit)),
        entry(302_000, frame(Sent, 1, 50_000, data(50_000, false))),
        entry(401_000, frame(Sent, 1, 1, data(1, true))),
    ])
}

/// So many streams, each of which gets an answer a millisecond after the one before.
fn many(streams: u32) -> Conversation {
    let mut entries = alloc::vec![entry(0, begin(Side::Client))];
    for number in 0..streams {
        let (stream, at) = (2 * number + 1, u64::from(number) * 1000);
        entries.push(entry(at, frame(Direction::Sent, stream, 11, head(true))));
        let answer = frame(Direction::Received, stream, 11, head(true));
        entries.push(entry(at + 20_000, answer));
    }
    conversation(&entries)
}

#[test]
fn the_headline_is_the_finding_and_the_advice_says_whose_credit_it_was() {
    let conversation = blocked();
    let headline = finding::headline(&conversation);
    let expected =
        "1 stream, 115 kB in 400 ms: blocked 300 stream-ms on the connection\u{2019}s window";
    assert!(headline.starts_with(expected), "{headline}");
    let advice = finding::advice(&conversation).unwrap();
    assert!(advice.contains("credit of the peer"), "{advice}");
}

#[test]
fn a_picture_has_a_lane_for_each_stream_and_nothing_of_a_peer_is_markup() {
    let picture = svg::picture(&blocked());
    assert_eq!(picture.matches("<g class=\"lane\">").count(), 1);
    assert!(picture.contains("class=\"connection-window\""));
    // The server sends 65,535 octets of 165,535, and its window has a line over the bars.
    assert!(picture.contains("class=\"own\""));
    assert!(picture.contains("the stream\u{2019}s own window"));
    assert!(picture.contains("what this end may still send by its window: 162 KiB at most"));
    assert!(picture.contains("prefers-color-scheme: dark"));
    assert!(picture.contains("/&lt;script&gt;"));
    assert!(!picture.contains("<script"));
    assert!(!picture.contains('\u{1}'));
    assert!(!picture.contains("href"), "a picture needs nothing else");
    let page = html::page(&blocked());
    assert!(!page.contains("<script"));
    assert!(page.contains("<table>"));
}

#[test]
fn streams_past_two_hundred_share_rows() {
    let few = svg::picture(&many(200));
    assert_eq!(few.matches("<g class=\"lane\">").count(), 200);
    let picture = svg::picture(&many(201));
    assert_eq!(picture.matches("<g class=\"lane\">").count(), 0);
    assert!(picture.contains("streams 1\u{2013}"));
    // What is not drawn is not explained.
    assert!(few.contains("HEADERS came") && !picture.contains("HEADERS came"));
    assert!(!picture.contains("own window"));
    let large = svg::picture(&many(1000));
    assert!(large.len() < 1_000_000, "{}", large.len());
}

#[test]
fn the_cells_of_a_picture_hold_all_the_time_of_its_streams() {
    let conversation = many(300);
    let scale = Scale::new(&conversation, 0.0, 1.0);
    let cells = density::cells(&conversation.streams, &scale, 100);
    let sum: Duration = cells.iter().flatten().sum();
    let lives: Duration = conversation.streams.iter().map(|its| its.life()).sum();
    // A hundredth of a length that no hundred divides is lost at its end.
    assert!(lives.abs_diff(sum) <= lives / 100, "{sum:?} of {lives:?}");
}

#[test]
fn a_page_is_as_wide_as_its_terminal() {
    for conversation in [blocked(), many(5), many(500)] {
        for columns in [0, 20, 32, 40, 57, 79, 80, 81, 132, 160, 400] {
            let page = term::page(&conversation, columns);
            let page = anstream::adapter::strip_str(&page).to_string();
            let widest = page.lines().map(|line| line.chars().count()).max();
            // Narrower than that nothing can be seen, and wider nothing is found.
            assert_eq!(widest, Some(columns.clamp(32, 160)), "{page}");
            let lanes = page.lines().filter(|line| line.contains('│'));
            let columns = |line: &str| line.chars().count();
            assert!(lanes.map(columns).all(|its| Some(its) == widest), "{page}");
            assert!(page.contains('│'));
        }
    }
    let page = term::page(&blocked(), 80);
    assert!(page.contains('▞'), "{page}");
}

#[test]
fn machines_get_an_object_a_line_and_causes_that_sum_to_the_life() {
    let lines = json::lines(&blocked());
    let objects: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        objects
            .iter()
            .all(|object| object["schema"] == "tress-timeline/1")
    );
    assert_eq!(objects[0]["type"], "connection");
    let stream = &objects[1];
    assert_eq!(
        (&stream["type"], &stream["stream"]),
        (&"stream".into(), &1.into())
    );
    assert_eq!(stream["causes_ns"]["connection_window"], 300_000_000);
    // RFC 9113 §6.9.1: from 65,535 and what was granted down to nothing but the rest.
    let window: Vec<i64> = stream["send_window"]
        .as_array()
        .unwrap()
        .iter()
        .map(|its| its[1].as_i64().unwrap())
        .collect();
    assert_eq!(window, [165_535, 100_000, 50_000, 49_999]);
    let causes = stream["causes_ns"].as_object().unwrap().values();
    let sum: u64 = causes.map(|time| time.as_u64().unwrap()).sum();
    let life = stream["end_ns"].as_u64().unwrap() - stream["begin_ns"].as_u64().unwrap();
    assert_eq!(sum, life);
}

#[test]
fn a_connection_without_streams_is_a_picture_too() {
    let conversation = conversation(&[entry(5, begin(Side::Client)), entry(7, Event::End)]);
    assert!(svg::picture(&conversation).contains("0 streams"));
    assert!(term::page(&conversation, 80).contains("0 streams"));
    assert!(html::page(&conversation).contains("0 streams"));
}

#[test]
fn times_and_sizes_have_three_digits_or_so() {
    let time = |nanoseconds| units::time(Duration::from_nanos(nanoseconds));
    let times = [
        0,
        1,
        999_999,
        1_234_567,
        12_345_678,
        123_456_789,
        12_345_678_901,
    ]
    .map(time);
    assert_eq!(
        times,
        [
            "0 ms", "1 µs", "1000 µs", "1.23 ms", "12.3 ms", "123 ms", "12.3 s"
        ]
    );
    let sizes = [0, 999, 1000, 65_535, 1_048_576, 2_500_000_000].map(units::octets);
    assert_eq!(
        sizes,
        ["0 B", "999 B", "1.0 kB", "65 kB", "1.0 MB", "2.5 GB"]
    );
}
