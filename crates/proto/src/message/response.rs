//! What a server answers (RFC 9113 §8.3.2).

use alloc::string::ToString;

use hpack::HeaderField;

use super::accessors::regular_fields;
use super::class::Class;
use super::pseudo;
use super::section::FieldSection;

/// Space for a handful of fields beyond the status, in octets. A section that a request leaves has as
/// much, so that its memory is used again.
const CAPACITY: usize = 320;

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
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    section: FieldSection,
}

impl Response {
    /// Makes a response with a status of three digits.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self::within(FieldSection::with_capacity(CAPACITY), status)
    }

    /// Makes a response in the memory of a section.
    pub(super) fn within(mut section: FieldSection, status: u16) -> Self {
        section.clear();
        let digit = |unit: u16| b'0' + u8::try_from(status / unit % 10).unwrap_or(0);
        match status {
            100..=999 => {
                let digits = [digit(100), digit(10), digit(1)];
                let field = HeaderField::new(b":status", &digits);
                let class = match status {
                    101 => Class::of(field),
                    _ => Class::Status,
                };
                section.push_judged(field, class);
            }
            // It is refused when it is sent.
            _ => section.push(HeaderField::new(b":status", status.to_string().as_bytes())),
        }
        Self { section }
    }

    /// Adds the length of the content (RFC 9110 §8.6).
    ///
    /// ```
    /// use tress_proto::Response;
    ///
    /// let response = Response::new(200).with_content_length(1024);
    /// assert_eq!(response.field_value("content-length"), Some(&b"1024"[..]));
    /// ```
    #[must_use]
    pub fn with_content_length(mut self, octets: u64) -> Self {
        self.say_content_length(octets);
        self
    }

    /// Adds the length of the content.
    pub(crate) fn say_content_length(&mut self, octets: u64) {
        let mut digits = [0; 20];
        let value = decimal(octets, &mut digits);
        let field = HeaderField::new(b"content-length", value);
        self.section.push_judged(field, Class::ContentLength);
    }

    /// Takes `content-length` out.
    pub(crate) fn drop_content_length(&mut self) {
        let mut section = FieldSection::with_capacity(CAPACITY);
        let others = self
            .section
            .iter()
            .filter(|field| field.name != b"content-length");
        section.extend(others);
        self.section = section;
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
        self.section.content_length()
    }
}

/// Writes a number; returns its digits.
fn decimal(number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let (mut left, mut start) = (number, digits.len());
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        start -= 1;
        if left == 0 {
            break;
        }
    }
    digits.get(start..).unwrap_or_default()
}

impl Clone for Response {
    /// Makes a copy with as much space as a new response has, so that more fields fit and its memory is
    /// used again.
    fn clone(&self) -> Self {
        Self {
            section: self.section.clone_with_capacity(CAPACITY),
        }
    }

    fn clone_from(&mut self, source: &Self) {
        self.section.clone_from(&source.section);
    }
}

regular_fields!(Response);
