//! The picture as one SVG file that needs nothing else.

use alloc::format;
use alloc::string::String;

use tress_log::proto::Side;
use tress_log::{Conversation, MarkKind};

use super::drawing::Drawing;
use super::scale::{LEFT, RIGHT, Scale};
use super::{density, escape, finding, lanes, look, style, units, window};

/// The width of a picture, and what is left free at its sides.
const WIDTH: f64 = 1180.0;
const MARGIN: f64 = 20.0;
/// How many characters of a headline a line holds.
const HEADLINE: usize = 116;
/// More streams than these share rows.
const LANES: usize = 200;

/// Draws a connection.
pub(super) fn picture(conversation: &Conversation) -> String {
    let scale = Scale::new(conversation, LEFT, RIGHT - LEFT);
    let mut drawing = Drawing::default();
    let finding = finding::headline(conversation);
    let mut y = 28.0;
    for line in finding::wrapped(&finding, HEADLINE) {
        drawing.text("finding", MARGIN, y, line);
        y += 21.0;
    }
    drawing.text("soft", MARGIN, y - 1.0, subtitle(conversation));
    y += 19.0;
    if let Some(advice) = finding::advice(conversation) {
        drawing.text("soft", MARGIN, y, advice);
        y += 20.0;
    }
    y = legend(&mut drawing, conversation, y) + 26.0;
    let top = y;
    let mut body = Drawing::default();
    y = match conversation.streams.len() > LANES {
        true => density::draw(&mut body, conversation, &scale, y),
        false => lanes::draw(&mut body, conversation, &scale, y),
    };
    y = window::draw(&mut body, conversation, &scale, y + 14.0);
    axis(&mut drawing, &scale, top, y);
    let height = y + 34.0;
    let (drawing, body) = (drawing.into_string(), body.into_string());
    let (title, style) = (escape(&finding), style::definitions());
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" height=\"{height:.0}\" role=\"img\">\n\
         <title>{title}</title>\n{style}<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n{drawing}{body}</svg>\n"
    )
}

/// Which connection it is.
fn subtitle(conversation: &Conversation) -> String {
    let side = match conversation.side {
        Side::Client => "client",
        Side::Server => "server",
    };
    let round_trip = conversation.round_trip.map_or_else(String::new, |time| {
        format!(", round trip {}", units::time(time))
    });
    let cut = if conversation.is_cut {
        ", cut off where the log was full"
    } else {
        ""
    };
    let octets = conversation.octets;
    let name = match conversation.name.as_str() {
        "" => String::new(),
        name => format!(" ({name})"),
    };
    format!(
        "As the {side} saw it: connection {}{name}, {} out and {} in{round_trip}{cut}",
        conversation.number,
        units::octets(octets.sent),
        units::octets(octets.received)
    )
}

/// The causes that there are, and for how long; returns where the last line is.
fn legend(drawing: &mut Drawing, conversation: &Conversation, top: f64) -> f64 {
    let mut line = Line { x: MARGIN, y: top };
    for (cause, time) in conversation.totals() {
        let text = format!("{cause}: {}", units::stream_time(time));
        let (x, y) = line.space(22.0, &text);
        drawing.rect(look::of(cause).name, [x, y - 10.0, 16.0, 12.0], cause);
        drawing.text("soft", x + 22.0, y, text);
    }
    let has_lanes = conversation.streams.len() <= LANES;
    let marks = || conversation.streams.iter().flat_map(|stream| &stream.marks);
    let is_any = |what: fn(&MarkKind) -> bool| marks().any(|mark| what(&mark.kind));
    for (class, path, text, is_there) in [
        (
            "head",
            "M0 -10v12",
            "HEADERS came",
            has_lanes && is_any(|kind| matches!(kind, MarkKind::Headers)),
        ),
        (
            "credit",
            "M-4 1l4 -7 4 7z",
            "WINDOW_UPDATE",
            !conversation.marks.is_empty(),
        ),
        (
            "reset",
            "M-4 -8l8 8m0 -8l-8 8",
            "RST_STREAM",
            has_lanes && is_any(|kind| matches!(kind, MarkKind::Reset(_))),
        ),
        (
            "own",
            "M-4 -8h5v5h5",
            "the stream\u{2019}s own window",
            has_lanes && lanes::has_windows(conversation),
        ),
    ] {
        if is_there {
            let (x, y) = line.space(14.0, text);
            drawing.add(format_args!(
                r#"<path class="{class}" d="{path}" transform="translate({:.1} {y:.1})"/>"#,
                x + 4.0
            ));
            drawing.text("soft", x + 14.0, y, text);
        }
    }
    line.y
}

/// Where the next entry of a legend goes.
#[derive(Debug)]
struct Line {
    x: f64,
    y: f64,
}

impl Line {
    /// Makes space for a sign of this width and a text, on the next line if there is none on this.
    fn space(&mut self, sign: f64, text: &str) -> (f64, f64) {
        let width = sign + width_of(text) + 22.0;
        if self.x + width > WIDTH - MARGIN {
            (self.x, self.y) = (MARGIN, self.y + 20.0);
        }
        let place = (self.x, self.y);
        self.x += width;
        place
    }
}

/// About how wide a text is; not less than it is in the fonts that there are.
fn width_of(text: &str) -> f64 {
    let width = |character: char| match character {
        'A'..='Z' | '_' => 8.8,
        _ => 6.7,
    };
    text.chars().map(width).sum()
}

fn axis(drawing: &mut Drawing, scale: &Scale, top: f64, bottom: f64) {
    for (x, label) in scale.ticks() {
        drawing.add(format_args!(
            r#"<path class="grid" d="M{x:.1} {:.1}V{bottom:.1}"/>"#,
            top - 6.0
        ));
        drawing.text("tick", x, bottom + 16.0, label);
    }
}
