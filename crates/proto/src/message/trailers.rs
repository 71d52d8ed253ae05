//! What is said after the content (RFC 9113 §8.1).

use super::accessors::regular_fields;
use super::section::FieldSection;

/// The fields that end a message (RFC 9113 §8.1).
///
/// They are not to be merged into the header section (RFC 9110 §6.5.1).
///
/// ```
/// use tress_proto::Trailers;
///
/// let trailers = Trailers::new().field("grpc-status", "0");
/// assert_eq!(trailers.field_value("grpc-status"), Some(&b"0"[..]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trailers {
    section: FieldSection,
}

impl Trailers {
    /// Makes trailers without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            section: FieldSection::new(),
        }
    }
}

regular_fields!(Trailers);
