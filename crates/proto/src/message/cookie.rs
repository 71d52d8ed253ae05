//! Cookie pairs (RFC 9113 §8.2.3).

use alloc::vec::Vec;

use hpack::{HeaderField, Sensitivity};

use super::section::FieldSection;

/// The name of the field that may be split into cookie pairs.
const COOKIE: &[u8] = b"cookie";

impl FieldSection {
    /// Joins all `cookie` fields into one, which stands where the first stood.
    ///
    /// RFC 9113 §8.2.3: the cookie pairs are joined by a semicolon and a space before they leave
    /// HTTP/2.
    pub(crate) fn join_cookies(&mut self) {
        if self.get_all(COOKIE).nth(1).is_none() {
            return;
        }
        let value = self
            .get_all(COOKIE)
            .collect::<Vec<_>>()
            .join(b"; ".as_slice());
        let mut cookie_pairs = self.iter().filter(|field| field.name == COOKIE);
        // A joined cookie is as secret as the most secret of its cookie pairs.
        let is_secret =
            cookie_pairs.any(|cookie_pair| cookie_pair.sensitivity == Sensitivity::NeverIndexed);
        let joined = if is_secret {
            HeaderField::sensitive(COOKIE, &value)
        } else {
            HeaderField::new(COOKIE, &value)
        };
        let mut section = Self::with_capacity(self.octets());
        let mut joined = Some(joined);
        for field in self.iter() {
            match field.name {
                COOKIE => section.extend(joined.take()),
                _ => section.push(field),
            }
        }
        *self = section;
    }
}
