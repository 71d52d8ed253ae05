//! The head of a message of HTTP/1.1 (RFC 9112 §2.1).

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use proto::{FieldSection, HeaderField};

use crate::limits::Limits;
use crate::status;

/// The head of a request of HTTP/1.1, as it came (RFC 9112 §3).
#[derive(Clone, PartialEq, Eq)]
pub struct RequestHead {
    method: Vec<u8>,
    target: Vec<u8>,
    minor: u8,
    fields: FieldSection,
}

/// The head of a response of HTTP/1.1 (RFC 9112 §4).
#[derive(Clone, Debug)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    pub(crate) fields: FieldSection,
}

impl fmt::Debug for RequestHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead")
            .field("method", &format_args!("{}", self.method.escape_ascii()))
            .field("target", &format_args!("{}", self.target.escape_ascii()))
            .field("version", &format_args!("1.{}", self.minor))
            .field("fields", &self.fields)
            .finish()
    }
}

impl RequestHead {
    /// Reads a head that is whole.
    ///
    /// # Errors
    ///
    /// The status to answer with.
    pub(crate) fn parse(octets: &[u8], limits: &Limits) -> Result<Self, u16> {
        let mut fields = vec![httparse::EMPTY_HEADER; limits.fields];
        let mut request = httparse::Request::new(&mut fields);
        match request.parse(octets) {
            Ok(httparse::Status::Complete(_)) => {}
            Err(httparse::Error::TooManyHeaders) => return Err(status::HEAD_TOO_LARGE),
            Err(httparse::Error::Version) => return Err(status::VERSION),
            Ok(httparse::Status::Partial) | Err(_) => return Err(status::BAD_REQUEST),
        }
        let (Some(method), Some(target), Some(minor)) =
            (request.method, request.path, request.version)
        else {
            return Err(status::BAD_REQUEST);
        };
        Ok(Self {
            method: method.as_bytes().to_vec(),
            target: target.as_bytes().to_vec(),
            minor,
            fields: section(request.headers),
        })
    }

    /// Returns the method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &[u8] {
        &self.method
    }

    /// Returns the target, as it stood in the first line.
    #[must_use]
    pub fn target(&self) -> &[u8] {
        &self.target
    }

    /// Says whether the client speaks HTTP/1.1, and not HTTP/1.0.
    #[must_use]
    pub fn is_http_1_1(&self) -> bool {
        self.minor == 1
    }

    /// Returns all fields, in order, with their names in lower case.
    #[must_use]
    pub const fn fields(&self) -> &FieldSection {
        &self.fields
    }

    /// Returns the value of the first field of that name, which is in lower case.
    #[must_use]
    pub fn field_value(&self, name: impl AsRef<[u8]>) -> Option<&[u8]> {
        self.fields.get(name.as_ref())
    }

    /// Says whether a field that is a list, such as `upgrade`, has this member, in any case.
    #[must_use]
    pub fn lists(&self, name: impl AsRef<[u8]>, member: impl AsRef<[u8]>) -> bool {
        has_member(&self.fields, name.as_ref(), member.as_ref())
    }
}

impl ResponseHead {
    /// Reads a head that is whole; `None` if it is none.
    pub(crate) fn parse(octets: &[u8], limits: &Limits) -> Option<Self> {
        let mut fields = vec![httparse::EMPTY_HEADER; limits.fields];
        let mut response = httparse::Response::new(&mut fields);
        let Ok(httparse::Status::Complete(_)) = response.parse(octets) else {
            return None;
        };
        Some(Self {
            status: response.code.filter(|code| (100..1000).contains(code))?,
            fields: section(response.headers),
        })
    }

    /// Says whether it is the answer to our wish (RFC 7540 §3.2).
    pub(crate) fn is_upgrade(&self) -> bool {
        self.status == 101
            && has_member(&self.fields, b"upgrade", b"h2c")
            && has_member(&self.fields, b"connection", b"upgrade")
    }
}

fn section(fields: &[httparse::Header<'_>]) -> FieldSection {
    let mut section = FieldSection::new();
    for field in fields {
        let name = field.name.to_ascii_lowercase();
        section.push(HeaderField::new(name.as_bytes(), field.value));
    }
    section
}

/// Says whether the list that fields of this name make together has this member.
pub(crate) fn has_member(fields: &FieldSection, name: &[u8], member: &[u8]) -> bool {
    members(fields, name).any(|its| its.eq_ignore_ascii_case(member))
}

/// The members of the list that all fields of this name make together (RFC 9110 §5.3).
pub(crate) fn members<'a>(
    fields: &'a FieldSection,
    name: &'a [u8],
) -> impl Iterator<Item = &'a [u8]> {
    let values = fields.get_all(name);
    let members = values.flat_map(|value| value.split(|&octet| octet == b','));
    members
        .map(<[u8]>::trim_ascii)
        .filter(|member| !member.is_empty())
}
