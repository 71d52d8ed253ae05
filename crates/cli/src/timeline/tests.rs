//! A picture holds what its log says, whatever the log says.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use tress_log::{Conversation, HEADER, Trace};

use super::{density, finding, html, json, scale::Scale, svg, term, units};

/// A server's connection whose stream waits 300 of 400 milliseconds for the window of the connection.
const BLOCKED: &str = "\
1 0 begin server name=peer
1 1000000 < HEADERS 1 40 END_STREAM END_HEADERS
1 1000000 fields < 1 :method=GET :path=/<script>%01%ff&amp
1 1000000 > HEADERS 1 20 END_HEADERS
1 1000000 < WINDOW_UPDATE 1 13 100000
1 2000000 > DATA 1 65544 65535
1 302000000 < WINDOW_UPDATE 0 13 100000
1 302000000 > DATA 1 50009 50000
1 401000000 > DATA 1 10 1 END_STREAM
";

fn conversation(lines: &str) -> Conversation {
    let trace = Trace::read(format!("{HEADER}{lines}").as_bytes()).unwrap();
    assert_eq!(trace.errors, []);
    trace.conversations.into_iter().next().unwrap()
}

/// So many streams, each of which gets an answer a millisecond after the one before.
fn many(streams: u32) -> Conversation {
    let mut lines = String::from("1 0 begin client name=many\n");
    for number in 0..streams {
        let (stream, at) = (2 * number + 1, u64::from(number) * 1_000_000);
        lines.push_str(&format!(
            "1 {at} > HEADERS {stream} 20 END_STREAM END_HEADERS\n"
        ));
        let at = at + 20_000_000;
        lines.push_str(&format!(
            "1 {at} < HEADERS {stream} 20 END_STREAM END_HEADERS\n"
        ));
    }
    conversation(&lines)
}

#[test]
fn the_headline_is_the_finding_and_the_advice_says_whose_credit_it_was() {
    let conversation = conversation(BLOCKED);
    let headline = finding::headline(&conversation);
    let expected =
        "1 stream, 115 kB in 400 ms: blocked 300 stream-ms on the connection\u{2019}s window";
    assert!(headline.starts_with(expected), "{headline}");
    let advice = finding::advice(&conversation).unwrap();
    assert!(advice.contains("credit of the peer"), "{advice}");
}

#[test]
fn a_picture_has_a_lane_for_each_stream_and_nothing_of_a_peer_is_markup() {
    let picture = svg::picture(&conversation(BLOCKED));
    assert_eq!(picture.matches("<g class=\"lane\">").count(), 1);
    assert!(picture.contains("class=\"connection-window\""));
    // The server sends 65,535 octets of 165,535, and its window has a line over the bars.
    assert!(picture.contains("class=\"own\""));
    assert!(picture.contains("what this end may still send by its window: 162 KiB at most"));
    assert!(picture.contains("prefers-color-scheme: dark"));
    assert!(picture.contains("/&lt;script&gt;"));
    assert!(!picture.contains("<script"));
    assert!(!picture.contains('\u{1}'));
    assert!(!picture.contains("href"), "a picture needs nothing else");
    let page = html::page(&conversation(BLOCKED));
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
    let large = svg::picture(&many(1000));
    assert!(large.len() < 1_000_000, "{}", large.len());
}

#[test]
fn the_cells_of_a_picture_hold_all_the_time_of_its_streams() {
    let conversation = many(300);
    let scale = Scale::new(&conversation, 0.0, 1.0);
    let cells = density::cells(&conversation.streams, &scale, 100);
    let sum: core::time::Duration = cells.iter().flatten().sum();
    let lives: core::time::Duration = conversation.streams.iter().map(|its| its.life()).sum();
    // A hundredth of a length that no hundred divides is lost at its end.
    assert!(lives.abs_diff(sum) <= lives / 100, "{sum:?} of {lives:?}");
}

#[test]
fn a_page_for_a_terminal_is_eighty_columns_wide() {
    for conversation in [conversation(BLOCKED), many(5), many(500)] {
        let page = anstream::adapter::strip_str(&term::page(&conversation)).to_string();
        assert!(
            page.lines().all(|line| line.chars().count() <= 80),
            "{page}"
        );
        assert!(page.contains('│'));
    }
    let page = term::page(&conversation(BLOCKED));
    assert!(page.contains('▞'), "{page}");
}

#[test]
fn machines_get_an_object_a_line_and_causes_that_sum_to_the_life() {
    let lines = json::lines(&conversation(BLOCKED));
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
    let conversation = conversation("1 5 begin client name=\n1 7 end\n");
    assert!(svg::picture(&conversation).contains("0 streams"));
    assert!(term::page(&conversation).contains("0 streams"));
    assert!(html::page(&conversation).contains("0 streams"));
}

#[test]
fn times_and_sizes_have_three_digits_or_so() {
    let time = |nanoseconds| units::time(core::time::Duration::from_nanos(nanoseconds));
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
