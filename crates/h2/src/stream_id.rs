//! Which stream.

use proto::StreamId as ProtoId;

/// Which stream it is (RFC 9113 §5.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamId(u32);

impl StreamId {
    /// The identifier as a number.
    #[must_use]
    pub fn as_u32(&self) -> u32 {
        self.0
    }

    pub(crate) const fn of(id: ProtoId) -> Self {
        Self(id.value())
    }
}

impl From<StreamId> for u32 {
    fn from(id: StreamId) -> Self {
        id.0
    }
}
