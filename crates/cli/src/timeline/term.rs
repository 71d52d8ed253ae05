//! The picture on a terminal, as wide as that is.

use alloc::format;
use alloc::string::String;

use tress_log::{Cause, Conversation, StreamTrace};

use super::density::{cells, most};
use super::finding::wrapped;
use super::lanes::{short, title};
use super::scale::Scale;
use super::{finding, look, units};
use crate::talk::{FAINT, STRONG};

/// How wide a page is where there is no terminal, and how narrow and how wide it gets on one, in columns.
const WIDTH: usize = 80;
const NARROWEST: usize = 32;
const WIDEST: usize = 160;
/// The columns of a stream's number and of its life, and of what stands between the parts of a row.
const NUMBER: usize = 5;
const LIFE: usize = 8;
const BETWEEN: usize = 4;
/// The columns of the title of a stream, where a page is wide and where it is narrow.
const TITLE: usize = 17;
const SHORT_TITLE: usize = 6;
/// The columns of a time in the legend.
const TIME: usize = 16;

/// How a page is divided.
#[derive(Clone, Copy)]
struct Layout {
    width: usize,
    /// The title of a stream.
    title: usize,
    lanes: usize,
}

impl Layout {
    /// For a terminal of so many columns.
    fn new(columns: usize) -> Self {
        let width = columns.clamp(NARROWEST, WIDEST);
        let title = TITLE.saturating_sub(WIDTH.saturating_sub(width) / 2);
        let title = title.max(SHORT_TITLE);
        Self {
            width,
            title,
            lanes: width - NUMBER - LIFE - BETWEEN - title,
        }
    }

    /// What stands before the lanes.
    const fn label(self) -> usize {
        NUMBER + 1 + self.title
    }
}

/// The columns of the terminal that stdout is, or what a page has without one.
pub(super) fn columns() -> usize {
    let size = terminal_size::terminal_size_of(std::io::stdout());
    size.map_or(WIDTH, |(columns, _)| columns.0.into())
}

/// More streams than these share rows.
const LANES: usize = 60;
const ROWS: usize = 30;

/// The finding, the lanes and what they mean.
pub(super) fn page(conversation: &Conversation, columns: usize) -> String {
    let layout = Layout::new(columns);
    let scale = Scale::new(conversation, 0.0, 1.0);
    let mut text = String::new();
    for line in wrapped(&finding::headline(conversation), layout.width) {
        text.push_str(&format!("{STRONG}{line}{STRONG:#}\n"));
    }
    for line in finding::advice(conversation)
        .iter()
        .flat_map(|advice| wrapped(advice, layout.width))
    {
        text.push_str(&format!("{line}\n"));
    }
    text.push('\n');
    if conversation.streams.len() > LANES {
        let each = conversation.streams.len().div_ceil(ROWS);
        for streams in conversation.streams.chunks(each) {
            row(&mut text, streams, &scale, layout);
        }
    } else {
        for stream in &conversation.streams {
            row(&mut text, core::slice::from_ref(stream), &scale, layout);
        }
    }
    let length = units::time(scale.length());
    let (label, rest) = (layout.label() + 1, layout.lanes - 1);
    text.push_str(&format!(
        "{FAINT}{:label$}0{length:>rest$}{FAINT:#}\n\n",
        ""
    ));
    legend(&mut text, conversation, layout.width);
    text
}

/// One stream, or several.
fn row(text: &mut String, streams: &[StreamTrace], scale: &Scale, layout: Layout) {
    let (Some(first), Some(last)) = (streams.first(), streams.last()) else {
        return;
    };
    let label = match streams.len() {
        1 => {
            let title = short(&title(first), layout.title);
            format!("{:>NUMBER$} {title:<1$}", first.id, layout.title)
        }
        _ => {
            let ids = format!("{}\u{2013}{}", first.id, last.id);
            format!("{ids:^0$}", layout.label())
        }
    };
    text.push_str(&format!("{label} {FAINT}│{FAINT:#}"));
    let lanes = u32::try_from(layout.lanes).unwrap_or(u32::MAX);
    for cell in cells(streams, scale, lanes) {
        match most(&cell) {
            Some((cause, _)) => paint(text, cause),
            None => text.push(' '),
        }
    }
    let life = match streams.len() {
        1 => units::time(first.life()),
        count => format!("×{count}"),
    };
    text.push_str(&format!("{FAINT}│{life:>LIFE$}{FAINT:#}\n"));
}

fn paint(text: &mut String, cause: Cause) {
    let look = look::of(cause);
    let style = anstyle::Style::new().fg_color(look.color.map(anstyle::Color::Ansi));
    text.push_str(&format!("{style}{}{style:#}", look.character));
}

/// What the characters mean, and how long that was.
fn legend(text: &mut String, conversation: &Conversation, width: usize) {
    for (cause, time) in conversation.totals() {
        let time = units::stream_time(time);
        for (place, line) in wrapped(&format!("{cause}"), width - 3 - TIME)
            .iter()
            .enumerate()
        {
            match place {
                0 => paint(text, cause),
                _ => text.push(' '),
            }
            let time = if place == 0 { &*time } else { "" };
            text.push_str(&format!(" {time:>TIME$} {line}\n"));
        }
    }
}
