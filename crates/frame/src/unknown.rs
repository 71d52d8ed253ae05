//! Frames whose meaning is not known here (RFC 9113 §5.5).

use core::fmt;

use bytes::BufMut;

use crate::text::Octets;
use crate::{Flags, FrameType, Head, StreamId};

/// A frame of a type that this crate does not know, whole (RFC 9113 §5.5).
///
/// Also an ALTSVC or ORIGIN frame that RFC 7838 §4 or RFC 8336 §2 says to ignore: endpoints ignore
/// unknown frames, and whoever wants to look at the octets still can.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unknown<'a> {
    /// The type.
    pub frame_type: FrameType,
    /// All the flags.
    pub flags: Flags,
    /// The stream, or 0 for the connection.
    pub stream_id: StreamId,
    /// The payload.
    pub payload: &'a [u8],
}

impl<'a> Unknown<'a> {
    /// A frame without flags.
    #[inline]
    #[must_use]
    pub const fn new(frame_type: FrameType, stream_id: StreamId, payload: &'a [u8]) -> Self {
        Self {
            frame_type,
            flags: Flags::NONE,
            stream_id,
            payload,
        }
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        Head::of(
            self.frame_type,
            self.flags,
            self.stream_id,
            self.payload.len(),
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        out.put_slice(self.payload);
    }

    #[inline]
    pub(crate) const fn parse(head: Head, payload: &'a [u8]) -> Self {
        Self {
            frame_type: head.frame_type,
            flags: head.flags,
            stream_id: head.stream_id,
            payload,
        }
    }
}

/// Writes one line, such as `UNKNOWN type=0xb7 stream=0 flags=0x00 length=9`.
impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "UNKNOWN type={} stream={} flags={} length={}",
            self.frame_type,
            self.stream_id,
            self.flags,
            self.payload.len()
        )
    }
}

impl fmt::Debug for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unknown")
            .field("frame_type", &self.frame_type)
            .field("flags", &self.flags)
            .field("stream_id", &self.stream_id)
            .field("payload", &Octets(self.payload))
            .finish()
    }
}
