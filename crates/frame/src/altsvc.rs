//! ALTSVC: the same origin, served elsewhere (RFC 7838 §4).

use core::fmt;

use bytes::BufMut;

use crate::text::{self, Octets, Quoted};
use crate::{Flags, FrameType, Head, StreamId};

/// An alternative service for an origin (RFC 7838 §4).
///
/// It names the origin on stream 0, and means the origin of the stream elsewhere. What breaks these
/// rules is to be ignored, and so is parsed as [`Unknown`](crate::Unknown).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AltSvc<'a> {
    /// The stream whose origin is meant, or 0.
    pub stream_id: StreamId,
    /// The origin in ASCII, at most 65,535 octets; empty unless on stream 0.
    pub origin: &'a [u8],
    /// The alternatives, as in the field `alt-svc`.
    pub field_value: &'a [u8],
    /// Flags, none of which has a meaning here.
    pub unused_flags: Flags,
}

impl<'a> AltSvc<'a> {
    /// The length of the Origin-Len field, in octets.
    const ORIGIN_LEN_LEN: usize = 2;

    /// Alternatives for an origin; `None` if it is empty or longer than 65,535 octets.
    #[must_use]
    pub fn for_origin(origin: &'a [u8], field_value: &'a [u8]) -> Option<Self> {
        let is_legal = !origin.is_empty() && u16::try_from(origin.len()).is_ok();
        is_legal.then_some(Self {
            stream_id: StreamId::CONNECTION,
            origin,
            field_value,
            unused_flags: Flags::NONE,
        })
    }

    /// Alternatives for the origin of a stream; `None` if it is stream 0.
    #[must_use]
    pub fn for_stream(stream_id: StreamId, field_value: &'a [u8]) -> Option<Self> {
        (!stream_id.is_connection()).then_some(Self {
            stream_id,
            origin: &[],
            field_value,
            unused_flags: Flags::NONE,
        })
    }

    /// The nine octets before the payload.
    #[must_use]
    pub fn head(&self) -> Head {
        let payload_len = Self::ORIGIN_LEN_LEN + self.origin.len() + self.field_value.len();
        Head::of(
            FrameType::ALTSVC,
            self.unused_flags,
            self.stream_id,
            payload_len,
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    ///
    /// # Panics
    ///
    /// Also if the origin is longer than 65,535 octets, which 16 bits cannot say.
    pub fn encode(&self, out: &mut impl BufMut) {
        let origin_len = u16::try_from(self.origin.len())
            .expect("the fields say that an origin is at most 65,535 octets long");
        self.head().encode(out);
        out.put_u16(origin_len);
        out.put_slice(self.origin);
        out.put_slice(self.field_value);
    }

    /// Reads the frame; `None` if it is one to ignore.
    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Option<Self> {
        let (origin_len, rest) = payload.split_first_chunk()?;
        let origin_len = usize::from(u16::from_be_bytes(*origin_len));
        let (origin, field_value) = rest.split_at_checked(origin_len)?;
        // RFC 7838 §4: an origin belongs on stream 0, and stream 0 needs one.
        if head.stream_id.is_connection() == origin.is_empty() {
            return None;
        }
        Some(Self {
            stream_id: head.stream_id,
            origin,
            field_value,
            unused_flags: head.flags,
        })
    }
}

/// Writes one line, such as `ALTSVC stream=1 "h3=\":443\""`.
impl fmt::Display for AltSvc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ALTSVC stream={}", self.stream_id)?;
        if !self.origin.is_empty() {
            write!(f, " origin={}", Quoted(self.origin))?;
        }
        write!(f, " {}", Quoted(self.field_value))?;
        text::rarities(f, None, self.unused_flags)
    }
}

impl fmt::Debug for AltSvc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AltSvc")
            .field("stream_id", &self.stream_id)
            .field("origin", &Octets(self.origin))
            .field("field_value", &Octets(self.field_value))
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
