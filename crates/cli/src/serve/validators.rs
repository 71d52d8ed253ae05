//! What tells whether a file has changed, and what a request makes depend on it
//! (RFC 9110 §8.8, RFC 9110 §13).

use alloc::string::String;
use core::time::Duration;
use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

use blocking::proto::{Request, Response};
use httpdate::HttpDate;

use super::date;

/// How old the last change of a file must be, so that another one would show: some file systems keep
/// time by two seconds (RFC 9110 §8.8.1).
const SETTLED: Duration = Duration::from_secs(2);

/// What changes whenever the content does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// The octets of the content.
    pub(crate) len: u64,
    modified: SystemTime,
    /// The file's number, its device's, and when either its content or its metadata was changed, which
    /// nobody can set.
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
}

/// The entity tag and the date of a file.
#[derive(Clone, Debug)]
pub(crate) struct Validators {
    tag: String,
    modified: Option<HttpDate>,
    is_strong: bool,
}

/// What the preconditions of a request come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The request is to be answered.
    Holds,
    /// The client has it already (RFC 9110 §15.4.5).
    NotModified,
    /// It is not the file that the client means (RFC 9110 §15.5.13).
    Failed,
}

impl Fingerprint {
    /// Takes it of an open file.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: metadata.modified().unwrap_or(UNIX_EPOCH),
            #[cfg(unix)]
            inode: {
                use std::os::unix::fs::MetadataExt;
                let (device, number) = (metadata.dev(), metadata.ino());
                (device, number, metadata.ctime(), metadata.ctime_nsec())
            },
        }
    }

    /// Says whether a change from now on would show.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        let settled = |changed| now.duration_since(changed).is_ok_and(|age| age >= SETTLED);
        settled(self.changed())
    }

    #[cfg(unix)]
    fn changed(&self) -> SystemTime {
        let (_, _, seconds, nanoseconds) = self.inode;
        let part = |number: i64| u64::try_from(number).unwrap_or_default();
        UNIX_EPOCH + Duration::from_secs(part(seconds)) + Duration::from_nanos(part(nanoseconds))
    }

    #[cfg(not(unix))]
    fn changed(&self) -> SystemTime {
        self.modified
    }
}

impl Validators {
    /// Makes them, at a time.
    pub(crate) fn of(fingerprint: &Fingerprint, now: SystemTime) -> Self {
        let nanoseconds = |time: SystemTime| {
            let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            since.as_nanos()
        };
        let (modified, changed) = (fingerprint.modified, fingerprint.changed());
        let (len, written) = (fingerprint.len, nanoseconds(modified));
        let ctime = nanoseconds(changed) & 0xffff_ffff;
        let is_strong = fingerprint.is_settled(now);
        let weak = if is_strong { "" } else { "W/" };
        Self {
            tag: alloc::format!("{weak}\"{written:x}-{ctime:x}-{len:x}\""),
            // RFC 9110 §8.8.2.1: no later than the answer's own date.
            modified: date::of(modified.min(now)),
            is_strong,
        }
    }

    /// Says them in a response.
    pub(crate) fn say(&self, response: Response) -> Response {
        let response = response.field("etag", &self.tag);
        match self.modified {
            Some(modified) => response.field("last-modified", alloc::format!("{modified}")),
            None => response,
        }
    }

    /// Judges the preconditions of a GET or HEAD in their order (RFC 9110 §13.2.2).
    pub(crate) fn condition(&self, request: &Request) -> Condition {
        let date = |name| request.field_value(name).and_then(date::parse);
        if request.field_value("if-match").is_some() {
            if !self.is_listed(request, "if-match", Self::matches_strongly) {
                return Condition::Failed;
            }
        } else if let Some(limit) = date("if-unmodified-since") {
            if self.modified.is_some_and(|modified| modified > limit) {
                return Condition::Failed;
            }
        }
        let has_it = if request.field_value("if-none-match").is_some() {
            self.is_listed(request, "if-none-match", Self::matches_weakly)
        } else {
            let since = date("if-modified-since").zip(self.modified);
            since.is_some_and(|(since, modified)| modified <= since)
        };
        if has_it {
            Condition::NotModified
        } else {
            Condition::Holds
        }
    }

    /// Says whether the field `range` counts: only for the file that the client has a part of
    /// (RFC 9110 §13.1.5).
    pub(crate) fn has_part(&self, request: &Request) -> bool {
        let Some(value) = request.field_value("if-range") else {
            return true;
        };
        match date::parse(value) {
            Some(date) => self.is_strong && self.modified == Some(date),
            None => self.matches_strongly(value.trim_ascii()),
        }
    }

    /// Says whether a list of entity tags has ours, or is a star.
    fn is_listed(&self, request: &Request, name: &str, matches: fn(&Self, &[u8]) -> bool) -> bool {
        let lines = request
            .fields()
            .filter(|field| field.name == name.as_bytes());
        lines.into_iter().any(|line| {
            line.value.trim_ascii() == b"*" || tags(line.value).any(|tag| matches(self, tag))
        })
    }

    /// RFC 9110 §8.8.3.2: the same, and both are strong.
    fn matches_strongly(&self, tag: &[u8]) -> bool {
        self.is_strong && self.tag.as_bytes() == tag
    }

    /// RFC 9110 §8.8.3.2: the same, whether strong or weak.
    fn matches_weakly(&self, tag: &[u8]) -> bool {
        opaque(self.tag.as_bytes()) == opaque(tag)
    }
}

/// The tag without the mark of a weak one.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// The entity tags of a list, up to what is none; a comma may stand inside of one.
fn tags(mut list: &[u8]) -> impl Iterator<Item = &[u8]> {
    core::iter::from_fn(move || {
        while let [b' ' | b'\t' | b',', rest @ ..] = list {
            list = rest;
        }
        let quoted = opaque(list).strip_prefix(b"\"")?;
        let inner = quoted.iter().position(|&octet| octet == b'"')?;
        let len = list.len() - quoted.len() + inner + 1;
        let (tag, rest) = list.split_at_checked(len)?;
        list = rest;
        Some(tag)
    })
}

#[cfg(test)]
mod tests;
