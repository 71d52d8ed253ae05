//! RST_STREAM: the end of a stream at once (RFC 9113 §6.4).

use core::fmt;

use bytes::BufMut;

use crate::{Error, ErrorCode, ErrorKind, Flags, FrameType, Head, StreamId, text};

/// The end of a stream at once, and why (RFC 9113 §6.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RstStream {
    /// The stream, never 0.
    pub stream_id: StreamId,
    /// Why it ends.
    pub error_code: ErrorCode,
    /// Flags, none of which has a meaning here.
    pub unused_flags: Flags,
}

impl RstStream {
    const LEN: usize = 4;

    /// The end of `stream_id`, because of `error_code`.
    #[inline]
    #[must_use]
    pub const fn new(stream_id: StreamId, error_code: ErrorCode) -> Self {
        Self {
            stream_id,
            error_code,
            unused_flags: Flags::NONE,
        }
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        Head::of(
            FrameType::RST_STREAM,
            self.unused_flags,
            self.stream_id,
            Self::LEN,
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        out.put_u32(self.error_code.0);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &[u8]) -> Result<Self, Error> {
        head.requires_stream()?;
        // RFC 9113 §6.4: any other length ends the connection.
        let Ok(octets) = payload.try_into() else {
            return Err(Error::new(head, ErrorKind::RstStreamLength));
        };
        Ok(Self {
            stream_id: head.stream_id,
            error_code: ErrorCode(u32::from_be_bytes(octets)),
            unused_flags: head.flags,
        })
    }
}

/// Writes one line, such as `RST_STREAM stream=1 CANCEL`.
impl fmt::Display for RstStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RST_STREAM stream={} {}",
            self.stream_id, self.error_code
        )?;
        text::rarities(f, None, self.unused_flags)
    }
}
