//! Reads frames, and the field blocks in them (RFC 9113 §4.1, RFC 9113 §4.3).

use super::{BlockDecoder, Seen};
use crate::{PREFACE, flag, kind};

/// Reads what one end says, from the first octet on.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    rest: Vec<u8>,
    begun: bool,
    has_preface: bool,
    block: Vec<u8>,
    decoder: BlockDecoder,
}

impl Reader {
    /// Makes one that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads on; returns the frames that are complete now.
    pub fn read(&mut self, octets: &[u8]) -> Vec<Seen> {
        self.rest.extend_from_slice(octets);
        if !self.begun && !self.skip_preface() {
            return Vec::new();
        }
        let mut frames = Vec::new();
        let mut from = 0;
        while let Some((mut frame, length)) = self.rest.get(from..).and_then(first_frame) {
            from += length;
            self.read_block(&mut frame);
            frames.push(frame);
        }
        self.rest.drain(..from);
        frames
    }

    /// Says whether the client's preface came first.
    #[must_use]
    pub fn has_preface(&self) -> bool {
        self.has_preface
    }

    /// The octets of the frame that is not complete yet.
    #[must_use]
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// The compression context, to set its limit or to look at its table.
    pub fn decoder(&mut self) -> &mut BlockDecoder {
        &mut self.decoder
    }

    /// Says whether frames can be read: it is known whether a preface stands before them.
    fn skip_preface(&mut self) -> bool {
        let same = self.rest.iter().zip(PREFACE).all(|(a, b)| a == b);
        if same && self.rest.len() < PREFACE.len() {
            return false;
        }
        if same {
            self.rest.drain(..PREFACE.len());
            self.has_preface = true;
        }
        self.begun = true;
        true
    }

    /// Gives the fields of a block to the frame that ends it.
    fn read_block(&mut self, frame: &mut Seen) {
        match frame.kind {
            kind::HEADERS | kind::PUSH_PROMISE => self.block = frame.fragment().to_vec(),
            kind::CONTINUATION => self.block.extend_from_slice(frame.fragment()),
            _ => return,
        }
        if frame.has(flag::END_HEADERS) {
            frame.fields = Some(self.decoder.decode(&core::mem::take(&mut self.block)));
        }
    }
}

/// Reads the frames of a conversation from its beginning, with or without the client's preface.
///
/// # Panics
///
/// Panics when the last frame is not complete.
#[must_use]
#[track_caller]
pub fn frames(octets: &[u8]) -> Vec<Seen> {
    let mut reader = Reader::new();
    let frames = reader.read(octets);
    let rest = reader.rest();
    assert!(rest.is_empty(), "behind {frames:#?}: {rest:02x?}");
    frames
}

/// The first frame and its length, head included; none when it is not complete.
fn first_frame(octets: &[u8]) -> Option<(Seen, usize)> {
    let (head, rest) = octets.split_first_chunk::<9>()?;
    let [a, b, c, kind, flags, stream @ ..] = *head;
    let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?;
    let frame = Seen {
        kind,
        flags,
        stream: u32::from_be_bytes(stream),
        payload: rest.get(..length)?.to_vec(),
        fields: None,
    };
    Some((frame, 9 + length))
}
