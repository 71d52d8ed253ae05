//! What a field is, as far as its own octets show it (RFC 9113 §8.2).
//!
//! The answer fits one octet and depends on nothing else, so that HPACK keeps it beside the table
//! entry: a field that comes a thousand times by reference is read once.

use hpack::HeaderField;

use super::pseudo::{Authority, Method, Path, Scheme};
use super::{authority, content_length, pseudo, syntax, words};
use crate::violation::MessageRule;

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A field without a meaning here.
    Plain,
    Cookie,
    ContentLength,
    Host,
    Priority,
    Te,
    Protocol,
    Status,
    Method(Method),
    Scheme(Scheme),
    Authority(Authority),
    Path(Path),
    /// A field that is wrong wherever it stands.
    Broken(MessageRule),
}

/// Enters each member of a family into the table of marks.
macro_rules! mark_all {
    ($classes:ident, $member:ident in $all:expr => $class:expr) => {{
        let (all, mut place) = ($all, 0);
        while place < all.len() {
            #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
            let $member = all[place];
            let class = $class;
            $classes[class.mark() as usize] = Some(class);
            place += 1;
        }
    }};
}

impl Class {
    /// The mark of most fields.
    pub(super) const PLAIN: u8 = Self::Plain.mark();

    /// The mark of a cookie, or of a piece of one.
    pub(super) const COOKIE: u8 = Self::Cookie.mark();

    /// Reads the mark of a table entry, or else the field, and then leaves the mark.
    #[inline]
    pub(super) fn of_marked(field: HeaderField<'_>, mark: &mut u8) -> Self {
        Self::from_mark(*mark).unwrap_or_else(|| {
            let class = Self::of(field);
            *mark = class.mark();
            class
        })
    }

    /// Reads the field.
    #[inline]
    pub(super) fn of(field: HeaderField<'_>) -> Self {
        // Nearly all names and values are of a few kinds of octets.
        if words::are_name(field.name) && words::are_inner_value(field.value) {
            return meaning(field.name, field.value).unwrap_or_else(Self::Broken);
        }
        Self::of_unusual(field)
    }

    fn of_unusual(field: HeaderField<'_>) -> Self {
        let class = match field.name.strip_prefix(b":") {
            // What a path may have, any value may.
            Some(b"path") if syntax::is_absolute_path(field.value) => {
                Ok(Self::Path(Path::Absolute))
            }
            Some(name) => check_value(field.value).and_then(|()| pseudo_header(name, field.value)),
            None => regular(field.name, field.value),
        };
        class.unwrap_or_else(Self::Broken)
    }

    /// Reads a field whose name is valid and means nothing here.
    #[inline]
    pub(super) fn of_value(value: &[u8]) -> Self {
        if words::are_inner_value(value) {
            return Self::Plain;
        }
        match check_value(value) {
            Ok(()) => Self::Plain,
            Err(rule) => Self::Broken(rule),
        }
    }

    /// Reads a field whose value has no octet that a value must not have, nor white space at its ends.
    pub(super) fn of_valid_value(name: &[u8], value: &[u8]) -> Self {
        debug_assert_eq!(check_value(value), Ok(()), "a value was said to be valid");
        let class = match words::are_name(name) {
            true => meaning(name, value),
            false => check_name(name).and_then(|()| meaning(name, value)),
        };
        class.unwrap_or_else(Self::Broken)
    }

    /// The class as an octet that is not zero: a family in the upper half, a member in the lower.
    pub(super) const fn mark(self) -> u8 {
        // Most fields are: no jump for them.
        if matches!(self, Self::Plain) {
            return 1;
        }
        match self {
            Self::Plain => 1,
            Self::Cookie => 2,
            Self::ContentLength => 3,
            Self::Host => 4,
            Self::Te => 5,
            Self::Protocol => 6,
            Self::Status => 7,
            Self::Priority => 8,
            Self::Method(method) => 0x10 | method as u8,
            Self::Scheme(scheme) => 0x20 | scheme as u8,
            Self::Authority(authority) => 0x30 | authority as u8,
            Self::Path(path) => 0x40 | path as u8,
            Self::Broken(rule) => 0x80 | rule as u8,
        }
    }

    /// The class with a mark.
    #[inline]
    pub(super) fn from_mark(mark: u8) -> Option<Self> {
        match mark {
            Self::PLAIN => Some(Self::Plain),
            _ => MARKED.get(usize::from(mark)).copied().flatten(),
        }
    }

    /// Says whether the field is a pseudo-header field.
    pub(super) const fn is_pseudo(self) -> bool {
        !matches!(
            self,
            Self::Plain
                | Self::Cookie
                | Self::ContentLength
                | Self::Host
                | Self::Priority
                | Self::Te
                | Self::Broken(_)
        )
    }
}

/// Reads a pseudo-header field by the part of its name after the colon.
fn pseudo_header(name: &[u8], value: &[u8]) -> Result<Class, MessageRule> {
    match name {
        b"method" => pseudo::method(value).map(Class::Method),
        b"scheme" => pseudo::scheme(value).map(Class::Scheme),
        b"authority" => authority::kind(value).map(Class::Authority),
        b"path" => pseudo::path(value).map(Class::Path),
        b"protocol" => pseudo::check_protocol(value).map(|()| Class::Protocol),
        b"status" => pseudo::check_status(value).map(|()| Class::Status),
        // RFC 9113 §8.3: extensions would have to negotiate more of them.
        _ => Err(MessageRule::PseudoUnknown),
    }
}

/// The class with each mark: one look instead of a jump, for few fields in a row have the same.
static MARKED: [Option<Class>; 256] = {
    let mut classes = [None; 256];
    let others = [
        Class::Plain,
        Class::Cookie,
        Class::ContentLength,
        Class::Host,
        Class::Te,
        Class::Protocol,
        Class::Status,
        Class::Priority,
    ];
    mark_all!(classes, class in others => class);
    mark_all!(classes, method in Method::ALL => Class::Method(method));
    mark_all!(classes, scheme in Scheme::ALL => Class::Scheme(scheme));
    mark_all!(classes, authority in Authority::ALL => Class::Authority(authority));
    mark_all!(classes, path in Path::ALL => Class::Path(path));
    mark_all!(classes, rule in MessageRule::ALL => Class::Broken(rule));
    classes
};

fn regular(name: &[u8], value: &[u8]) -> Result<Class, MessageRule> {
    check_name(name)?;
    check_value(value)?;
    meaning(name, value)
}

/// What the name makes of a field that is well-formed.
#[inline]
fn meaning(name: &[u8], value: &[u8]) -> Result<Class, MessageRule> {
    match named(name) {
        None => Ok(Class::Plain),
        Some(Named::Cookie) => Ok(Class::Cookie),
        Some(Named::Host) => Ok(Class::Host),
        Some(Named::Priority) => Ok(Class::Priority),
        Some(Named::ContentLength) => match content_length::parse(value) {
            Some(_) => Ok(Class::ContentLength),
            None => Err(MessageRule::ContentLengthSyntax),
        },
        Some(Named::Te) if value.eq_ignore_ascii_case(b"trailers") => Ok(Class::Te),
        Some(Named::Te) => Err(MessageRule::TeValue),
        Some(Named::ConnectionSpecific) => Err(MessageRule::ConnectionSpecific),
    }
}

/// A name that means something here.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named {
    ContentLength,
    Cookie,
    Host,
    Priority,
    Te,
    /// RFC 9113 §8.2.2: what HTTP/1.1 says about a connection has no place here.
    ConnectionSpecific,
}

/// Reads the name of a regular field.
#[inline]
pub(super) const fn named(name: &[u8]) -> Option<Named> {
    Some(match name {
        b"cookie" => Named::Cookie,
        b"host" => Named::Host,
        b"priority" => Named::Priority,
        b"content-length" => Named::ContentLength,
        b"te" => Named::Te,
        b"connection" | b"keep-alive" | b"proxy-connection" | b"transfer-encoding" | b"upgrade" => {
            Named::ConnectionSpecific
        }
        _ => return None,
    })
}

fn check_name(name: &[u8]) -> Result<(), MessageRule> {
    if name.is_empty() {
        return Err(MessageRule::NameEmpty);
    }
    if syntax::all(name, syntax::NAME) {
        return Ok(());
    }
    // RFC 9113 §8.2.1: a name is visible ASCII without upper case and colons.
    // Stricter: it is a token besides, as RFC 9110 §5.1 has it; nothing else survives a gateway.
    match syntax::all(name, syntax::TOKEN) {
        true => Err(MessageRule::NameUpperCase),
        false => Err(MessageRule::NameSyntax),
    }
}

fn check_value(value: &[u8]) -> Result<(), MessageRule> {
    let ends = [value.first(), value.last()];
    // RFC 9113 §8.2.1: a gateway would cut white space at the ends, and then fields differ.
    if ends
        .into_iter()
        .flatten()
        .any(|&octet| syntax::is_whitespace(octet))
    {
        return Err(MessageRule::ValueWhitespace);
    }
    if words::are_inner_value(value) || syntax::all(value, syntax::VALUE) {
        return Ok(());
    }
    // RFC 9113 §8.2.1: with these, a value could end its line in HTTP/1.1 and begin another.
    match value.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)) {
        true => Err(MessageRule::ValueDelimiter),
        false => Err(MessageRule::ValueControl),
    }
}

#[cfg(test)]
mod tests;
