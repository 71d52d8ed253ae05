//! An answer that has only parts of a file (RFC 9110 §14.4, RFC 9110 §14.6).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hasher};
use core::ops::Range;
use std::hash::RandomState;

use blocking::proto::Response;

use super::files::Segment;

/// Says which parts of a file of `len` octets come, and cuts them.
pub(crate) fn parts(
    response: Response,
    content_type: &str,
    ranges: &[Range<u64>],
    len: u64,
) -> (Response, Vec<Segment>) {
    if let [range] = ranges {
        let response = response
            .field("content-type", content_type)
            .field("content-length", (range.end - range.start).to_string())
            .field("content-range", content_range(range, len));
        return (response, Vec::from([Segment::Octets(range.clone())]));
    }
    let boundary = boundary();
    let mut segments = Vec::with_capacity(2 * ranges.len() + 1);
    for range in ranges {
        let line = if segments.is_empty() { "" } else { "\r\n" };
        let head = alloc::format!(
            "{line}--{boundary}\r\ncontent-type: {content_type}\r\ncontent-range: {}\r\n\r\n",
            content_range(range, len)
        );
        segments.push(Segment::Text(head.into()));
        segments.push(Segment::Octets(range.clone()));
    }
    segments.push(Segment::Text(
        alloc::format!("\r\n--{boundary}--\r\n").into(),
    ));
    let octets: u64 = segments.iter().map(octets).sum();
    let response = response
        .field(
            "content-type",
            alloc::format!("multipart/byteranges; boundary={boundary}"),
        )
        .field("content-length", octets.to_string());
    (response, segments)
}

/// Says how many octets there are, where nothing of them was asked for (RFC 9110 §15.5.17).
pub(crate) fn unsatisfied(len: u64) -> String {
    alloc::format!("bytes */{len}")
}

/// The last octet is included.
fn content_range(range: &Range<u64>, len: u64) -> String {
    alloc::format!("bytes {}-{}/{len}", range.start, range.end - 1)
}

fn octets(segment: &Segment) -> u64 {
    match segment {
        Segment::Text(text) => text.len() as u64,
        Segment::Octets(range) => range.end - range.start,
    }
}

/// A line that is in no file but by a chance of one in 2^64, which nobody can help along.
fn boundary() -> String {
    let random = RandomState::new().build_hasher().finish();
    alloc::format!("tress-{random:016x}")
}
