//! From the path of a URL to a path under the served folder, and never to one that points outside.
//!
//! The path is percent-decoded first and judged second, so that no way of writing a forbidden
//! path is overlooked. Where links lead is for `root` to see.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// A path of a URL, decoded, and certain to point down from where it starts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UrlPath {
    segments: Vec<OsString>,
    /// Whether it ends with a slash, as the path of a folder does.
    pub(crate) is_folder: bool,
}

impl UrlPath {
    /// Decodes a path, which starts with a slash and has no query.
    ///
    /// `None` if it could lead elsewhere: `..`, a NUL, what is a separator or a prefix to the
    /// system, or a percent sign without two hexadecimal digits.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let decoded = percent_decode(path.strip_prefix('/')?)?;
        if decoded.contains(&0) {
            return None;
        }
        let mut segments = Vec::new();
        for octets in decoded.split(|octet| *octet == b'/') {
            if !octets.is_empty() && octets != b"." {
                let segment = os_string(octets)?;
                if !is_plain(&segment) {
                    return None;
                }
                segments.push(segment);
            }
        }
        let is_folder = matches!(decoded.last(), None | Some(b'/'));
        Some(Self {
            segments,
            is_folder,
        })
    }

    /// The same path as a folder's, encoded again. Starts with exactly one slash, so that it cannot
    /// be taken for another host.
    pub(crate) fn as_folder(&self) -> String {
        let mut path = String::from("/");
        for segment in &self.segments {
            path.push_str(&percent_encode(segment.as_encoded_bytes()));
            path.push('/');
        }
        path
    }

    /// The path from the served folder on.
    pub(crate) fn relative(&self) -> PathBuf {
        self.segments.iter().collect()
    }
}

/// Says whether the system takes the segment for a plain name.
fn is_plain(segment: &OsString) -> bool {
    let mut components = Path::new(segment).components();
    let is_normal = matches!(components.next(), Some(Component::Normal(name)) if name == segment);
    is_normal && components.next().is_none()
}

/// Undoes percent-encoding; `None` if a percent sign stands alone (RFC 3986 §2.1).
pub(crate) fn percent_decode(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut octets = text.bytes();
    while let Some(octet) = octets.next() {
        decoded.push(if octet == b'%' {
            hex_digit(octets.next()?)? << 4 | hex_digit(octets.next()?)?
        } else {
            octet
        });
    }
    Some(decoded)
}

/// Percent-encodes all but what is never reserved (RFC 3986 §2.3).
pub(crate) fn percent_encode(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    for octet in octets {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(octet) {
            text.push(char::from(*octet));
        } else {
            text.push_str(&alloc::format!("%{octet:02X}"));
        }
    }
    text
}

fn hex_digit(octet: u8) -> Option<u8> {
    let digit = char::from(octet).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems cannot name everything"
)]
fn os_string(octets: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(octets.to_vec()))
}

#[cfg(not(unix))]
fn os_string(octets: &[u8]) -> Option<OsString> {
    core::str::from_utf8(octets).ok().map(OsString::from)
}

/// The path decoded, for people to read.
impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            write!(f, "/{}", segment.to_string_lossy())?;
        }
        f.write_str(if self.is_folder { "/" } else { "" })
    }
}

#[cfg(test)]
mod tests;
