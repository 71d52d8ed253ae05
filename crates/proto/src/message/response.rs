//! What a server answers (RFC 9113 §8.3.2).

use alloc::string::ToString;

use hpack::HeaderField;

use super::accessors::regular_fields;
use super::section::FieldSection;
use super::{content_length, pseudo};

/// Room for a handful of fields beyond the status, in octets. A section that a request leaves has as
/// much, so that its memory is used again.
const ROOM: usize = 320;

/// The head of a response: the status and fields (RFC 9113 §8.3.2).
///
/// Whether it is well-formed is checked when it is sent.
///
/// ```
/// use tress_proto::Response;
///
/// let response = Response::new(200).field("content-type", "text/plain");
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.field_value("content-type"), Some(&b"text/plain"[..]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    section: FieldSection,
}

impl Response {
    /// Makes a response with a status of three digits.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self::within(FieldSection::with_capacity(ROOM), status)
    }

    /// Makes a response in the memory of a section.
    pub(super) fn within(mut section: FieldSection, status: u16) -> Self {
        section.clear();
        let digit = |unit: u16| b'0' + u8::try_from(status / unit % 10).unwrap_or(0);
        match status {
            100..=999 => {
                let digits = [digit(100), digit(10), digit(1)];
                section.push(HeaderField::new(b":status", &digits));
            }
            // It is refused when it is sent.
            _ => section.push(HeaderField::new(b":status", status.to_string().as_bytes())),
        }
        Self { section }
    }

    /// Returns the status; 0 if the response was made with one that does not have three digits.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.section
            .get(b":status")
            .and_then(pseudo::parse_status)
            .unwrap_or(0)
    }

    /// Says whether the final response is yet to come (RFC 9110 §15.2).
    #[must_use]
    pub fn is_informational(&self) -> bool {
        (100..200).contains(&self.status())
    }

    /// Returns the number of octets that the field `content-length` promises.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        content_length::of(&self.section)
    }
}

regular_fields!(Response);
