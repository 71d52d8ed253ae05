//! Which fields have values that are not for everybody.

/// Fields whose values are nobody else's business: not a compression table's, nor a terminal's.
const SECRETS: &[&[u8]] = &[
    b"authorization",
    b"cookie",
    b"proxy-authorization",
    b"set-cookie",
];

/// Says whether the value of a field is a secret.
pub(crate) fn is_secret(name: &[u8]) -> bool {
    SECRETS.contains(&name)
}
