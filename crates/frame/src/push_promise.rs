//! PUSH_PROMISE: a request that the server makes up (RFC 9113 §6.6).

use core::fmt;

use bytes::BufMut;

use crate::padding::{Payload, padded_len, put_pad_length, put_padding};
use crate::text::{self, Octets};
use crate::{Error, ErrorKind, Flags, FrameType, Head, StreamId};

/// The announcement of a stream that the server will open (RFC 9113 §6.6).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PushPromise<'a> {
    /// The stream on which the promise is made, never 0.
    pub stream_id: StreamId,
    /// Whether the field block ends here; CONTINUATION frames follow otherwise.
    pub end_headers: bool,
    /// The stream that is promised, even and not 0.
    pub promised_id: StreamId,
    /// How many octets of padding follow; `None` without the PADDED flag.
    pub pad_length: Option<u8>,
    /// The piece of the field block, opaque here.
    pub fragment: &'a [u8],
    /// Flags without a meaning here.
    pub unused_flags: Flags,
}

impl<'a> PushPromise<'a> {
    pub(crate) const KNOWN_FLAGS: Flags = Flags::END_HEADERS.union(Flags::PADDED);

    /// The length of the promised identifier, in octets.
    const PROMISED_ID_LEN: usize = 4;

    /// A promise with its whole field block.
    ///
    /// If it does not fit in a frame, [`split`](Self::split) divides it.
    #[inline]
    #[must_use]
    pub const fn new(stream_id: StreamId, promised_id: StreamId, fragment: &'a [u8]) -> Self {
        Self {
            stream_id,
            end_headers: true,
            promised_id,
            pad_length: None,
            fragment,
            unused_flags: Flags::NONE,
        }
    }

    /// The same with CONTINUATION frames to follow.
    #[inline]
    #[must_use]
    pub const fn to_be_continued(mut self) -> Self {
        self.end_headers = false;
        self
    }

    /// The same with padding: its length field, and `octets` zeros.
    #[inline]
    #[must_use]
    pub const fn padded(mut self, octets: u8) -> Self {
        self.pad_length = Some(octets);
        self
    }

    /// The nine octets before the payload.
    #[inline]
    #[must_use]
    pub fn head(&self) -> Head {
        let flags = Flags::END_HEADERS
            .when(self.end_headers)
            .union(Flags::PADDED.when(self.pad_length.is_some()))
            .union(self.unused_flags.without(Self::KNOWN_FLAGS));
        let payload_len = self.overhead() + self.fragment.len();
        Head::of(FrameType::PUSH_PROMISE, flags, self.stream_id, payload_len)
    }

    /// The part of the payload that is not the fragment, in octets.
    #[inline]
    pub(crate) fn overhead(&self) -> usize {
        padded_len(self.pad_length) + Self::PROMISED_ID_LEN
    }

    /// Appends the frame; panics as [`Head::encode`] does.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        self.head().encode(out);
        put_pad_length(self.pad_length, out);
        out.put_u32(self.promised_id.value());
        out.put_slice(self.fragment);
        put_padding(self.pad_length, out);
    }

    #[inline]
    pub(crate) fn parse(head: Head, payload: &'a [u8]) -> Result<Self, Error> {
        head.requires_stream()?;
        let mut payload = Payload::new(head, payload);
        let pad_length = payload.pad_length()?;
        let promised_id = payload.stream_id()?;
        let fragment = payload.unpadded(pad_length)?;
        // RFC 9113 §6.6: only an identifier that a server can open may be promised.
        if !promised_id.is_server_initiated() {
            return Err(Error::new(head, ErrorKind::PromisedStreamId));
        }
        Ok(Self {
            stream_id: head.stream_id,
            end_headers: head.flags.contains(Flags::END_HEADERS),
            promised_id,
            pad_length,
            fragment,
            unused_flags: head.flags.without(Self::KNOWN_FLAGS),
        })
    }
}

/// Writes one line, such as `PUSH_PROMISE stream=1 promised=2 END_HEADERS fragment=9`.
impl fmt::Display for PushPromise<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PUSH_PROMISE stream={} promised={}",
            self.stream_id, self.promised_id
        )?;
        text::flag(f, self.end_headers, "END_HEADERS")?;
        write!(f, " fragment={}", self.fragment.len())?;
        text::rarities(f, self.pad_length, self.unused_flags)
    }
}

impl fmt::Debug for PushPromise<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushPromise")
            .field("stream_id", &self.stream_id)
            .field("end_headers", &self.end_headers)
            .field("promised_id", &self.promised_id)
            .field("pad_length", &self.pad_length)
            .field("fragment", &Octets(self.fragment))
            .field("unused_flags", &self.unused_flags)
            .finish()
    }
}
