//! Fields (RFC 9113 §8.2): a `HeaderMap`, and the regular fields of a message.

use http::header::{HeaderMap, HeaderName, HeaderValue, TE};
use proto::{Fields, HeaderField, Request, Response, Sensitivity, SharedSection, Trailers};

use super::Unsayable;
use crate::user_error::UserError;

/// What fields can be added to.
pub(super) trait Message: Sized {
    /// Adds a field, as `name` and `value` of `http` make sure that it is one.
    fn with(self, field: HeaderField<'_>) -> Self;

    /// Adds all fields of a map.
    fn with_all(self, map: &HeaderMap) -> Result<Self, UserError> {
        let mut message = self;
        for (name, value) in map {
            let name = name.as_str();
            if is_forbidden(name, map) {
                return Err(UserError::MalformedHeaders);
            }
            // RFC 9113 §8.2.1: white space around a value is not sent.
            let octets = value.as_bytes().trim_ascii();
            message = message.with(match value.is_sensitive() {
                true => HeaderField::sensitive(name.as_bytes(), octets),
                false => HeaderField::new(name.as_bytes(), octets),
            });
        }
        Ok(message)
    }
}

macro_rules! message {
    ($($message:ident),+) => {$(
        impl Message for $message {
            fn with(self, field: HeaderField<'_>) -> Self {
                self.valid_field(field)
            }
        }
    )+};
}
message!(Request, Response, Trailers);

/// RFC 9113 §8.2.2: what concerns a connection of HTTP/1.1 is not sent.
fn is_forbidden(name: &str, map: &HeaderMap) -> bool {
    match name {
        "te" => map.get(TE).is_some_and(|te| te != "trailers"),
        "connection" | "transfer-encoding" | "upgrade" | "keep-alive" | "proxy-connection" => true,
        _ => false,
    }
}

/// Collects the fields of a message, each as it came.
pub(super) fn collect(section: &SharedSection) -> Result<HeaderMap, Unsayable> {
    let mut fields = section.iter();
    let first = fields.find(|field| !is_control(field));
    collect_rest(section, first, fields)
}

/// The same where the first of them, if there is any, was looked at.
pub(super) fn collect_rest(
    section: &SharedSection,
    first: Option<HeaderField<'_>>,
    rest: Fields<'_>,
) -> Result<HeaderMap, Unsayable> {
    let Some(first) = first else {
        return Ok(HeaderMap::new());
    };
    let mut map = HeaderMap::try_with_capacity(1 + rest.len()).map_err(|_| Unsayable)?;
    for field in core::iter::once(first).chain(rest) {
        let name = HeaderName::from_lowercase(field.name).map_err(|_| Unsayable)?;
        let value = HeaderValue::from_maybe_shared(section.keep(field.value));
        let mut value = value.map_err(|_| Unsayable)?;
        value.set_sensitive(field.sensitivity == Sensitivity::NeverIndexed);
        map.try_append(name, value).map_err(|_| Unsayable)?;
    }
    Ok(map)
}

/// Says whether a field is control data, which stands before all others (RFC 9113 §8.3).
pub(super) fn is_control(field: &HeaderField<'_>) -> bool {
    field.name.starts_with(b":")
}

/// Trailers that leave.
pub(crate) fn trailers_out(map: &HeaderMap) -> Result<Trailers, UserError> {
    Trailers::new().with_all(map)
}

/// Trailers that have come.
pub(crate) fn trailers_in(trailers: Trailers) -> Result<HeaderMap, Unsayable> {
    collect(&trailers.into_shared())
}
