//! The windows that all streams share, in both directions, over time.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use tress_log::proto::Direction;
use tress_log::{Conversation, Curve, Mark, MarkKind};

use super::drawing::Drawing;
use super::scale::{LEFT, RIGHT, Scale};
use super::units;

/// The height of a curve.
const HEIGHT: f64 = 64.0;
/// More points than these are a line.
const MOST_MARKS: usize = 120;
/// The width of a column of a curve.
const STEP: f64 = 2.0;

/// Draws both curves; returns where they end.
pub(super) fn draw(
    drawing: &mut Drawing,
    conversation: &Conversation,
    scale: &Scale,
    top: f64,
) -> f64 {
    let mut y = top;
    for (curve, direction, title, whose) in [
        (
            &conversation.recv_window,
            Direction::Received,
            "connection window: received",
            "what the peer may still send",
        ),
        (
            &conversation.send_window,
            Direction::Sent,
            "connection window: sent",
            "what this end may still send",
        ),
    ] {
        drawing.text("name end", LEFT - 8.0, y + 26.0, title);
        drawing.text("soft end", LEFT - 8.0, y + 42.0, whose);
        one(drawing, curve, scale, y, whose);
        credit(drawing, &conversation.marks, direction, scale, y + HEIGHT);
        y += HEIGHT + 18.0;
    }
    y - 10.0
}

/// A curve: the line is what the window was on average, and the ground the most that it was.
fn one(drawing: &mut Drawing, curve: &Curve, scale: &Scale, top: f64, whose: &str) {
    let columns = columns(curve, scale);
    let most = columns
        .iter()
        .map(|column| column.most)
        .max()
        .unwrap_or(0)
        .max(1);
    let least = columns.iter().map(|column| column.least).min().unwrap_or(0);
    let bottom = top + HEIGHT;
    let height = |octets: i64| bottom - HEIGHT * fraction(octets, most);
    let (mut line, mut ground, mut shut) = (
        String::new(),
        format!("M{LEFT:.1} {bottom:.1}"),
        String::new(),
    );
    for (x, column) in places().zip(&columns) {
        let start = if line.is_empty() { 'M' } else { 'L' };
        let end = x + STEP;
        line.push_str(&format!(
            "{start}{x:.0} {:.1}H{end:.0}",
            height(column.mean)
        ));
        ground.push_str(&format!("V{:.1}H{end:.0}", height(column.most)));
        if column.is_shut {
            shut.push_str(&format!(
                "M{x:.0} {:.1}h{STEP:.0}v4h-{STEP:.0}z",
                bottom - 2.0
            ));
        }
    }
    ground.push_str(&format!("V{bottom:.1}z"));
    let title = format!(
        "{whose}: {} at most, {} at least",
        units::window(most),
        units::window(least)
    );
    drawing.add(format_args!(
        r#"<path class="zero" d="M{LEFT:.1} {bottom:.1}H{RIGHT:.1}"/>"#
    ));
    drawing.path("under", &ground, &title);
    drawing.path("curve", &line, &title);
    if !shut.is_empty() {
        drawing.path(
            "shut",
            &shut,
            format_args!("{whose}: nothing, most of the time"),
        );
    }
    drawing.text("soft", RIGHT + 10.0, top + 10.0, units::window(most));
    drawing.text("soft", RIGHT + 10.0, bottom, 0);
}

/// Where the columns of a curve begin.
fn places() -> impl Iterator<Item = f64> {
    (0..).map(|column: u32| LEFT + STEP * f64::from(column))
}

/// What a window was in a column.
#[derive(Clone, Copy, Debug)]
struct Column {
    mean: i64,
    most: i64,
    least: i64,
    /// It was shut for more than half of it.
    is_shut: bool,
}

/// What a window was, column by column.
fn columns(curve: &Curve, scale: &Scale) -> Vec<Column> {
    let count = places().take_while(|x| *x < RIGHT).count();
    let count = u32::try_from(count).unwrap_or(1).max(1);
    let width = (scale.length() / count).max(Duration::from_nanos(1));
    let mut points = curve.points().iter().copied().peekable();
    let mut octets = curve.at(scale.from).unwrap_or(0);
    while points.next_if(|(at, _)| *at <= scale.from).is_some() {}
    (0..count)
        .map(|column| {
            let (start, end) = (
                scale.from + width * column,
                scale.from + width * (column + 1),
            );
            let (mut now, mut most, mut least) = (start, octets, octets);
            let (mut sum, mut shut) = (0_i128, Duration::ZERO);
            let mut pass = |octets: i64, now: Duration, until: Duration| {
                let time = until.saturating_sub(now);
                sum += i128::from(octets) * i128::try_from(time.as_nanos()).unwrap_or(0);
                shut += if octets <= 0 { time } else { Duration::ZERO };
            };
            while let Some((at, next)) = points.next_if(|(at, _)| *at < end) {
                pass(octets, now, at);
                (now, octets) = (at, next);
                (most, least) = (most.max(next), least.min(next));
            }
            pass(octets, now, end);
            let mean = sum / i128::try_from(width.as_nanos()).unwrap_or(1).max(1);
            Column {
                mean: i64::try_from(mean).unwrap_or(i64::MAX),
                most,
                least,
                is_shut: shut * 2 > width,
            }
        })
        .collect()
}

/// The part of the height that so many octets have.
pub(super) fn fraction(octets: i64, most: i64) -> f64 {
    // Windows are of 32 bits, or a log lies and its curve is cut.
    let small = |octets: i64| f64::from(i32::try_from(octets).unwrap_or(i32::MAX));
    (small(octets.max(0)) / small(most)).min(1.0)
}

/// When credit was given for it, unless that was all the time.
fn credit(drawing: &mut Drawing, marks: &[Mark], of: Direction, scale: &Scale, bottom: f64) {
    let given = marks.iter().filter_map(|mark| match mark.kind {
        // Credit goes against the content that it is for.
        MarkKind::Credit(octets) if mark.direction != of => Some((mark.at, octets)),
        _ => None,
    });
    let given: Vec<_> = given
        .filter(|(at, _)| scale.from <= *at && *at <= scale.to)
        .collect();
    if given.len() > MOST_MARKS {
        return;
    }
    for (at, octets) in given {
        let path = format!(
            "M{:.1} {:.1}l3 -5 3 5z",
            scale.place(at) - 3.0,
            bottom + 6.0
        );
        let when = units::time(at.saturating_sub(scale.from));
        let title = format_args!("WINDOW_UPDATE: {octets} octets at {when}");
        drawing.path("credit", &path, title);
    }
}
