//! The elements of a picture.

use alloc::string::String;
use core::fmt::{self, Display, Write};

use super::escape;

/// SVG elements, one after the other.
#[derive(Debug, Default)]
pub(super) struct Drawing(String);

impl Drawing {
    /// Adds whatever it is.
    pub(super) fn add(&mut self, what: fmt::Arguments<'_>) {
        // A string takes all that is written to it.
        let _ = self.0.write_fmt(what);
        self.0.push('\n');
    }

    /// A box of a class, with what is said when the pointer is on it.
    pub(super) fn rect(&mut self, class: &str, place: [f64; 4], title: impl Display) {
        let [x, y, width, height] = place;
        let title = escape(&alloc::format!("{title}"));
        self.add(format_args!(
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"><title>{title}</title></rect>"#
        ));
    }

    /// A text of a class, which begins at a place, or ends there.
    pub(super) fn text(&mut self, class: &str, x: f64, y: f64, text: impl Display) {
        let text = escape(&alloc::format!("{text}"));
        self.add(format_args!(
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{text}</text>"#
        ));
    }

    /// A line along a path, with what is said when the pointer is on it.
    pub(super) fn path(&mut self, class: &str, path: &str, title: impl Display) {
        let title = escape(&alloc::format!("{title}"));
        self.add(format_args!(
            r#"<path class="{class}" d="{path}"><title>{title}</title></path>"#
        ));
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}
