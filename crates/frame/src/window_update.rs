//! WINDOW_UPDATE: credit for flow control (RFC 9113 §6.9).

use core::fmt;
use core::num::NonZeroU32;

use bytes::BufMut;

use crate::{Error, ErrorKind, Flags, FrameType, Head, StreamId, text};

/// Credit for a stream, or for the connection on stream 0 (RFC 9113 §6.9).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct WindowUpdate {
    /// The stream, or 0 for the connection.
    pub stream_id: StreamId,
    /// How many octets more the receiver may send.
    pub increment: Increment,
    /// Flags, none of which has a meaning here.
    pub unused_flags: Flags,
}

/// How much a window grows, in octets: from 1 to 2^31-1 (RFC 9113 §6.9).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Increment(NonZeroU32);

impl WindowUpdate {
    const LEN: usize = 4;

    /// Credit of `increment` octets.
    #[inline]
    #[must_use]
    pub const fn new(stream_id: StreamId, increment: Increment) -> Self {
        Self {
            stream_id,
            increment,
            unused_flags: Flags::NONE,
        }
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        Head::of(
            FrameType::WINDOW_UPDATE,
            self.unused_flags,
            self.stream_id,
            Self::LEN,
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        out.put_u32(self.increment.value());
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &[u8]) -> Result<Self, Error> {
        // RFC 9113 §6.9: any other length ends the connection.
        let Ok(octets) = payload.try_into() else {
            return Err(Error::new(head, ErrorKind::WindowUpdateLength));
        };
        // RFC 9113 §6.9: the highest bit is reserved, and an increment of 0 is an error.
        let Some(increment) = Increment::new(u32::from_be_bytes(octets) & 0x7fff_ffff) else {
            return Err(Error::new(head, ErrorKind::IncrementZero));
        };
        Ok(Self {
            stream_id: head.stream_id,
            increment,
            unused_flags: head.flags,
        })
    }
}

impl Increment {
    /// The largest increment, 2^31-1.
    pub const MAX: Self = Self(NonZeroU32::MIN.saturating_add(0x7fff_fffe));

    /// An increment of the given size; `None` for 0 and above 2^31-1.
    #[inline]
    #[must_use]
    pub const fn new(octets: u32) -> Option<Self> {
        match NonZeroU32::new(octets) {
            Some(octets) if octets.get() <= Self::MAX.0.get() => Some(Self(octets)),
            _ => None,
        }
    }

    /// The increment as a number of octets.
    #[inline]
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0.get()
    }
}

impl From<Increment> for u32 {
    fn from(increment: Increment) -> Self {
        increment.value()
    }
}

impl fmt::Display for Increment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Increment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Writes one line, such as `WINDOW_UPDATE stream=0 increment=65535`.
impl fmt::Display for WindowUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "WINDOW_UPDATE stream={} increment={}",
            self.stream_id, self.increment
        )?;
        text::rarities(f, None, self.unused_flags)
    }
}
