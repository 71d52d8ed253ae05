//! ORIGIN: what else the connection serves (RFC 8336 §2).

use core::fmt;
use core::hash::{Hash, Hasher};
use core::iter::FusedIterator;

use bytes::BufMut;

use crate::text::{self, Octets, Quoted};
use crate::{Flags, FrameType, Head, StreamId};

/// Origins for which the connection can be used (RFC 8336 §2).
///
/// On another stream than 0, with one of the four lowest flags, or cut off, it is to be ignored,
/// and so is parsed as [`Unknown`](crate::Unknown).
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// Flags, none of which has a meaning here; never one of the four lowest.
    pub unused_flags: Flags,
    entries: Entries<'a>,
}

/// Where the origins are: on the wire, or in memory.
#[derive(Clone, Copy)]
enum Entries<'a> {
    Wire(&'a [u8]),
    Memory(&'a [&'a [u8]]),
}

impl<'a> Origin<'a> {
    /// Flags whose meaning is kept for later, and forbids to use the frame until then.
    pub(crate) const RESERVED_FLAGS: Flags = Flags(0x0f);

    /// Origins to send, in ASCII; `None` if one is longer than 65,535 octets.
    #[must_use]
    pub fn new(origins: &'a [&'a [u8]]) -> Option<Self> {
        let is_legal = origins
            .iter()
            .all(|origin| u16::try_from(origin.len()).is_ok());
        is_legal.then_some(Self {
            unused_flags: Flags::NONE,
            entries: Entries::Memory(origins),
        })
    }

    /// The origins in order, each as it was sent: whether it *is* an origin is not checked.
    pub fn iter(&self) -> OriginIter<'a> {
        OriginIter(self.entries)
    }

    /// The nine octets before the payload; the frame is always on stream 0.
    #[must_use]
    pub fn head(&self) -> Head {
        let flags = self.unused_flags.without(Self::RESERVED_FLAGS);
        let payload_len = self.iter().map(|origin| 2 + origin.len()).sum();
        Head::of(FrameType::ORIGIN, flags, StreamId::CONNECTION, payload_len)
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        for origin in self {
            // Entries are at most 65,535 octets long: `new` and the wire see to it.
            out.put_u16(u16::try_from(origin.len()).unwrap_or(u16::MAX));
            out.put_slice(origin);
        }
    }

    /// Reads the frame; `None` if it is one to ignore.
    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Option<Self> {
        // RFC 8336 §2.2: the frame counts on stream 0 only, and not with a flag from the future.
        let reserved = head.flags.without(Flags(!Self::RESERVED_FLAGS.0));
        if !head.stream_id.is_connection() || !reserved.is_empty() {
            return None;
        }
        let mut rest = payload;
        while !rest.is_empty() {
            (_, rest) = split_entry(rest)?;
        }
        Some(Self {
            unused_flags: head.flags,
            entries: Entries::Wire(payload),
        })
    }

    /// The origins in `octets`, without one that is cut off.
    #[cfg(feature = "arbitrary")]
    pub(crate) fn whole_entries(octets: &'a [u8]) -> Self {
        let entries = OriginIter(Entries::Wire(octets));
        let whole = entries.map(|origin| 2 + origin.len()).sum();
        let (octets, _) = octets.split_at(whole);
        Self {
            unused_flags: Flags::NONE,
            entries: Entries::Wire(octets),
        }
    }
}

/// The first entry, and what follows it.
fn split_entry(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = octets.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

/// The origins of a frame, in order; made by [`Origin::iter`].
#[derive(Clone)]
pub struct OriginIter<'a>(Entries<'a>);

impl<'a> Iterator for OriginIter<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        match &mut self.0 {
            Entries::Wire(octets) => {
                let (origin, rest) = split_entry(octets)?;
                *octets = rest;
                Some(origin)
            }
            Entries::Memory(origins) => {
                let (origin, rest) = origins.split_first()?;
                *origins = rest;
                Some(origin)
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            // Each has its length, of two octets, before it.
            Entries::Wire(octets) => (0, Some(octets.len() / 2)),
            Entries::Memory(origins) => (origins.len(), Some(origins.len())),
        }
    }
}

impl FusedIterator for OriginIter<'_> {}

impl fmt::Debug for OriginIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().map(Octets)).finish()
    }
}

impl<'a> IntoIterator for &Origin<'a> {
    type Item = &'a [u8];
    type IntoIter = OriginIter<'a>;

    fn into_iter(self) -> OriginIter<'a> {
        self.iter()
    }
}

/// Equal if they say the same, wherever the origins are stored.
impl PartialEq for Origin<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.unused_flags == other.unused_flags && self.iter().eq(other.iter())
    }
}

impl Eq for Origin<'_> {}

impl Hash for Origin<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.unused_flags.hash(state);
        self.iter().for_each(|origin| origin.hash(state));
    }
}

/// Writes one line, such as `ORIGIN "https://example.org"`.
impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ORIGIN")?;
        for origin in self {
            write!(f, " {}", Quoted(origin))?;
        }
        text::rarities(f, None, self.unused_flags)
    }
}

impl fmt::Debug for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin")
            .field("entries", &self.iter())
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
