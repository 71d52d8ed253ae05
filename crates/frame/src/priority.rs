//! PRIORITY: a deprecated signal that still has to be read (RFC 9113 §6.3).

use core::fmt;

use bytes::BufMut;

use crate::{Dependency, Error, ErrorKind, Flags, FrameType, Head, StreamId, text};

/// A deprecated priority signal, without effect (RFC 9113 §6.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Priority {
    /// The stream, never 0.
    pub stream_id: StreamId,
    /// What it depends on.
    pub dependency: Dependency,
    /// Flags, none of which has a meaning here.
    pub unused_flags: Flags,
}

impl Priority {
    /// A signal that `stream_id` depends on `dependency`.
    #[inline]
    #[must_use]
    pub const fn new(stream_id: StreamId, dependency: Dependency) -> Self {
        Self {
            stream_id,
            dependency,
            unused_flags: Flags::NONE,
        }
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        Head::of(
            FrameType::PRIORITY,
            self.unused_flags,
            self.stream_id,
            Dependency::LEN,
        )
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        self.dependency.encode(out);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &[u8]) -> Result<Self, Error> {
        head.requires_stream()?;
        // RFC 9113 §6.3: any other length is an error of the stream alone.
        let Ok(octets) = payload.try_into() else {
            return Err(Error::new(head, ErrorKind::PriorityLength));
        };
        Ok(Self {
            stream_id: head.stream_id,
            dependency: Dependency::parse(octets),
            unused_flags: head.flags,
        })
    }
}

/// Writes one line, such as `PRIORITY stream=3 depends_on=1 weight=16`.
impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PRIORITY stream={} {}", self.stream_id, self.dependency)?;
        text::rarities(f, None, self.unused_flags)
    }
}
