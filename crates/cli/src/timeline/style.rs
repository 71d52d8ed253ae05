//! The colours and hatches of a picture, by day and by night.

use alloc::string::String;
use core::fmt::Write;

use tress_log::Cause;

use super::look::{self, Hatch};

/// What is not about a cause.
const REST: &str = "
text { fill: var(--ink); font: 12px ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; }
text.finding { font-size: 16px; font-weight: 650; }
text.soft, text.tick { fill: var(--soft); }
text.tick { font-size: 11px; text-anchor: middle; }
text.end { text-anchor: end; }
text.soft.end { font-size: 11px; }
text.small { fill: var(--soft); font-size: 9.5px; }
:root { background: var(--ground); }
.ground { fill: var(--ground); }
.grid { stroke: var(--grid); fill: none; }
.zero { stroke: var(--soft); fill: none; }
.head { stroke: var(--head); stroke-width: 2; fill: none; }
.credit { fill: var(--credit); }
.reset { stroke: var(--reset); stroke-width: 2; fill: none; }
.curve { stroke: var(--curve); stroke-width: 1.5; fill: none; }
.own { stroke: var(--ink); stroke-width: 1; opacity: .6; fill: none; }
.under { fill: var(--curve); opacity: .13; }
.shut { fill: var(--reset); opacity: .55; }
.hover { fill: transparent; }
.lane:hover .row { fill: var(--grid); opacity: .6; }
.row { fill: transparent; }
";

/// The style sheet, and the patterns that it names.
pub(super) fn definitions() -> String {
    let mut text = String::from("<style>\n:root {");
    ground(&mut text, ["#ffffff", "#1b1f24", "#57606a", "#e4e8ec"]);
    marks(&mut text, ["#0b6bcb", "#c98a00", "#d1380f", "#0b6bcb"]);
    causes(&mut text, |cause| look::of(cause).light);
    text.push_str(" }\n@media (prefers-color-scheme: dark) { :root {");
    ground(&mut text, ["#0d1117", "#e6edf3", "#9aa4ae", "#262c34"]);
    marks(&mut text, ["#58a6ff", "#f2b92c", "#ff7a54", "#58a6ff"]);
    causes(&mut text, |cause| look::of(cause).dark);
    text.push_str(" } }");
    text.push_str(REST);
    for cause in Cause::ALL {
        let name = look::of(cause).name;
        let _ = writeln!(text, ".{name} {{ fill: url(#{name}); }}");
    }
    text.push_str("</style>\n<defs>\n");
    for cause in Cause::ALL {
        pattern(&mut text, cause);
    }
    text.push_str("</defs>\n");
    text
}

fn ground(text: &mut String, [ground, ink, soft, grid]: [&str; 4]) {
    let _ = write!(
        text,
        " color-scheme: light dark; --ground: {ground}; --ink: {ink}; --soft: {soft}; --grid: {grid};"
    );
}

fn marks(text: &mut String, [head, credit, reset, curve]: [&str; 4]) {
    let _ = write!(
        text,
        " --head: {head}; --credit: {credit}; --reset: {reset}; --curve: {curve};"
    );
}

fn causes(text: &mut String, colors: impl Fn(Cause) -> [&'static str; 2]) {
    for cause in Cause::ALL {
        let (name, [ground, hatch]) = (look::of(cause).name, colors(cause));
        let _ = write!(text, " --{name}: {ground}; --{name}-hatch: {hatch};");
    }
}

/// The ground of a cause with its lines on it.
fn pattern(text: &mut String, cause: Cause) {
    let look = look::of(cause);
    let name = look.name;
    let (size, turn, lines) = match look.hatch {
        Hatch::None => (6, 0, String::new()),
        Hatch::Lines(turn) => (
            5,
            turn,
            alloc::format!(r#"<rect width="1.9" height="5" style="fill: var(--{name}-hatch)"/>"#),
        ),
        Hatch::Dots => (
            4,
            0,
            alloc::format!(r#"<circle cx="2" cy="2" r="1.15" style="fill: var(--{name}-hatch)"/>"#),
        ),
    };
    let _ = writeln!(
        text,
        r#"<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse" patternTransform="rotate({turn})"><rect width="{size}" height="{size}" style="fill: var(--{name})"/>{lines}</pattern>"#
    );
}
