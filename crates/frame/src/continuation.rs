//! CONTINUATION: a further piece of a field block (RFC 9113 §6.10).

use core::fmt;

use bytes::BufMut;

use crate::text::{self, Octets};
use crate::{Error, Flags, FrameType, Head, StreamId};

/// A further piece of a field block (RFC 9113 §6.10).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Continuation<'a> {
    /// The stream of the HEADERS or PUSH_PROMISE that it continues, never 0.
    pub stream_id: StreamId,
    /// Whether the field block ends here.
    pub end_headers: bool,
    /// The piece of the field block, opaque here.
    pub fragment: &'a [u8],
    /// Flags without a meaning here.
    pub unused_flags: Flags,
}

impl<'a> Continuation<'a> {
    /// The last piece of a field block.
    #[inline]
    #[must_use]
    pub const fn new(stream_id: StreamId, fragment: &'a [u8]) -> Self {
        Self {
            stream_id,
            end_headers: true,
            fragment,
            unused_flags: Flags::NONE,
        }
    }

    /// The same with more CONTINUATION frames to follow.
    #[inline]
    #[must_use]
    pub const fn to_be_continued(mut self) -> Self {
        self.end_headers = false;
        self
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let flags = Flags::END_HEADERS
            .when(self.end_headers)
            .union(self.unused_flags.without(Flags::END_HEADERS));
        Head::of(
            FrameType::CONTINUATION,
            flags,
            self.stream_id,
            self.fragment.len(),
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        out.put_slice(self.fragment);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        head.requires_stream()?;
        Ok(Self {
            stream_id: head.stream_id,
            end_headers: head.flags.contains(Flags::END_HEADERS),
            fragment: payload,
            unused_flags: head.flags.without(Flags::END_HEADERS),
        })
    }
}

/// Writes one line, such as `CONTINUATION stream=1 END_HEADERS fragment=9`.
impl fmt::Display for Continuation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CONTINUATION stream={}", self.stream_id)?;
        text::flag(f, self.end_headers, "END_HEADERS")?;
        write!(f, " fragment={}", self.fragment.len())?;
        text::rarities(f, None, self.unused_flags)
    }
}

impl fmt::Debug for Continuation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Continuation")
            .field("stream_id", &self.stream_id)
            .field("end_headers", &self.end_headers)
            .field("fragment", &Octets(self.fragment))
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
