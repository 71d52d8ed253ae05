//! The picture on a terminal of 80 columns.

use alloc::format;
use alloc::string::String;

use tress_log::{Cause, Conversation, StreamTrace};

use super::density::{cells, most};
use super::finding::wrapped;
use super::lanes::{short, title};
use super::scale::Scale;
use super::{finding, look, units};
use crate::talk::{FAINT, STRONG};

/// How wide a page is, and how wide the lanes on it.
const WIDTH: usize = 80;
const COLUMNS: u32 = 46;
/// More streams than these share rows.
const LANES: usize = 60;
const ROWS: usize = 30;

/// The finding, the lanes and what they mean.
pub(super) fn page(conversation: &Conversation) -> String {
    let scale = Scale::new(conversation, 0.0, 1.0);
    let mut text = String::new();
    for line in wrapped(&finding::headline(conversation), WIDTH) {
        text.push_str(&format!("{STRONG}{line}{STRONG:#}\n"));
    }
    for line in finding::advice(conversation)
        .iter()
        .flat_map(|advice| wrapped(advice, WIDTH))
    {
        text.push_str(&format!("{line}\n"));
    }
    text.push('\n');
    if conversation.streams.len() > LANES {
        let each = conversation.streams.len().div_ceil(ROWS);
        for streams in conversation.streams.chunks(each) {
            row(&mut text, streams, &scale);
        }
    } else {
        for stream in &conversation.streams {
            row(&mut text, core::slice::from_ref(stream), &scale);
        }
    }
    let length = units::time(scale.length());
    text.push_str(&format!("{FAINT}{:24}0{length:>45}{FAINT:#}\n\n", ""));
    legend(&mut text, conversation);
    text
}

/// One stream, or several.
fn row(text: &mut String, streams: &[StreamTrace], scale: &Scale) {
    let (Some(first), Some(last)) = (streams.first(), streams.last()) else {
        return;
    };
    let label = match streams.len() {
        1 => format!("{:>5} {:<17}", first.id, short(&title(first), 17)),
        _ => format!("{:>11}\u{2013}{:<11}", first.id, last.id),
    };
    text.push_str(&format!("{label} {FAINT}│{FAINT:#}"));
    for cell in cells(streams, scale, COLUMNS) {
        match most(&cell) {
            Some((cause, _)) => paint(text, cause),
            None => text.push(' '),
        }
    }
    let life = match streams.len() {
        1 => units::time(first.life()),
        count => format!("×{count}"),
    };
    text.push_str(&format!("{FAINT}│{life:>8}{FAINT:#}\n"));
}

fn paint(text: &mut String, cause: Cause) {
    let look = look::of(cause);
    let style = anstyle::Style::new().fg_color(look.color.map(anstyle::Color::Ansi));
    text.push_str(&format!("{style}{}{style:#}", look.character));
}

/// What the characters mean, and how long that was.
fn legend(text: &mut String, conversation: &Conversation) {
    for (cause, time) in conversation.totals() {
        paint(text, cause);
        let time = units::stream_time(time);
        text.push_str(&format!(" {:<38}{time:>18}\n", format!("{cause}")));
    }
}
