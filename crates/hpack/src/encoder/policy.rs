//! What may enter the dynamic table (RFC 7541 §7.1).

use crate::{HeaderField, table};

/// Says what an encoder may do with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 7541 has three forms of literals"
)]
pub enum Indexing {
    /// Refer to an entry, or make one (RFC 7541 §6.2.1).
    Index,
    /// Refer to an entry of the static table at most, and make none (RFC 7541 §6.2.2).
    DoNotIndex,
    /// Write a literal, here and on every further hop (RFC 7541 §6.2.3).
    NeverIndex,
}

/// A cookie below these octets has too few possible values to be compressed safely.
const SHORT_COOKIE: usize = 20;

/// Decides as most encoders on the web do.
///
/// Never indexed are `authorization`, `proxy-authorization` and cookies below 20 octets: an
/// attacker could guess them by the size of blocks (RFC 7541 §7.1). Not indexed are fields that
/// seldom come twice: `:path`, `age`, `content-length`, `etag`, `if-modified-since`,
/// `if-none-match`, `location` and `set-cookie`. All others are indexed.
pub fn default_policy(field: &HeaderField<'_>) -> Indexing {
    by_static_name(
        field,
        table::find_name(table::hash_name(field.name), field.name),
    )
}

/// Decides by the first entry of the static table that has the field's name.
#[inline]
pub(super) fn by_static_name(field: &HeaderField<'_>, index: Option<u8>) -> Indexing {
    match index {
        Some(index::AUTHORIZATION | index::PROXY_AUTHORIZATION) => Indexing::NeverIndex,
        Some(index::COOKIE) if field.value.len() < SHORT_COOKIE => Indexing::NeverIndex,
        Some(
            index::PATH
            | index::AGE
            | index::CONTENT_LENGTH
            | index::ETAG
            | index::IF_MODIFIED_SINCE
            | index::IF_NONE_MATCH
            | index::LOCATION
            | index::SET_COOKIE,
        ) => Indexing::DoNotIndex,
        _ => Indexing::Index,
    }
}

/// The first entry with each of these names (RFC 7541 §A).
mod index {
    pub(super) const PATH: u8 = 4;
    pub(super) const AGE: u8 = 21;
    pub(super) const AUTHORIZATION: u8 = 23;
    pub(super) const CONTENT_LENGTH: u8 = 28;
    pub(super) const COOKIE: u8 = 32;
    pub(super) const ETAG: u8 = 34;
    pub(super) const IF_MODIFIED_SINCE: u8 = 40;
    pub(super) const IF_NONE_MATCH: u8 = 41;
    pub(super) const LOCATION: u8 = 46;
    pub(super) const PROXY_AUTHORIZATION: u8 = 49;
    pub(super) const SET_COOKIE: u8 = 55;
}
