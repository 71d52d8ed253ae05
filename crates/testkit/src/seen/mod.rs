//! Frames as they were seen on the wire, for assertions (RFC 9113 §4.1, RFC 9113 §6).

mod block;
mod codes;
mod debug;
mod huffman;
mod meaning;
mod reader;
mod statics;

pub use self::block::{BlockDecoder, Field};
#[cfg(feature = "pair")]
pub(crate) use self::debug::Octets;
pub use self::meaning::joined;
pub use self::reader::{Reader, frames};

use crate::{Wire, flag, kind};

/// One frame as it was seen.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The type; see [`kind`].
    pub kind: u8,
    /// The flags; see [`flag`].
    pub flags: u8,
    /// The stream, with the reserved bit if it was set.
    pub stream: u32,
    /// Everything behind the nine octets.
    pub payload: Vec<u8>,
    /// The fields of the block that ends here, or what is wrong with it.
    pub fields: Option<Result<Vec<Field>, String>>,
}

impl Seen {
    /// Says whether all of these flags are set.
    #[must_use]
    pub fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }

    /// Says whether the frame ends its side of the stream.
    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(self.kind, kind::DATA | kind::HEADERS) && self.has(flag::END_STREAM)
    }

    /// The value of the first field of this name, as text.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        let fields = self.fields.as_ref()?.as_ref().ok()?;
        let field = fields.iter().find(|field| field.name == name.as_bytes())?;
        Some(String::from_utf8_lossy(&field.value).into_owned())
    }

    /// The payload without padding: of DATA, the content.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        let padded = matches!(self.kind, kind::DATA | kind::HEADERS | kind::PUSH_PROMISE);
        if !padded || !self.has(flag::PADDED) {
            return &self.payload;
        }
        let Some((padding, rest)) = self.payload.split_first() else {
            return &[];
        };
        let length = rest.len().saturating_sub(usize::from(*padding));
        rest.get(..length).unwrap_or_default()
    }

    /// The fragment of a field block: the content without what stands before the fragment.
    #[must_use]
    pub fn fragment(&self) -> &[u8] {
        let skipped = match self.kind {
            kind::HEADERS if self.has(flag::PRIORITY) => 5,
            kind::PUSH_PROMISE => 4,
            _ => 0,
        };
        self.content().get(skipped..).unwrap_or_default()
    }

    /// The error code of RST_STREAM or GOAWAY.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        match self.kind {
            kind::RST_STREAM => self.number(0),
            kind::GOAWAY => self.number(4),
            _ => None,
        }
    }

    /// The last stream of GOAWAY.
    #[must_use]
    pub fn last_stream(&self) -> Option<u32> {
        (self.kind == kind::GOAWAY).then(|| self.number(0))?
    }

    /// The debug data of GOAWAY.
    #[must_use]
    pub fn debug_data(&self) -> &[u8] {
        let from = if self.kind == kind::GOAWAY {
            8
        } else {
            self.payload.len()
        };
        self.payload.get(from..).unwrap_or_default()
    }

    /// The increment of WINDOW_UPDATE.
    #[must_use]
    pub fn increment(&self) -> Option<u32> {
        (self.kind == kind::WINDOW_UPDATE).then(|| self.number(0))?
    }

    /// The stream that PUSH_PROMISE promises.
    #[must_use]
    pub fn promised(&self) -> Option<u32> {
        let (promised, _) = self.content().split_first_chunk()?;
        (self.kind == kind::PUSH_PROMISE).then(|| u32::from_be_bytes(*promised))
    }

    /// The settings of SETTINGS, in order.
    #[must_use]
    pub fn settings(&self) -> Vec<(u16, u32)> {
        if self.kind != kind::SETTINGS {
            return Vec::new();
        }
        let pairs = self.payload.chunks(6).filter_map(|pair| {
            let (id, value) = pair.split_first_chunk()?;
            let value = value.first_chunk()?;
            Some((u16::from_be_bytes(*id), u32::from_be_bytes(*value)))
        });
        pairs.collect()
    }

    fn number(&self, from: usize) -> Option<u32> {
        let octets = self.payload.get(from..)?.first_chunk()?;
        Some(u32::from_be_bytes(*octets))
    }
}

impl Wire for Seen {
    fn octets(&self) -> Vec<u8> {
        crate::unknown(self.kind, self.flags, self.stream, &self.payload).octets()
    }
}
