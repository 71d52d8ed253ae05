//! What is said on stderr, and its colors; stdout is for data.
//!
//! `anstream` leaves the colors out where stderr is not a terminal, and honors `NO_COLOR` and
//! `CLICOLOR_FORCE`.

use core::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};

/// The word before what went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word before what can be done about it, and commands to try.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();
/// What we send.
pub(crate) const SENT: Style = AnsiColor::Green.on_default();
/// What the peer sends.
pub(crate) const RECEIVED: Style = AnsiColor::Cyan.on_default();
/// What matters least.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What matters most.
pub(crate) const STRONG: Style = Style::new().bold();

/// Says one line on stderr; if nobody listens, it is lost.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}
