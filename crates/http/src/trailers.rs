//! Trailers (RFC 9113 §8.1).

use http::HeaderMap;
use proto::Trailers;

use crate::ConvertError;
use crate::fields::{self, Meaning, Message};
use crate::values::Values;

/// Makes the trailers that leave; fields that concern a connection of HTTP/1.1 are left out.
#[must_use]
pub fn trailers_from_http(map: &HeaderMap) -> Trailers {
    let fields = fields::leaving(map)
        .filter(|(meaning, _)| *meaning != Meaning::Te)
        .map(|(_, field)| field);
    Trailers::new().add_all(fields)
}

/// Makes a map of trailers that have come.
///
/// # Errors
///
/// If there are more fields than the map can hold.
pub fn trailers_into_http(trailers: &Trailers) -> Result<HeaderMap, ConvertError> {
    let fields = trailers.fields();
    let regular = fields.clone().map(|field| field.value);
    let mut values = Values::of(regular);
    fields::collect(fields, &mut values)
}
