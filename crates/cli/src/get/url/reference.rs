//! Where a reference in a response leads, such as that of a redirect (RFC 3986 §5.2).

use alloc::string::String;
use alloc::vec::Vec;

use super::{Url, UrlError, encode_rest};

impl Url {
    /// Resolves what a server says about where something is; a fragment is left out.
    ///
    /// # Errors
    ///
    /// It leads to what is not a URL that can be fetched.
    pub(crate) fn join(&self, reference: &str) -> Result<Self, UrlError> {
        let reference = reference
            .split_once('#')
            .map_or(reference, |(before, _)| before);
        if has_scheme(reference) {
            return Self::parse(reference);
        }
        if reference.starts_with("//") {
            return Self::parse(&alloc::format!(
                "{}:{reference}",
                self.origin.scheme.as_str()
            ));
        }
        let (own, _) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let path = match reference.bytes().next() {
            None => self.path.clone(),
            Some(b'?') => alloc::format!("{own}{reference}"),
            Some(b'/') => without_dots(reference),
            Some(_) => {
                let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
                without_dots(&alloc::format!("{folder}/{reference}"))
            }
        };
        Ok(Self {
            origin: self.origin.clone(),
            path: encode_rest(&path),
        })
    }
}

/// Says whether a reference begins with a scheme (RFC 3986 §3.1).
fn has_scheme(reference: &str) -> bool {
    let is_of_scheme = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(is_of_scheme)
    })
}

/// Takes `.` and `..` out of a path, and leaves its query alone (RFC 3986 §5.2.4).
fn without_dots(path: &str) -> String {
    let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => {
                kept.push(segment);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    alloc::format!("/{}{query}", kept.join("/"))
}
