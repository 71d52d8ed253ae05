//! HEADERS: the first piece of a field block (RFC 9113 §6.2).

use core::fmt;

use bytes::BufMut;

use crate::padding::{Payload, padded_len, put_pad_length, put_padding};
use crate::text::{self, Octets};
use crate::{Dependency, Error, Flags, FrameType, Head, StreamId};

/// A header or trailer section, or the first piece of it (RFC 9113 §6.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Headers<'a> {
    /// The stream, never 0.
    pub stream_id: StreamId,
    /// Whether the sender says nothing more on this stream, CONTINUATION frames aside.
    pub end_stream: bool,
    /// Whether the field block ends here; CONTINUATION frames follow otherwise.
    pub end_headers: bool,
    /// The deprecated priority; `None` without the PRIORITY flag.
    pub priority: Option<Dependency>,
    /// How many octets of padding follow; `None` without the PADDED flag.
    pub pad_length: Option<u8>,
    /// The piece of the field block, opaque here.
    pub fragment: &'a [u8],
    /// Flags without a meaning here.
    pub unused_flags: Flags,
}

impl<'a> Headers<'a> {
    pub(crate) const KNOWN_FLAGS: Flags = Flags::END_STREAM
        .union(Flags::END_HEADERS)
        .union(Flags::PADDED)
        .union(Flags::PRIORITY);

    /// A whole field block, with content or trailers to follow.
    ///
    /// If it does not fit in a frame, [`split`](Self::split) divides it.
    #[inline]
    #[must_use]
    pub const fn new(stream_id: StreamId, fragment: &'a [u8]) -> Self {
        Self {
            stream_id,
            end_stream: false,
            end_headers: true,
            priority: None,
            pad_length: None,
            fragment,
            unused_flags: Flags::NONE,
        }
    }

    /// The same, as the last of its stream.
    #[inline]
    #[must_use]
    pub const fn end_stream(mut self) -> Self {
        self.end_stream = true;
        self
    }

    /// The same with CONTINUATION frames to follow.
    #[inline]
    #[must_use]
    pub const fn to_be_continued(mut self) -> Self {
        self.end_headers = false;
        self
    }

    /// The same with padding: its length field, and `octets` zeros.
    #[inline]
    #[must_use]
    pub const fn padded(mut self, octets: u8) -> Self {
        self.pad_length = Some(octets);
        self
    }

    /// The same with the deprecated priority.
    #[inline]
    #[must_use]
    pub const fn priority(mut self, dependency: Dependency) -> Self {
        self.priority = Some(dependency);
        self
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let flags = Flags::END_STREAM
            .when(self.end_stream)
            .union(Flags::END_HEADERS.when(self.end_headers))
            .union(Flags::PADDED.when(self.pad_length.is_some()))
            .union(Flags::PRIORITY.when(self.priority.is_some()))
            .union(self.unused_flags.without(Self::KNOWN_FLAGS));
        let payload_len = self.overhead() + self.fragment.len();
        Head::of(FrameType::HEADERS, flags, self.stream_id, payload_len)
    }

    /// The part of the payload that is not the fragment, in octets.
    #[inline]
    pub(crate) fn overhead(&self) -> usize {
        padded_len(self.pad_length) + self.priority.map_or(0, |_| Dependency::LEN)
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        put_pad_length(self.pad_length, out);
        if let Some(dependency) = self.priority {
            dependency.encode(out);
        }
        out.put_slice(self.fragment);
        put_padding(self.pad_length, out);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        head.requires_stream()?;
        let mut payload = Payload::new(head, payload);
        let pad_length = payload.pad_length()?;
        let priority = if head.flags.contains(Flags::PRIORITY) {
            Some(Dependency::parse(payload.take()?))
        } else {
            None
        };
        Ok(Self {
            stream_id: head.stream_id,
            end_stream: head.flags.contains(Flags::END_STREAM),
            end_headers: head.flags.contains(Flags::END_HEADERS),
            priority,
            pad_length,
            fragment: payload.unpadded(pad_length)?,
            unused_flags: head.flags.without(Self::KNOWN_FLAGS),
        })
    }
}

/// Writes one line, such as `HEADERS stream=1 END_HEADERS END_STREAM fragment=32`.
impl fmt::Display for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HEADERS stream={}", self.stream_id)?;
        text::flag(f, self.end_headers, "END_HEADERS")?;
        text::flag(f, self.end_stream, "END_STREAM")?;
        if let Some(dependency) = self.priority {
            write!(f, " {dependency}")?;
        }
        write!(f, " fragment={}", self.fragment.len())?;
        text::rarities(f, self.pad_length, self.unused_flags)
    }
}

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Headers")
            .field("stream_id", &self.stream_id)
            .field("end_stream", &self.end_stream)
            .field("end_headers", &self.end_headers)
            .field("priority", &self.priority)
            .field("pad_length", &self.pad_length)
            .field("fragment", &Octets(self.fragment))
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
