//! What a stream takes of what all streams of a connection may hold together.

/// What the peer may still send on a stream, and what waits to be taken.
///
/// One number, for there is one in each stream: no window is as large as the two that stand for
/// something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share(u32);

impl Share {
    /// Nothing was ever granted on the stream.
    pub(crate) const NONE: Self = Self(u32::MAX);
    /// Its window: the peer may send.
    pub(crate) const OPEN: Self = Self(u32::MAX - 1);

    /// The peer sends no more, and so many octets are left in the inbox.
    pub(crate) const fn left(octets: u32) -> Self {
        Self(octets)
    }

    pub(crate) fn is_open(self) -> bool {
        self == Self::OPEN
    }

    /// Takes up to `octets` off what is left of a stream on which the peer sends no more. Returns how
    /// many.
    pub(crate) fn take(&mut self, octets: u32) -> u32 {
        if self.0 >= Self::OPEN.0 {
            return 0;
        }
        let taken = octets.min(self.0);
        self.0 -= taken;
        taken
    }
}
