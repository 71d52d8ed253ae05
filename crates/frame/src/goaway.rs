//! GOAWAY: the end of a connection, and what was done before it (RFC 9113 §6.8).

use core::fmt;

use bytes::BufMut;

use crate::padding::Payload;
use crate::text::{self, Octets, Quoted};
use crate::{Error, ErrorCode, Flags, FrameType, Head, StreamId};

/// The end of a connection, now or soon, and why (RFC 9113 §6.8).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct GoAway<'a> {
    /// The last stream of the receiver on which the sender may have acted.
    pub last_stream_id: StreamId,
    /// Why the connection ends.
    pub error_code: ErrorCode,
    /// Anything, for a person's eyes only.
    pub debug_data: &'a [u8],
    /// Flags, none of which has a meaning here.
    pub unused_flags: Flags,
}

impl<'a> GoAway<'a> {
    /// The length of the fields before the debug data, in octets.
    const FIXED_LEN: usize = 8;

    /// An end without debug data.
    #[inline]
    #[must_use]
    pub const fn new(last_stream_id: StreamId, error_code: ErrorCode) -> Self {
        Self {
            last_stream_id,
            error_code,
            debug_data: &[],
            unused_flags: Flags::NONE,
        }
    }

    /// The same with debug data.
    #[inline]
    #[must_use]
    pub const fn debug_data(mut self, debug_data: &'a [u8]) -> Self {
        self.debug_data = debug_data;
        self
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let payload_len = Self::FIXED_LEN + self.debug_data.len();
        Head::of(
            FrameType::GOAWAY,
            self.unused_flags,
            StreamId::CONNECTION,
            payload_len,
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        out.put_u32(self.last_stream_id.value());
        out.put_u32(self.error_code.0);
        out.put_slice(self.debug_data);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        head.requires_connection()?;
        let mut payload = Payload::new(head, payload);
        Ok(Self {
            last_stream_id: payload.stream_id()?,
            error_code: ErrorCode(u32::from_be_bytes(payload.take()?)),
            debug_data: payload.rest(),
            unused_flags: head.flags,
        })
    }
}

/// Writes one line, such as `GOAWAY last=5 NO_ERROR "bye"`.
impl fmt::Display for GoAway<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GOAWAY last={} {}", self.last_stream_id, self.error_code)?;
        if !self.debug_data.is_empty() {
            write!(f, " {}", Quoted(self.debug_data))?;
        }
        text::rarities(f, None, self.unused_flags)
    }
}

impl fmt::Debug for GoAway<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GoAway")
            .field("last_stream_id", &self.last_stream_id)
            .field("error_code", &self.error_code)
            .field("debug_data", &Octets(self.debug_data))
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
