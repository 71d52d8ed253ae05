//! What a picture shows, in a sentence.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use tress_log::proto::Direction;
use tress_log::{Cause, Conversation};

use super::scale::Scale;
use super::units;

/// A hundredth of all time is worth a word.
const WORTH: u32 = 100;

/// The headline: how much in how long, and what it waited for, the longest first.
pub(super) fn headline(conversation: &Conversation) -> String {
    let streams = conversation.streams.len();
    let noun = if streams == 1 { "stream" } else { "streams" };
    let content = conversation.streams.iter().map(|stream| stream.content);
    let octets = content.fold(0_u64, |sum, content| {
        sum.saturating_add(content.sent)
            .saturating_add(content.received)
    });
    let length = units::time(Scale::new(conversation, 0.0, 1.0).length());
    let octets = units::octets(octets);
    format!(
        "{streams} {noun}, {octets} in {length}: {}",
        waits(conversation)
    )
}

fn waits(conversation: &Conversation) -> String {
    let totals = conversation.totals();
    let all: Duration = totals.iter().map(|(_, time)| *time).sum();
    let held: Vec<String> = totals
        .iter()
        .filter(|(cause, time)| *time * WORTH >= all && phrase(*cause).is_some())
        .take(3)
        .filter_map(|(cause, time)| {
            let (before, after) = phrase(*cause)?;
            Some(format!("{before}{} {after}", units::stream_time(*time)))
        })
        .collect();
    match held.as_slice() {
        [] => String::from("nothing held them up"),
        held => held.join(", "),
    }
}

/// What stands before and behind the time of a cause; none of what is no wait.
const fn phrase(cause: Cause) -> Option<(&'static str, &'static str)> {
    Some(match cause {
        Cause::ConnectionWindow => ("blocked ", "on the connection\u{2019}s window"),
        Cause::StreamWindow => ("blocked ", "on stream windows"),
        Cause::Socket => ("blocked ", "on the socket"),
        Cause::Others => ("", "behind others"),
        Cause::Opening => ("", "waiting to open"),
        Cause::Peer => ("", "waiting for the peer"),
        Cause::Application => ("", "waiting for the application"),
        _ => return None,
    })
}

/// What could be done about the longest wait that anything can be done about here.
pub(super) fn advice(conversation: &Conversation) -> Option<String> {
    let totals = conversation.totals();
    let all: Duration = totals.iter().map(|(_, time)| *time).sum();
    let (cause, _) = totals.iter().find(|(cause, time)| {
        *time * 10 >= all && !matches!(cause, Cause::Content | Cause::Headers | Cause::Peer)
    })?;
    Some(match (cause, direction(conversation, *cause)) {
        (Cause::StreamWindow, Some(Direction::Received)) => String::from(
            "The peer waited for credit of this end: larger stream windows, or an application that takes sooner, would help.",
        ),
        (Cause::ConnectionWindow, Some(Direction::Received)) => String::from(
            "The peer waited for credit of this end: a larger connection window would help.",
        ),
        (Cause::StreamWindow | Cause::ConnectionWindow, _) => {
            String::from("This end waited for credit of the peer: only the peer can grant more.")
        }
        (Cause::Socket, _) => String::from(
            "The transport took octets more slowly than they were there: the path, or the peer that does not read.",
        ),
        (Cause::Opening, _) => String::from(
            "The peer takes no more streams at once (SETTINGS_MAX_CONCURRENT_STREAMS): a second connection would help.",
        ),
        (Cause::Others, _) => String::from(
            "The path was full with content of other streams: priorities decide who goes first.",
        ),
        (Cause::Application, _) => {
            String::from("This end\u{2019}s application had nothing to say yet, or took nothing.")
        }
        _ => return None,
    })
}

/// Lines of at most so many characters, unless a word has more.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(String::from(word)),
        }
    }
    lines
}

/// Which way the content went that spent most on a cause.
fn direction(conversation: &Conversation, cause: Cause) -> Option<Direction> {
    let spent = |direction| -> Duration {
        let spans = conversation.streams.iter().flat_map(|stream| &stream.spans);
        let its = spans.filter(|span| span.cause == cause && span.direction == Some(direction));
        its.map(tress_log::Span::length).sum()
    };
    let (sent, received) = (spent(Direction::Sent), spent(Direction::Received));
    match sent.is_zero() && received.is_zero() {
        true => None,
        false if sent > received => Some(Direction::Sent),
        false => Some(Direction::Received),
    }
}
