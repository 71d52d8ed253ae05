//! When a message was made (RFC 9110 §6.6.1).

use alloc::string::ToString;
use core::cell::RefCell;
use core::time::Duration;
use std::thread_local;
use std::time::{SystemTime, UNIX_EPOCH};

use http::HeaderValue;
use httpdate::HttpDate;
use proto::{HeaderField, Response};

/// The first second of the year 10000, which has no date of this form.
const END: Duration = Duration::from_secs(253_402_300_800);

/// A value of `date` that is written anew once a second (RFC 9110 §6.6.1).
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use tress_http::Date;
///
/// let mut date = Date::default();
/// let value = date.at(UNIX_EPOCH + Duration::from_secs(784_111_777));
/// assert_eq!(value.unwrap(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Date {
    written: Option<(u64, HeaderValue)>,
}

impl Date {
    /// Returns the value for that time.
    ///
    /// There is none before 1970 and after 9999: RFC 9110 §6.6.1 has a server without a reasonable
    /// clock send no date.
    pub fn at(&mut self, now: SystemTime) -> Option<HeaderValue> {
        self.written_at(now).cloned()
    }

    fn written_at(&mut self, now: SystemTime) -> Option<&HeaderValue> {
        let since = now.duration_since(UNIX_EPOCH).ok()?;
        let second = Some(since).filter(|&since| since < END)?.as_secs();
        if self
            .written
            .as_ref()
            .is_none_or(|(written, _)| *written != second)
        {
            let value = HeaderValue::try_from(HttpDate::from(now).to_string()).ok()?;
            self.written = Some((second, value));
        }
        self.written.as_ref().map(|(_, value)| value)
    }
}

thread_local!(static DATE: RefCell<Date> = RefCell::default());

/// Returns the value of `date` for now, kept for each thread.
#[must_use]
pub fn date_now() -> Option<HeaderValue> {
    DATE.with_borrow_mut(|date| date.at(SystemTime::now()))
}

/// Adds the date of now, if there is one.
pub(crate) fn with_date(response: Response) -> Response {
    DATE.with_borrow_mut(|date| match date.written_at(SystemTime::now()) {
        Some(value) => response.valid_field(HeaderField::new(b"date", value.as_bytes())),
        None => response,
    })
}
