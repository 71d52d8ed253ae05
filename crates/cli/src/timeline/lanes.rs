//! A lane for each stream.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use tress_log::proto::Direction;
use tress_log::{Cause, Conversation, Curve, Mark, MarkKind, Span, StreamTrace};

use super::drawing::Drawing;
use super::look;
use super::scale::{LEFT, RIGHT, Scale};
use super::units;
use super::window::fraction;

/// What is narrower than this is drawn together with what is beside it.
const NARROW: f64 = 0.9;

/// A lane of this height has space for the stream's own window.
const WITH_WINDOW: f64 = 15.0;

/// The height of a lane: less of many.
fn height_of(streams: usize) -> f64 {
    match streams {
        ..=40 => 24.0,
        41..=80 => 15.0,
        81..=120 => 11.0,
        _ => 8.0,
    }
}

/// Draws all lanes; returns where they end.
pub(super) fn draw(
    drawing: &mut Drawing,
    conversation: &Conversation,
    scale: &Scale,
    top: f64,
) -> f64 {
    let height = height_of(conversation.streams.len());
    let mut y = top;
    for stream in &conversation.streams {
        drawing.add(format_args!(r#"<g class="lane">"#));
        drawing.rect("row", [12.0, y, 1156.0, height], summary(stream));
        if height >= 11.0 {
            label(drawing, stream, y + height / 2.0 + 4.0);
        }
        bars(drawing, stream, scale, y, height);
        if height >= WITH_WINDOW {
            window(drawing, stream, scale, y, height);
        }
        marks(drawing, stream, scale, y, height);
        drawing.add(format_args!("</g>"));
        y += height;
    }
    y
}

fn label(drawing: &mut Drawing, stream: &StreamTrace, y: f64) {
    drawing.text("soft end", 44.0, y, stream.id);
    drawing.text("name", 52.0, y, short(&title(stream), 24));
    let octets = stream.content.sent.saturating_add(stream.content.received);
    drawing.text("soft end", LEFT - 8.0, y, units::octets(octets));
    let life = units::time(stream.life());
    drawing.text("soft", RIGHT + 10.0, y, life);
}

/// What a stream is about; the path alone if it is a GET.
pub(super) fn title(stream: &StreamTrace) -> String {
    match &stream.request {
        Some((method, path)) if method == "GET" => path.clone(),
        Some((method, path)) => format!("{method} {path}"),
        None => String::new(),
    }
}

/// The first characters of a text.
pub(super) fn short(text: &str, most: usize) -> String {
    let clean = |character: char| {
        if character.is_control() {
            '\u{fffd}'
        } else {
            character
        }
    };
    match text.chars().count() > most {
        true => {
            let start = text.chars().take(most.saturating_sub(1)).map(clean);
            start.chain(['…']).collect()
        }
        false => text.chars().map(clean).collect(),
    }
}

/// All that is known of a stream.
fn summary(stream: &StreamTrace) -> String {
    let status = stream.status.as_deref().unwrap_or("no answer");
    let mut text = format!(
        "stream {} {}: {status}, {} out and {} in, {}",
        stream.id,
        title(stream),
        units::octets(stream.content.sent),
        units::octets(stream.content.received),
        units::time(stream.life())
    );
    for (cause, time) in stream.totals() {
        text.push_str(&format!("; {cause} {}", units::time(time)));
    }
    text
}

/// The spans, from left to right.
fn bars(drawing: &mut Drawing, stream: &StreamTrace, scale: &Scale, y: f64, height: f64) {
    let mut dust: Dust = Dust::default();
    for span in &stream.spans {
        let width = scale.place(span.to) - scale.place(span.from);
        if width < NARROW {
            dust.add(*span);
            if dust.width(scale) >= 1.0 {
                dust.flush(drawing, stream, scale, y, height);
            }
            continue;
        }
        dust.flush(drawing, stream, scale, y, height);
        let length = units::time(span.length());
        let at = units::time(span.from.saturating_sub(scale.from));
        let title = format!(
            "stream {}: {}, {length} from {at}",
            stream.id,
            said(span.cause, span.direction)
        );
        bar(
            drawing,
            span.cause,
            scale,
            (span.from, span.to),
            (y, height),
            &title,
        );
    }
    dust.flush(drawing, stream, scale, y, height);
}

/// A cause, and whose content it is about.
fn said(cause: Cause, direction: Option<Direction>) -> String {
    match direction {
        Some(Direction::Sent) => format!("{cause} (what this end sends)"),
        Some(Direction::Received) => format!("{cause} (what the peer sends)"),
        None => format!("{cause}"),
    }
}

fn bar(
    drawing: &mut Drawing,
    cause: Cause,
    scale: &Scale,
    (from, to): (Duration, Duration),
    (y, height): (f64, f64),
    title: &str,
) {
    let look = look::of(cause);
    let (x, end) = (scale.place(from), scale.place(to));
    let thick = match look.is_full {
        true => height * 0.68,
        false => height * 0.28,
    };
    let place = [x, y + (height - thick) / 2.0, (end - x).max(0.8), thick];
    drawing.rect(look.name, place, title);
}

/// Spans that are too narrow to be seen, until they can be seen together.
#[derive(Debug, Default)]
struct Dust {
    spans: Vec<Span>,
}

impl Dust {
    fn add(&mut self, span: Span) {
        self.spans.push(span);
    }

    fn width(&self, scale: &Scale) -> f64 {
        match (self.spans.first(), self.spans.last()) {
            (Some(first), Some(last)) => scale.place(last.to) - scale.place(first.from),
            _ => 0.0,
        }
    }

    /// Draws them as what they are most.
    fn flush(
        &mut self,
        drawing: &mut Drawing,
        stream: &StreamTrace,
        scale: &Scale,
        y: f64,
        height: f64,
    ) {
        let (Some(first), Some(last)) = (self.spans.first(), self.spans.last()) else {
            return;
        };
        let time = |cause: Cause| -> Duration {
            let its = self.spans.iter().filter(|span| span.cause == cause);
            its.map(Span::length).sum()
        };
        let most = Cause::ALL.into_iter().max_by_key(|cause| time(*cause));
        if let Some(cause) = most {
            let all = units::time(last.to.saturating_sub(first.from));
            let its = units::time(time(cause));
            let title = format!("stream {}: {cause}, {its} of {all}", stream.id);
            bar(
                drawing,
                cause,
                scale,
                (first.from, last.to),
                (y, height),
                &title,
            );
        }
        self.spans.clear();
    }
}

/// Whether any stream has a line for its own window.
pub(super) fn has_windows(conversation: &Conversation) -> bool {
    let streams = &conversation.streams;
    height_of(streams.len()) >= WITH_WINDOW
        && streams
            .iter()
            .any(|stream| range(window_of(stream).0).is_some())
}

/// The window of the way in which most content went, and whose it is.
const fn window_of(stream: &StreamTrace) -> (&Curve, &'static str) {
    match stream.content.sent > stream.content.received {
        true => (&stream.send_window, "what this end may still send"),
        false => (&stream.recv_window, "what the peer may still send"),
    }
}

/// The least and the most that a window was; nothing of one that never changed, which says nothing.
fn range(curve: &Curve) -> Option<(i64, i64)> {
    let octets = curve.points().iter().map(|(_, octets)| *octets);
    let (least, most) = (octets.clone().min()?, octets.max()?);
    (curve.points().len() >= 2 && most > 0).then_some((least, most))
}

/// The stream's own window, as a line over its bars: that of the way in which most content went.
fn window(drawing: &mut Drawing, stream: &StreamTrace, scale: &Scale, y: f64, height: f64) {
    let (curve, whose) = window_of(stream);
    let Some((least, most)) = range(curve) else {
        return;
    };
    let level = |octets: i64| y + height - 2.0 - (height - 4.0) * fraction(octets, most);
    let (mut path, mut last) = (String::new(), f64::NEG_INFINITY);
    let end = scale.place(stream.end);
    for (at, octets) in curve.points() {
        let x = scale.place(*at).min(end);
        // What could not be told apart is drawn once.
        if x - last < NARROW && !path.is_empty() {
            continue;
        }
        match path.is_empty() {
            true => path.push_str(&format!("M{x:.1} {:.1}", level(*octets))),
            false => path.push_str(&format!("H{x:.1}V{:.1}", level(*octets))),
        }
        last = x;
    }
    path.push_str(&format!("H{end:.1}"));
    let title = format!(
        "stream {}: {whose} by its window: {} at most, {} at least",
        stream.id,
        units::window(most),
        units::window(least)
    );
    drawing.path("own", &path, &title);
}

/// Points in time, at most one of a kind where they could not be told apart.
fn marks(drawing: &mut Drawing, stream: &StreamTrace, scale: &Scale, y: f64, height: f64) {
    let mut last_credit = f64::NEG_INFINITY;
    for mark in &stream.marks {
        let (x, bottom) = (scale.place(mark.at), y + height);
        let when = units::time(mark.at.saturating_sub(scale.from));
        let way = way(mark);
        match mark.kind {
            MarkKind::Headers if mark.direction == Direction::Received => {
                let path = format!("M{x:.1} {:.1}V{:.1}", y + 1.0, bottom - 1.0);
                drawing.path("head", &path, format_args!("HEADERS {way} at {when}"));
            }
            MarkKind::Credit(octets) if height >= 11.0 && x - last_credit >= 6.0 => {
                last_credit = x;
                let path = format!("M{:.1} {bottom:.1}l3 -5 3 5z", x - 3.0);
                let title = format_args!("WINDOW_UPDATE {way}: {octets} octets at {when}");
                drawing.path("credit", &path, title);
            }
            MarkKind::Reset(code) => {
                let middle = y + height / 2.0;
                let path = format!("M{:.1} {:.1}l8 8m0 -8l-8 8", x - 4.0, middle - 4.0);
                drawing.path(
                    "reset",
                    &path,
                    format_args!("RST_STREAM {way}: {code} at {when}"),
                );
            }
            _ => {}
        }
    }
}

const fn way(mark: &Mark) -> &'static str {
    match mark.direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
    }
}
