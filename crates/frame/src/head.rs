//! The nine octets before every payload (RFC 9113 §4.1).

use core::fmt;

use bytes::BufMut;

use crate::{Flags, FrameType, MAX_FRAME_SIZE_LIMIT, StreamId};

/// The nine octets that begin a frame (RFC 9113 §4.1).
///
/// Called a head, since "header" is one letter from HEADERS.
#[doc(alias("nghttp2_frame_hd"))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Head {
    /// The length of the payload in octets, at most 2^24-1.
    pub length: u32,
    /// What the payload is.
    pub frame_type: FrameType,
    /// The flags; which bits mean something depends on the type.
    pub flags: Flags,
    /// The stream, or 0 for the connection.
    pub stream_id: StreamId,
}

impl Head {
    /// The length of a head on the wire, in octets.
    pub const LEN: usize = 9;

    /// Reads a head.
    #[inline]
    #[must_use]
    pub const fn parse(octets: &[u8; Self::LEN]) -> Self {
        // Loads that overlap, instead of one for each octet.
        let [l0, l1, l2, l3, l4, ..] = *octets;
        let [.., s0, s1, s2, s3] = *octets;
        let front = u32::from_be_bytes([l0, l1, l2, l3]);
        Self {
            length: front >> 8,
            frame_type: FrameType(l3),
            flags: Flags(l4),
            stream_id: StreamId::from_wire(u32::from_be_bytes([s0, s1, s2, s3])),
        }
    }

    /// Reads a head from the front of `input`; `None` below nine octets.
    #[inline]
    #[must_use]
    pub fn parse_prefix(input: &[u8]) -> Option<Self> {
        input.first_chunk().map(Self::parse)
    }

    /// Appends the nine octets.
    ///
    /// With it alone, a payload can follow by reference.
    ///
    /// # Panics
    ///
    /// If `length` is above 2^24-1, which 24 bits cannot say, or if `out` has no space.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        assert!(
            self.length <= MAX_FRAME_SIZE_LIMIT,
            "a payload is at most 2^24-1 octets long"
        );
        let [_, l0, l1, l2] = self.length.to_be_bytes();
        let [s0, s1, s2, s3] = self.stream_id.value().to_be_bytes();
        let frame_type = self.frame_type.0;
        let flags = self.flags.0;
        out.put_slice(&[l0, l1, l2, frame_type, flags, s0, s1, s2, s3]);
    }

    /// The length of the whole frame in octets: nine and the payload.
    #[inline]
    #[must_use]
    pub const fn frame_len(&self) -> usize {
        Self::LEN + self.length as usize
    }

    /// A head for a payload of `payload_len` octets.
    #[inline]
    pub(crate) fn of(
        frame_type: FrameType,
        flags: Flags,
        stream_id: StreamId,
        payload_len: usize,
    ) -> Self {
        Self {
            // What does not fit in 32 bits does not fit in 24 either: `encode` refuses both.
            length: u32::try_from(payload_len).unwrap_or(u32::MAX),
            frame_type,
            flags,
            stream_id,
        }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} stream={} flags={} length={}",
            self.frame_type, self.stream_id, self.flags, self.length
        )
    }
}
