//! DATA: the content of a message (RFC 9113 §6.1).

use core::fmt;

use bytes::BufMut;

use crate::padding::{Payload, padded_len, put_pad_length, put_padding};
use crate::text::{self, Octets};
use crate::{Error, Flags, FrameType, Head, StreamId};

/// The content of a message, or part of it (RFC 9113 §6.1).
///
/// ```
/// use tress_frame::{Data, StreamId};
///
/// let id = StreamId::new(1).expect("1 fits in 31 bits");
/// let mut out = Vec::new();
/// Data::new(id, b"hello").end_stream().encode(&mut out);
/// assert_eq!(out, b"\x00\x00\x05\x00\x01\x00\x00\x00\x01hello");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Data<'a> {
    /// The stream, never 0.
    pub stream_id: StreamId,
    /// Whether the sender says nothing more on this stream.
    pub end_stream: bool,
    /// How many octets of padding follow; `None` without the PADDED flag.
    pub pad_length: Option<u8>,
    /// The content.
    pub data: &'a [u8],
    /// Flags without a meaning here.
    pub unused_flags: Flags,
}

impl<'a> Data<'a> {
    pub(crate) const KNOWN_FLAGS: Flags = Flags::END_STREAM.union(Flags::PADDED);

    /// Unpadded content, with more to follow.
    #[inline]
    #[must_use]
    pub const fn new(stream_id: StreamId, data: &'a [u8]) -> Self {
        Self {
            stream_id,
            end_stream: false,
            pad_length: None,
            data,
            unused_flags: Flags::NONE,
        }
    }

    /// The same, as the last frame of its stream.
    #[inline]
    #[must_use]
    pub const fn end_stream(mut self) -> Self {
        self.end_stream = true;
        self
    }

    /// The same with padding: its length field, and `octets` zeros.
    #[inline]
    #[must_use]
    pub const fn padded(mut self, octets: u8) -> Self {
        self.pad_length = Some(octets);
        self
    }

    /// What the frame takes from the flow-control windows, in octets (RFC 9113 §6.1).
    ///
    /// That is the whole payload: the data, the padding and its length field.
    #[inline]
    #[must_use]
    pub fn flow_len(&self) -> u32 {
        self.head().length
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let flags = Flags::END_STREAM
            .when(self.end_stream)
            .union(Flags::PADDED.when(self.pad_length.is_some()))
            .union(self.unused_flags.without(Self::KNOWN_FLAGS));
        let payload_len = padded_len(self.pad_length) + self.data.len();
        Head::of(FrameType::DATA, flags, self.stream_id, payload_len)
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        put_pad_length(self.pad_length, out);
        out.put_slice(self.data);
        put_padding(self.pad_length, out);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        head.requires_stream()?;
        let mut payload = Payload::new(head, payload);
        let pad_length = payload.pad_length()?;
        Ok(Self {
            stream_id: head.stream_id,
            end_stream: head.flags.contains(Flags::END_STREAM),
            pad_length,
            data: payload.unpadded(pad_length)?,
            unused_flags: head.flags.without(Self::KNOWN_FLAGS),
        })
    }
}

/// Writes one line, such as `DATA stream=1 END_STREAM length=5`.
impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DATA stream={}", self.stream_id)?;
        text::flag(f, self.end_stream, "END_STREAM")?;
        write!(f, " length={}", self.data.len())?;
        text::rarities(f, self.pad_length, self.unused_flags)
    }
}

impl fmt::Debug for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data")
            .field("stream_id", &self.stream_id)
            .field("end_stream", &self.end_stream)
            .field("pad_length", &self.pad_length)
            .field("data", &Octets(self.data))
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
