//! Dates as HTTP writes them (RFC 9110 §5.6.7).

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use blocking::proto::Response;
use httpdate::HttpDate;

/// The first second of the year 10000, which has no date of this form.
const END: Duration = Duration::from_secs(253_402_300_800);

/// The date of a time; there is none before 1970 and after 9999.
pub(crate) fn of(time: SystemTime) -> Option<HttpDate> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    (since < END).then(|| HttpDate::from(time))
}

/// Reads a date, in any of its three forms.
pub(crate) fn parse(value: &[u8]) -> Option<HttpDate> {
    let text = core::str::from_utf8(value).ok()?.trim();
    text.parse().ok()
}

/// Begins a response that is made at a time (RFC 9110 §6.6.1).
pub(crate) fn response(status: u16, now: SystemTime) -> Response {
    let response = Response::new(status);
    match of(now) {
        Some(date) => response.field("date", alloc::format!("{date}")),
        None => response,
    }
}
