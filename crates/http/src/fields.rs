//! Fields (RFC 9113 §8.2): a `HeaderMap`, and the regular fields of a message.

use alloc::string::String;
use alloc::vec::Vec;

use http::header::{CONNECTION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use proto::bytes::Bytes;
use proto::{Fields, HeaderField, Request, Response, Sensitivity, Trailers};

use crate::ConvertError;
use crate::names;
use crate::values::Values;

/// What fields can be added to.
pub(crate) trait Message: Sized {
    fn add(self, field: HeaderField<'_>) -> Self;

    fn add_all<'a>(self, fields: impl Iterator<Item = HeaderField<'a>>) -> Self {
        fields.fold(self, Self::add)
    }
}

macro_rules! message {
    ($($message:ident),+) => {$(
        impl Message for $message {
            /// What a `HeaderValue` holds, and has no white space at its ends, is valid here. A
            /// `HeaderName` may have a sign that no token has, so that names are looked at.
            fn add(self, field: HeaderField<'_>) -> Self {
                self.valid_field(field)
            }
        }
    )+};
}
message!(Request, Response, Trailers);

/// Walks through the fields of a map that have a place in HTTP/2, in the order of the map; values
/// of one name stay in their order.
///
/// Choice: RFC 9113 §8.2.2 forbids to send what HTTP/1.1 says about its own connection; it is left
/// out here rather than refused, so that a message can be handed on as it came.
pub(crate) fn leaving(map: &HeaderMap) -> impl Iterator<Item = (Meaning, HeaderField<'_>)> {
    let named = named_by_connection(map);
    map.iter().filter_map(move |(name, value)| {
        let field = field(name, value);
        let meaning = Meaning::of(field.name)?;
        let leaves = match meaning {
            // RFC 9113 §8.2.2: the one exception. HTTP/1.1 has to name it in `connection`, too.
            Meaning::Te => field.value.eq_ignore_ascii_case(b"trailers"),
            _ => !named
                .iter()
                .any(|named| named.eq_ignore_ascii_case(field.name)),
        };
        leaves.then_some((meaning, field))
    })
}

/// What a field means for the message that it leaves in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// `te`, which responses and trailers do without (RFC 9110 §10.1.4).
    Te,
    Host,
    ContentLength,
    Date,
    Other,
}

impl Meaning {
    /// Reads the name; `None` where it has no place in HTTP/2.
    #[inline]
    const fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"te" => Self::Te,
            b"host" => Self::Host,
            b"date" => Self::Date,
            b"content-length" => Self::ContentLength,
            b"connection" | b"keep-alive" | b"proxy-connection" | b"transfer-encoding"
            | b"upgrade" => return None,
            _ => Self::Other,
        })
    }
}

/// The names that `connection` lists (RFC 9110 §7.6.1).
fn named_by_connection(map: &HeaderMap) -> Vec<&[u8]> {
    // Hardly any message has it, and to look at a handful of names costs less than to hash one.
    if map.keys().all(|name| *name != CONNECTION) {
        return Vec::new();
    }
    map.get_all(CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|&octet| octet == b','))
        .map(<[u8]>::trim_ascii)
        .collect()
}

/// RFC 9110 §5.5: white space around a value is not part of it; HTTP/2 forbids to send it.
fn field<'a>(name: &'a HeaderName, value: &'a HeaderValue) -> HeaderField<'a> {
    let octets = value.as_bytes().trim_ascii();
    if value.is_sensitive() {
        HeaderField::sensitive(name.as_str().as_bytes(), octets)
    } else {
        HeaderField::new(name.as_str().as_bytes(), octets)
    }
}

/// Collects the fields of a message, whose values get memory from one place.
pub(crate) fn collect(fields: Fields<'_>, values: &mut Values) -> Result<HeaderMap, ConvertError> {
    let full = |_| ConvertError::TooManyFields;
    let mut map = HeaderMap::try_with_capacity(fields.len()).map_err(full)?;
    let mut cookie_pairs = CookiePairs::default();
    for field in fields {
        let name = name(field.name)?;
        let octets = values.next(field.value);
        if name == COOKIE && map.contains_key(COOKIE) {
            cookie_pairs.add(&map, field);
        } else {
            let value = value(&name, octets, field.sensitivity)?;
            map.try_append(name, value).map_err(full)?;
        }
    }
    cookie_pairs.join(&mut map)?;
    Ok(map)
}

fn name(octets: &[u8]) -> Result<HeaderName, ConvertError> {
    if let Some(name) = names::known(octets) {
        return Ok(name);
    }
    HeaderName::from_lowercase(octets).map_err(|source| ConvertError::FieldName {
        name: String::from_utf8_lossy(octets).into_owned(),
        source,
    })
}

fn value(
    name: &HeaderName,
    octets: Bytes,
    sensitivity: Sensitivity,
) -> Result<HeaderValue, ConvertError> {
    let mut value =
        HeaderValue::from_maybe_shared(octets).map_err(|source| ConvertError::FieldValue {
            name: name.clone(),
            source,
        })?;
    value.set_sensitive(sensitivity == Sensitivity::NeverIndexed);
    Ok(value)
}

/// The pieces of a cookie: they are joined before they leave HTTP/2 (RFC 9113 §8.2.3).
#[derive(Default)]
struct CookiePairs {
    joined: Vec<u8>,
    /// A joined cookie is as secret as the most secret of its pieces.
    is_secret: bool,
}

impl CookiePairs {
    /// Adds a piece; the first is in the map already.
    fn add(&mut self, map: &HeaderMap, cookie_pair: HeaderField<'_>) {
        if let (true, Some(first)) = (self.joined.is_empty(), map.get(COOKIE)) {
            self.joined.extend_from_slice(first.as_bytes());
            self.is_secret = first.is_sensitive();
        }
        self.joined.extend_from_slice(b"; ");
        self.joined.extend_from_slice(cookie_pair.value);
        self.is_secret |= cookie_pair.sensitivity == Sensitivity::NeverIndexed;
    }

    /// Puts the whole cookie where the first piece stands.
    fn join(self, map: &mut HeaderMap) -> Result<(), ConvertError> {
        if self.joined.is_empty() {
            return Ok(());
        }
        let sensitivity = match self.is_secret {
            true => Sensitivity::NeverIndexed,
            false => Sensitivity::Normal,
        };
        map.insert(COOKIE, value(&COOKIE, self.joined.into(), sensitivity)?);
        Ok(())
    }
}
