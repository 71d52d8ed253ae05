//! Which stream a frame belongs to (RFC 9113 §5.1.1).

use core::fmt;

/// The identifier of a stream, 31 bits; 0 stands for the connection (RFC 9113 §5.1.1).
///
/// ```
/// use tress_frame::StreamId;
///
/// let id = StreamId::new(5).expect("5 fits in 31 bits");
/// assert!(id.is_client_initiated());
/// assert_eq!(id.value(), 5);
/// assert_eq!(StreamId::new(0x8000_0000), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(u32);

impl StreamId {
    /// The connection as a whole, identifier 0.
    #[doc(alias("ZERO"))]
    pub const CONNECTION: Self = Self(0);
    /// The largest identifier, 2^31-1.
    pub const MAX: Self = Self(0x7fff_ffff);

    /// An identifier of the given value; `None` above 2^31-1.
    #[inline]
    #[must_use]
    pub const fn new(value: u32) -> Option<Self> {
        if value <= Self::MAX.0 {
            Some(Self(value))
        } else {
            None
        }
    }

    /// An identifier from its four octets on the wire; the reserved bit is dropped.
    #[inline]
    #[must_use]
    pub const fn from_wire(value: u32) -> Self {
        // RFC 9113 §4.1: the reserved bit carries no meaning and is ignored.
        Self(value & Self::MAX.0)
    }

    /// The identifier as a number.
    #[inline]
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    /// Whether it is 0, the connection as a whole.
    #[inline]
    #[must_use]
    pub const fn is_connection(self) -> bool {
        self.0 == 0
    }

    /// Whether it is odd, as those of streams that a client opens are.
    #[inline]
    #[must_use]
    pub const fn is_client_initiated(self) -> bool {
        self.0 % 2 == 1
    }

    /// Whether it is even and not 0, as those of streams that a server opens are.
    #[inline]
    #[must_use]
    pub const fn is_server_initiated(self) -> bool {
        self.0 % 2 == 0 && self.0 != 0
    }
}

impl From<StreamId> for u32 {
    fn from(id: StreamId) -> Self {
        id.0
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
