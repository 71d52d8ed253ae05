//! Which fields have values that are not for everybody.

/// Fields whose values are nobody else's business: not a log's, nor a terminal's.
const SECRETS: &[&[u8]] = &[
    b"authorization",
    b"cookie",
    b"proxy-authorization",
    b"set-cookie",
];

/// Says whether the value of a field of this name is a secret: that of `authorization`, `cookie`,
/// `proxy-authorization` and `set-cookie`.
#[must_use]
pub fn is_secret(name: &[u8]) -> bool {
    may_be_secret(name.len()) && SECRETS.contains(&name)
}

/// The same of a name of so many octets: most are not as long as any of these.
#[inline]
pub(crate) const fn may_be_secret(octets: usize) -> bool {
    matches!(octets, 6 | 10 | 13 | 19)
}

/// What becomes of the values of secret fields: those that [`is_secret`] names, and those that are
/// never indexed (RFC 7541 §7.1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a secret is told or it is not")]
pub enum Secrets {
    /// Only their lengths are written.
    #[default]
    Hidden,
    /// They are written like any other.
    Shown,
}
