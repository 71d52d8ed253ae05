//! PING: a liveness check, and its echo (RFC 9113 §6.7).

use core::fmt;

use bytes::BufMut;

use crate::{Error, ErrorKind, Flags, FrameType, Head, StreamId, text};

/// A liveness check, or the answer to one (RFC 9113 §6.7).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ping {
    /// Whether it is the answer.
    pub ack: bool,
    /// Eight octets that the answer repeats.
    pub payload: [u8; 8],
    /// Flags without a meaning here.
    pub unused_flags: Flags,
}

impl Ping {
    /// A question.
    #[inline]
    #[must_use]
    pub const fn new(payload: [u8; 8]) -> Self {
        Self {
            ack: false,
            payload,
            unused_flags: Flags::NONE,
        }
    }

    /// The answer to a question with this payload.
    #[inline]
    #[must_use]
    pub const fn ack(payload: [u8; 8]) -> Self {
        Self {
            ack: true,
            payload,
            unused_flags: Flags::NONE,
        }
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let flags = Flags::ACK
            .when(self.ack)
            .union(self.unused_flags.without(Flags::ACK));
        Head::of(
            FrameType::PING,
            flags,
            StreamId::CONNECTION,
            self.payload.len(),
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        out.put_slice(&self.payload);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &[u8]) -> Result<Self, Error> {
        head.requires_connection()?;
        // RFC 9113 §6.7: any other length ends the connection.
        let Ok(payload) = payload.try_into() else {
            return Err(Error::new(head, ErrorKind::PingLength));
        };
        Ok(Self {
            ack: head.flags.contains(Flags::ACK),
            payload,
            unused_flags: head.flags.without(Flags::ACK),
        })
    }
}

/// Writes one line, such as `PING ACK 0000000000000001`.
impl fmt::Display for Ping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PING")?;
        text::flag(f, self.ack, "ACK")?;
        write!(f, " {:016x}", u64::from_be_bytes(self.payload))?;
        text::rarities(f, None, self.unused_flags)
    }
}
