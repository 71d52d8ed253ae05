//! The deprecated priority of a stream, in HEADERS and in PRIORITY (RFC 9113 §5.3.2).

use core::fmt;

use bytes::BufMut;

use crate::StreamId;

/// What a stream depends on, and how much it weighs (RFC 9113 §6.3).
///
/// A stream that depends on itself is no error: RFC 9113 §5.3.2 took the meaning away.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Dependency {
    /// Whether it is to be the only one that depends on `stream_id`.
    pub exclusive: bool,
    /// The stream depended on; 0 for none.
    pub stream_id: StreamId,
    /// The weight as it is on the wire: 0 stands for 1, and 255 for 256.
    pub weight: u8,
}

impl Dependency {
    /// The length on the wire, in octets.
    pub(crate) const LEN: usize = 5;

    /// A dependency that is not exclusive, `weight` as on the wire.
    #[must_use]
    pub const fn new(stream_id: StreamId, weight: u8) -> Self {
        Self {
            exclusive: false,
            stream_id,
            weight,
        }
    }

    #[inline]
    pub(crate) const fn parse(octets: [u8; Self::LEN]) -> Self {
        let [s0, s1, s2, s3, weight] = octets;
        Self {
            exclusive: s0 & 0x80 != 0,
            stream_id: StreamId::from_wire(u32::from_be_bytes([s0, s1, s2, s3])),
            weight,
        }
    }

    #[inline]
    pub(crate) fn encode(self, out: &mut impl BufMut) {
        let exclusive = u32::from(self.exclusive) << 31;
        out.put_u32(exclusive | self.stream_id.value());
        out.put_u8(self.weight);
    }
}

/// Writes the weight as it is meant, from 1 to 256.
impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = u16::from(self.weight) + 1;
        write!(f, "depends_on={} weight={weight}", self.stream_id)?;
        crate::text::flag(f, self.exclusive, "exclusive")
    }
}
