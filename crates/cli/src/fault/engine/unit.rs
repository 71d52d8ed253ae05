//! Octets of one direction as what can be passed on, held or dropped: frames, whole field blocks, the preface.

use alloc::vec::Vec;

use blocking::proto::FieldSection;
use blocking::proto::frame::{Data, Frame, Head, PREFACE};

/// Something whole.
#[derive(Debug)]
pub(super) enum Unit {
    Preface,
    Data(Content),
    Block(Block),
    Frame(Whole),
    /// What is not HTTP/2, or not understood.
    Raw(Vec<u8>),
}

/// A DATA frame.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) stream: u32,
    /// All its octets.
    pub(super) octets: Vec<u8>,
    /// Where its content begins, and how long it is.
    pub(super) at: usize,
    pub(super) len: usize,
    pub(super) is_end: bool,
}

/// A field block in all its frames.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) stream: u32,
    /// The stream that it promises, where it is one of PUSH_PROMISE.
    pub(super) promised: Option<u32>,
    /// All octets of its frames.
    pub(super) octets: Vec<u8>,
    pub(super) fragment: Vec<u8>,
    pub(super) is_end: bool,
    /// What it says, once it is decoded.
    pub(super) fields: Option<FieldSection>,
    /// Whether the dynamic table is another after it.
    pub(super) moves: bool,
}

/// Any other frame.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) head: Head,
    pub(super) octets: Vec<u8>,
}

impl Unit {
    /// How many octets it has on the wire.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Preface => PREFACE.len(),
            Self::Data(content) => content.octets.len(),
            Self::Block(block) => block.octets.len(),
            Self::Frame(whole) => whole.octets.len(),
            Self::Raw(octets) => octets.len(),
        }
    }
}

impl Content {
    /// The content alone.
    pub(super) fn content(&self) -> &[u8] {
        self.octets
            .get(self.at..self.at + self.len)
            .unwrap_or_default()
    }

    /// What it takes of a window (RFC 9113 §6.9.1).
    pub(super) fn flow_len(&self) -> u32 {
        let octets = self.octets.len().saturating_sub(Head::LEN);
        u32::try_from(octets).unwrap_or(u32::MAX)
    }

    /// Takes the first octets out, as a frame of its own; no padding is left. The padding is credit that
    /// its sender has to get back by other means.
    pub(super) fn split_to(&mut self, octets: usize) -> Self {
        let (first, rest) = self.content().split_at(octets.min(self.len));
        let (first, rest) = (first.to_vec(), rest.to_vec());
        let is_end = self.is_end;
        let whole = core::mem::replace(self, Self::made(self.stream, &rest, is_end));
        Self::made(whole.stream, &first, false)
    }

    fn made(stream: u32, content: &[u8], is_end: bool) -> Self {
        let mut octets = Vec::with_capacity(Head::LEN + content.len());
        let mut data = Data::new(super::make::id(stream), content);
        data.end_stream = is_end;
        data.encode(&mut octets);
        Self {
            stream,
            octets,
            at: Head::LEN,
            len: content.len(),
            is_end,
        }
    }
}

impl Whole {
    /// The frame, if it is one that can be read.
    pub(super) fn frame(&self) -> Option<Frame<'_>> {
        let payload = self.octets.get(Head::LEN..)?;
        Frame::parse(self.head, payload).ok()
    }
}

/// Cuts the octets of one direction into units.
#[derive(Debug)]
pub(super) struct Units {
    buffer: Vec<u8>,
    /// How much of the buffer was taken.
    taken: usize,
    awaits_preface: bool,
    is_raw: bool,
    /// A field block that has not ended.
    block: Option<Block>,
}

impl Units {
    pub(super) const fn new(awaits_preface: bool) -> Self {
        Self {
            buffer: Vec::new(),
            taken: 0,
            awaits_preface,
            is_raw: false,
            block: None,
        }
    }

    /// Takes everything from now on as it is.
    pub(super) fn give_up(&mut self) {
        self.is_raw = true;
    }

    /// Says whether this is not HTTP/2.
    pub(super) const fn is_raw(&self) -> bool {
        self.is_raw
    }

    pub(super) fn push(&mut self, octets: &[u8]) {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.buffer.extend_from_slice(octets);
    }

    /// What has come and is not whole.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        let mut rest = self
            .block
            .take()
            .map_or_else(Vec::new, |block| block.octets);
        rest.extend_from_slice(self.buffer.get(self.taken..).unwrap_or_default());
        self.buffer.clear();
        self.taken = 0;
        rest
    }

    /// The next that is whole.
    pub(super) fn next(&mut self) -> Option<Unit> {
        loop {
            let rest = self.buffer.get(self.taken..).unwrap_or_default();
            if rest.is_empty() {
                return None;
            }
            if self.awaits_preface {
                let seen = PREFACE.len().min(rest.len());
                if rest.get(..seen) != PREFACE.get(..seen) {
                    self.is_raw = true;
                } else if seen < PREFACE.len() {
                    return None;
                }
            }
            if self.is_raw {
                return Some(Unit::Raw(self.rest()));
            }
            if core::mem::take(&mut self.awaits_preface) {
                self.taken += PREFACE.len();
                return Some(Unit::Preface);
            }
            let head = Head::parse_prefix(rest)?;
            let octets = rest.get(..head.frame_len())?.to_vec();
            self.taken += octets.len();
            if let Some(unit) = self.unit(Whole { head, octets }) {
                return Some(unit);
            }
        }
    }

    /// A frame as a unit, unless its field block goes on.
    fn unit(&mut self, whole: Whole) -> Option<Unit> {
        let stream = whole.head.stream_id.value();
        let Some(frame) = whole.frame() else {
            return Some(self.broken(whole));
        };
        let (fragment, is_whole, is_end, promised) = match frame {
            Frame::Headers(frame) => (frame.fragment, frame.end_headers, frame.end_stream, None),
            Frame::PushPromise(frame) => {
                let promised = Some(frame.promised_id.value());
                (frame.fragment, frame.end_headers, false, promised)
            }
            Frame::Continuation(frame) => {
                return self.go_on(frame.fragment, frame.end_headers, &whole);
            }
            Frame::Data(frame) if self.block.is_none() => {
                let at = Head::LEN + usize::from(frame.pad_length.is_some());
                return Some(Unit::Data(Content {
                    stream,
                    at,
                    len: frame.data.len(),
                    is_end: frame.end_stream,
                    octets: whole.octets,
                }));
            }
            _ => return Some(self.broken(whole)),
        };
        if self.block.is_some() {
            return Some(self.broken(whole));
        }
        let block = Block {
            stream,
            promised,
            fragment: fragment.to_vec(),
            is_end,
            fields: None,
            moves: false,
            octets: whole.octets,
        };
        if is_whole {
            return Some(Unit::Block(block));
        }
        self.block = Some(block);
        None
    }

    fn go_on(&mut self, fragment: &[u8], is_whole: bool, whole: &Whole) -> Option<Unit> {
        let Some(block) = &mut self.block else {
            return Some(Unit::Raw(whole.octets.clone()));
        };
        block.fragment.extend_from_slice(fragment);
        block.octets.extend_from_slice(&whole.octets);
        match is_whole {
            true => self.block.take().map(Unit::Block),
            false => None,
        }
    }

    /// A frame that is passed on as it is; one in the middle of a field block breaks that off, as its sender
    /// has done.
    fn broken(&mut self, whole: Whole) -> Unit {
        match self.block.take() {
            None => Unit::Frame(whole),
            Some(block) => {
                let mut octets = block.octets;
                octets.extend_from_slice(&whole.octets);
                Unit::Raw(octets)
            }
        }
    }
}
