//! Compares frames by what they say, where the RFC lets a sender choose how to say it.

use super::Seen;
use crate::{flag, kind};

impl Seen {
    /// Says whether this frame says what `wanted` says.
    ///
    /// Padding, the deprecated priority fields, how a field is compressed and whether it must
    /// never be indexed make no difference, nor does debug data of GOAWAY of which `wanted` has
    /// none.
    #[must_use]
    pub fn means(&self, wanted: &Self) -> bool {
        (self.kind, self.stream) == (wanted.kind, wanted.stream)
            && self.relevant_flags() == wanted.relevant_flags()
            && self.same_payload(wanted)
    }

    fn relevant_flags(&self) -> u8 {
        match self.kind {
            kind::HEADERS => self.flags & !(flag::PADDED | flag::PRIORITY),
            kind::DATA | kind::PUSH_PROMISE => self.flags & !flag::PADDED,
            _ => self.flags,
        }
    }

    fn same_payload(&self, wanted: &Self) -> bool {
        match (&self.fields, &wanted.fields) {
            (Some(Ok(ours)), Some(Ok(theirs))) => {
                let mut pairs = ours.iter().zip(theirs);
                self.promised() == wanted.promised()
                    && ours.len() == theirs.len()
                    && pairs.all(|(a, b)| (&a.name, &a.value) == (&b.name, &b.value))
            }
            _ if self.kind == kind::GOAWAY && wanted.debug_data().is_empty() => {
                (self.last_stream(), self.code()) == (wanted.last_stream(), wanted.code())
            }
            _ => self.content() == wanted.content(),
        }
    }
}

/// Puts each field block that is spread over several frames into its first frame.
#[must_use]
pub fn joined(frames: Vec<Seen>) -> Vec<Seen> {
    let mut joined: Vec<Seen> = Vec::new();
    for frame in frames {
        match joined.last_mut() {
            Some(first) if is_continued(first, &frame) => {
                first.flags |= frame.flags & flag::END_HEADERS;
                first.fields = frame.fields;
            }
            _ => joined.push(frame),
        }
    }
    joined
}

fn is_continued(first: &Seen, next: &Seen) -> bool {
    matches!(first.kind, kind::HEADERS | kind::PUSH_PROMISE)
        && !first.has(flag::END_HEADERS)
        && next.kind == kind::CONTINUATION
        && next.stream == first.stream
}
