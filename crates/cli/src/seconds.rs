//! Times on a command line: seconds, as curl takes them, or with a unit.

use alloc::string::String;
use core::time::Duration;

/// Reads `2`, `0.5` or `500ms`; more than nothing.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
    let time = match seconds {
        Some(time) => time.ok(),
        None => humantime::parse_duration(text).ok(),
    };
    time.filter(|time| !time.is_zero())
        .ok_or_else(|| String::from("write seconds, such as 2 or 0.5, or a unit, such as 500ms"))
}

#[cfg(test)]
mod tests;
