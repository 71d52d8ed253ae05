//! How each cause looks: a colour and a hatch, a height, and a character.

use tress_log::Cause;

/// How a cause looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// The name of its pattern and its class.
    pub(super) name: &'static str,
    /// In light, and in dark: the ground and the hatch.
    pub(super) light: [&'static str; 2],
    pub(super) dark: [&'static str; 2],
    pub(super) hatch: Hatch,
    /// Whether it fills its lane: what is only waited for is thin.
    pub(super) is_full: bool,
    /// On a terminal.
    pub(super) character: char,
    pub(super) color: Option<anstyle::AnsiColor>,
}

/// The lines on the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hatch {
    None,
    /// Lines that are turned by so many degrees.
    Lines(i16),
    Dots,
}

/// How a cause looks. The grounds are told apart by those who see no red or no green, and the hatches
/// by those who see no colour.
pub(super) const fn of(cause: Cause) -> Look {
    match cause {
        Cause::Opening => Look {
            name: "opening",
            light: ["#f3f0ff", "#8a6fd1"],
            dark: ["#2b2540", "#a78bfa"],
            hatch: Hatch::Dots,
            is_full: false,
            character: '░',
            color: Some(anstyle::AnsiColor::Magenta),
        },
        Cause::Headers => Look {
            name: "headers",
            light: ["#0b6bcb", "#0b6bcb"],
            dark: ["#58a6ff", "#58a6ff"],
            hatch: Hatch::None,
            is_full: true,
            character: '▐',
            color: Some(anstyle::AnsiColor::Blue),
        },
        Cause::Peer => Look {
            name: "peer",
            light: ["#c3cad2", "#c3cad2"],
            dark: ["#4a525c", "#4a525c"],
            hatch: Hatch::None,
            is_full: false,
            character: '─',
            color: None,
        },
        Cause::Application => Look {
            name: "application",
            light: ["#fbe3f1", "#b83280"],
            dark: ["#3a1f30", "#e879b9"],
            hatch: Hatch::Dots,
            is_full: false,
            character: '┈',
            color: Some(anstyle::AnsiColor::Magenta),
        },
        Cause::Content => Look {
            name: "content",
            light: ["#128a5b", "#128a5b"],
            dark: ["#34c08a", "#34c08a"],
            hatch: Hatch::None,
            is_full: true,
            character: '█',
            color: Some(anstyle::AnsiColor::Green),
        },
        Cause::StreamWindow => Look {
            name: "stream-window",
            light: ["#fff3c4", "#c98a00"],
            dark: ["#3d3210", "#f2b92c"],
            hatch: Hatch::Lines(45),
            is_full: true,
            character: '▚',
            color: Some(anstyle::AnsiColor::Yellow),
        },
        Cause::ConnectionWindow => Look {
            name: "connection-window",
            light: ["#ffe3dc", "#d1380f"],
            dark: ["#451c12", "#ff7a54"],
            hatch: Hatch::Lines(-45),
            is_full: true,
            character: '▞',
            color: Some(anstyle::AnsiColor::Red),
        },
        Cause::Socket => Look {
            name: "socket",
            light: ["#dff1ff", "#2b87c4"],
            dark: ["#12324a", "#6cb8ef"],
            hatch: Hatch::Lines(0),
            is_full: true,
            character: '▒',
            color: Some(anstyle::AnsiColor::Cyan),
        },
        Cause::Others => Look {
            name: "others",
            light: ["#e3eddf", "#6f8f64"],
            dark: ["#24301f", "#8fae82"],
            hatch: Hatch::Lines(90),
            is_full: true,
            character: '▁',
            color: Some(anstyle::AnsiColor::Green),
        },
        _ => Look {
            name: "unknown",
            light: ["#ffffff", "#000000"],
            dark: ["#000000", "#ffffff"],
            hatch: Hatch::Dots,
            is_full: false,
            character: '?',
            color: None,
        },
    }
}
