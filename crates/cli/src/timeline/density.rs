//! Rows for streams that are too many for a lane each.

use alloc::vec::Vec;
use core::time::Duration;

use tress_log::{Cause, Conversation, StreamTrace};

use super::drawing::Drawing;
use super::scale::{LEFT, RIGHT, Scale};
use super::{look, units};

/// So many rows, and so many columns.
const ROWS: usize = 48;
const COLUMNS: u32 = 212;
const HEIGHT: f64 = 12.0;
/// The height of what shows how many streams there are of each cause.
const STACK: f64 = 120.0;

/// For each column, how much of it some streams have spent on each cause.
pub(super) type Cells = Vec<[Duration; Cause::ALL.len()]>;

/// Draws how many streams spend their time on what, and rows of streams; returns where they end.
pub(super) fn draw(
    drawing: &mut Drawing,
    conversation: &Conversation,
    scale: &Scale,
    top: f64,
) -> f64 {
    let all = cells(&conversation.streams, scale, COLUMNS);
    stack(drawing, &all, scale, top);
    let mut y = top + STACK + 16.0;
    let each = conversation.streams.len().div_ceil(ROWS);
    for streams in conversation.streams.chunks(each) {
        row(drawing, streams, scale, y);
        y += HEIGHT;
    }
    y
}

/// What some streams have spent each column of a picture on.
pub(super) fn cells(streams: &[StreamTrace], scale: &Scale, columns: u32) -> Cells {
    let mut cells: Cells = (0..columns).map(|_| Default::default()).collect();
    let width = (scale.length() / columns).max(Duration::from_nanos(1));
    for span in streams.iter().flat_map(|stream| &stream.spans) {
        let Some(kind) = Cause::ALL.iter().position(|cause| *cause == span.cause) else {
            continue;
        };
        let first = span.from.saturating_sub(scale.from).as_nanos() / width.as_nanos();
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        for (column, cell) in (first..).zip(cells.iter_mut().skip(first)) {
            let start = scale.from + width * u32::try_from(column).unwrap_or(u32::MAX);
            if start >= span.to {
                break;
            }
            let overlap = span
                .to
                .min(start + width)
                .saturating_sub(span.from.max(start));
            if let Some(time) = cell.get_mut(kind) {
                *time += overlap;
            }
        }
    }
    cells
}

fn column(scale: &Scale) -> (f64, Duration) {
    (
        (RIGHT - LEFT) / f64::from(COLUMNS),
        (scale.length() / COLUMNS).max(Duration::from_nanos(1)),
    )
}

/// How many streams there are at a time, by cause, one on the other.
fn stack(drawing: &mut Drawing, cells: &Cells, scale: &Scale, top: f64) {
    let (step, width) = column(scale);
    let count = |time: Duration| time.as_secs_f64() / width.as_secs_f64();
    let sums = cells.iter().map(|cell| count(cell.iter().sum()));
    let most = sums.fold(1.0, f64::max);
    drawing.text(
        "soft end",
        LEFT - 8.0,
        top + 12.0,
        format_args!("{most:.0} streams at once"),
    );
    drawing.text("soft end", LEFT - 8.0, top + STACK, 0);
    let mut x = LEFT;
    for cell in cells {
        let mut y = top + STACK;
        for (cause, time) in Cause::ALL.into_iter().zip(cell) {
            let height = STACK * count(*time) / most;
            if height >= 0.3 {
                y -= height;
                let title = format_args!("{cause}: {:.1} streams", count(*time));
                drawing.rect(look::of(cause).name, [x, y, step + 0.05, height], title);
            }
        }
        x += step;
    }
}

/// Some streams in one row: in each column what they spend most on, the paler the fewer there are.
fn row(drawing: &mut Drawing, streams: &[StreamTrace], scale: &Scale, y: f64) {
    let (Some(first), Some(last)) = (streams.first(), streams.last()) else {
        return;
    };
    let (step, width) = column(scale);
    let name = alloc::format!("streams {}\u{2013}{}", first.id, last.id);
    drawing.text("small end", LEFT - 8.0, y + HEIGHT - 2.5, &name);
    let whole = width.as_secs_f64() * f64::from(u32::try_from(streams.len()).unwrap_or(u32::MAX));
    let cells = cells(streams, scale, COLUMNS);
    let mut x = LEFT;
    // Columns that look the same are one box.
    let mut open: Option<(Cause, u8, f64)> = None;
    for cell in cells.iter().map(Some).chain([None]) {
        let next = cell.and_then(|cell| {
            let (cause, _) = most(cell)?;
            let sum: Duration = cell.iter().sum();
            Some((cause, shade(sum.as_secs_f64() / whole)))
        });
        let is_same = open.is_some_and(|(cause, shade, _)| next == Some((cause, shade)));
        if !is_same {
            if let Some((cause, shade, from)) = open.take() {
                // The faintest is to be seen on either ground.
                let opacity = 0.2 + f64::from(shade) / 5.0;
                let from_time = alloc::format!("{name}: mostly {cause}");
                drawing.add(format_args!(r#"<g opacity="{opacity:.2}">"#));
                drawing.rect(
                    look::of(cause).name,
                    [from, y, x - from, HEIGHT - 1.0],
                    from_time,
                );
                drawing.add(format_args!("</g>"));
            }
            open = next.map(|(cause, shade)| (cause, shade, x));
        }
        x += step;
    }
    let content = streams
        .iter()
        .map(|stream| stream.content.sent.saturating_add(stream.content.received));
    let octets = content.fold(0, u64::saturating_add);
    drawing.text(
        "small",
        RIGHT + 10.0,
        y + HEIGHT - 2.5,
        units::octets(octets),
    );
}

/// What the most time of a cell was spent on.
pub(super) fn most(cell: &[Duration; Cause::ALL.len()]) -> Option<(Cause, Duration)> {
    let times = Cause::ALL.into_iter().zip(cell.iter().copied());
    times
        .max_by_key(|(_, time)| *time)
        .filter(|(_, time)| !time.is_zero())
}

/// In quarters, so that neighbours look the same.
fn shade(share: f64) -> u8 {
    match share {
        ..0.1 => 1,
        ..0.35 => 2,
        ..0.7 => 3,
        _ => 4,
    }
}
