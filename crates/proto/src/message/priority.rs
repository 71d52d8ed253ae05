//! How urgent a response is, and whether it is of use piece by piece (RFC 9218 §4).

use core::fmt;
use core::str::FromStr;

use super::dictionary::{self, Value};
use super::section::FieldSection;

/// The field that says it (RFC 9218 §5).
const FIELD: &[u8] = b"priority";

/// Longer values are not read.
///
/// Choice: RFC 9218 §4 sets no limit; both parameters take ten octets, and what is longer by far is
/// not worth the time of a server that may ignore all of it.
const MOST: usize = 64;

/// How urgent a response is, and whether it is of use piece by piece (RFC 9218 §4).
///
/// ```
/// use tress_proto::{Priority, Request};
///
/// let priority = Priority::new(5).expect("0 to 7").incremental();
/// let request = Request::get("https", "example.org", "/image.jpg");
/// let request = request.field("priority", priority.to_string());
/// assert_eq!(request.field_value("priority"), Some(&b"u=5, i"[..]));
/// assert_eq!(Priority::parse(b"u=5, i"), Some(priority));
/// ```
#[doc(alias("nghttp2_extpri"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Priority {
    urgency: u8,
    incremental: bool,
}

impl Priority {
    /// Makes a priority of an urgency from 0, the most urgent, to 7 (RFC 9218 §4.1); `None` above.
    #[must_use]
    pub const fn new(urgency: u8) -> Option<Self> {
        if urgency > 7 {
            return None;
        }
        Some(Self {
            urgency,
            incremental: false,
        })
    }

    /// Says that the response is of use piece by piece (RFC 9218 §4.2).
    #[must_use]
    pub const fn incremental(mut self) -> Self {
        self.incremental = true;
        self
    }

    /// Returns the urgency, from 0, the most urgent, to 7 (RFC 9218 §4.1).
    #[must_use]
    pub const fn urgency(self) -> u8 {
        self.urgency
    }

    /// Says whether the response is of use piece by piece (RFC 9218 §4.2).
    #[must_use]
    pub const fn is_incremental(self) -> bool {
        self.incremental
    }

    /// Reads the value of the field `priority` (RFC 9218 §5). What is unknown, out of range or of
    /// another type counts as left out; `None` if the value is no dictionary, or longer than 64
    /// octets.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        Signal::parse(value).map(Signal::priority)
    }
}

impl Default for Priority {
    /// What counts where nothing is said: urgency 3, not incremental (RFC 9218 §4).
    fn default() -> Self {
        Self {
            urgency: 3,
            incremental: false,
        }
    }
}

/// Writes the value of the field, such as `u=5, i` (RFC 9218 §5).
impl FromStr for Priority {
    type Err = ParsePriorityError;

    /// Reads the value of the field `priority`, as [`parse`](Self::parse) does.
    fn from_str(value: &str) -> Result<Self, Self::Err> {
        Self::parse(value.as_bytes()).ok_or(ParsePriorityError(()))
    }
}

/// The value of a field `priority` is no dictionary, or too long (RFC 9218 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("that is no value of the field priority")]
pub struct ParsePriorityError(());

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "u={}", self.urgency)?;
        f.write_str(if self.incremental { ", i" } else { "" })
    }
}

/// What was said of a priority, parameter by parameter: leaving one out of a request and leaving it
/// out of a response do not mean the same (RFC 9218 §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signal {
    urgency: Option<u8>,
    incremental: Option<bool>,
}

impl Signal {
    /// Reads the value of a field, or of PRIORITY_UPDATE.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let mut signal = Self::default();
        signal.read(value)?;
        Some(signal)
    }

    /// Reads the field `priority` of a message, which may stand in several lines.
    pub(crate) fn of(section: &FieldSection) -> Option<Self> {
        let mut signal = None;
        for value in section.get_all(FIELD) {
            signal.get_or_insert_with(Self::default).read(value)?;
        }
        signal
    }

    /// What the client wants that sent this request.
    pub(crate) fn of_request(request: &FieldSection) -> Self {
        Self::of(request).map(Self::complete).unwrap_or_default()
    }

    /// Takes over what a value says; of members with the same key, the last one counts.
    fn read(&mut self, value: &[u8]) -> Option<()> {
        if value.len() > MOST {
            return None;
        }
        dictionary::read(value, |key, value| match (key, value) {
            // RFC 9218 §4: what is out of range or of an unexpected type is ignored.
            (b"u", Value::Integer(urgency)) => {
                self.urgency = u8::try_from(urgency).ok().filter(|urgency| *urgency <= 7);
            }
            (b"i", Value::Boolean(incremental)) => self.incremental = Some(incremental),
            (b"u", _) => self.urgency = None,
            (b"i", _) => self.incremental = None,
            _ => {}
        })
    }

    /// RFC 9218 §7: what a client leaves out, it wants to be the default.
    #[must_use]
    pub(crate) fn complete(self) -> Self {
        self.priority().into()
    }

    /// RFC 9218 §8: what a server leaves out, it does not want to change.
    #[must_use]
    pub(crate) fn changed_by(self, later: Self) -> Self {
        Self {
            urgency: later.urgency.or(self.urgency),
            incremental: later.incremental.or(self.incremental),
        }
    }

    /// What counts, now that this was said.
    pub(crate) fn priority(self) -> Priority {
        let default = Priority::default();
        Priority {
            urgency: self.urgency.unwrap_or(default.urgency),
            incremental: self.incremental.unwrap_or(default.incremental),
        }
    }

    /// Says whether someone asked for the response in one piece. Nobody having asked for anything
    /// is not that.
    pub(crate) fn is_whole(self) -> bool {
        self.incremental == Some(false)
    }
}

impl From<Priority> for Signal {
    fn from(priority: Priority) -> Self {
        Self {
            urgency: Some(priority.urgency),
            incremental: Some(priority.incremental),
        }
    }
}
