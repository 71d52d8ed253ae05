//! The eight flag bits of a frame (RFC 9113 §4.1).

use core::fmt;

/// The flags of a frame; what a bit means depends on the frame type (RFC 9113 §4.1).
///
/// ```
/// use tress_frame::Flags;
///
/// let flags = Flags::END_STREAM.union(Flags::PADDED);
/// assert!(flags.contains(Flags::PADDED));
/// assert_eq!(flags.without(Flags::PADDED), Flags::END_STREAM);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// SETTINGS and PING: an acknowledgment.
    pub const ACK: Self = Self(0x01);
    /// DATA and HEADERS: the last frame of the stream in this direction.
    pub const END_STREAM: Self = Self(0x01);
    /// HEADERS, PUSH_PROMISE, and CONTINUATION: the field block ends here.
    pub const END_HEADERS: Self = Self(0x04);
    /// DATA, HEADERS, and PUSH_PROMISE: the payload is padded.
    pub const PADDED: Self = Self(0x08);
    /// HEADERS: the payload carries a dependency and a weight.
    pub const PRIORITY: Self = Self(0x20);

    /// Whether every bit of `other` is set.
    #[inline]
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether no bit is set.
    #[inline]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The bits of both.
    #[inline]
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The bits that `other` does not have.
    #[inline]
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Itself if `condition` holds, no flag otherwise.
    #[inline]
    pub(crate) const fn when(self, condition: bool) -> Self {
        if condition { self } else { Self::NONE }
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:02x}", self.0)
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
