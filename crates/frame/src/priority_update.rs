//! PRIORITY_UPDATE: how urgent a response is (RFC 9218 §7.1).

use core::fmt;

use bytes::BufMut;

use crate::padding::Payload;
use crate::text::{self, Octets, Quoted};
use crate::{Error, ErrorKind, Flags, FrameType, Head, StreamId};

/// A new priority for a response or a push (RFC 9218 §7.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PriorityUpdate<'a> {
    /// The stream that gets the priority, never 0.
    pub prioritized_id: StreamId,
    /// The priority, as in the field `priority`.
    pub field_value: &'a [u8],
    /// Flags, none of which has a meaning here.
    pub unused_flags: Flags,
}

impl<'a> PriorityUpdate<'a> {
    /// The length of the prioritized identifier, in octets.
    const PRIORITIZED_ID_LEN: usize = 4;

    /// The priority `field_value` for `prioritized_id`.
    #[inline]
    #[must_use]
    pub const fn new(prioritized_id: StreamId, field_value: &'a [u8]) -> Self {
        Self {
            prioritized_id,
            field_value,
            unused_flags: Flags::NONE,
        }
    }

    /// The nine octets before the payload; the frame is always on stream 0.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let payload_len = Self::PRIORITIZED_ID_LEN + self.field_value.len();
        let flags = self.unused_flags;
        Head::of(
            FrameType::PRIORITY_UPDATE,
            flags,
            StreamId::CONNECTION,
            payload_len,
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        out.put_u32(self.prioritized_id.value());
        out.put_slice(self.field_value);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        head.requires_connection()?;
        let mut payload = Payload::new(head, payload);
        let prioritized_id = payload.stream_id()?;
        // RFC 9218 §7.1: the connection itself has no priority.
        if prioritized_id.is_connection() {
            return Err(Error::new(head, ErrorKind::PrioritizedStreamId));
        }
        Ok(Self {
            prioritized_id,
            field_value: payload.rest(),
            unused_flags: head.flags,
        })
    }
}

/// Writes one line, such as `PRIORITY_UPDATE prioritized=1 "u=3, i"`.
impl fmt::Display for PriorityUpdate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PRIORITY_UPDATE prioritized={} {}",
            self.prioritized_id,
            Quoted(self.field_value)
        )?;
        text::rarities(f, None, self.unused_flags)
    }
}

impl fmt::Debug for PriorityUpdate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PriorityUpdate")
            .field("prioritized_id", &self.prioritized_id)
            .field("field_value", &Octets(self.field_value))
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
