//! String literals: their head, and their octets as they come (RFC 7541 §5.2).

use alloc::vec::Vec;

use crate::buffer::Buffer;
use crate::integer::{self, Partial, Progress};
use crate::{DecodeError, StringCoding, huffman};

/// How many coded octets are decoded at once when a string comes in pieces.
const PIECE: usize = 256;

/// The first octets of a string literal: how it is coded, and its coded length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) huffman: bool,
    pub(crate) octets: usize,
}

/// A head of which some octets are still to come.
#[derive(Debug)]
pub(crate) enum PartialHead {
    Start,
    Length { huffman: bool, length: Partial },
}

impl PartialHead {
    /// Reads on.
    #[inline(always)]
    pub(crate) fn resume(self, input: &mut &[u8]) -> Result<Progress<Head, Self>, DecodeError> {
        let (huffman, progress) = match self {
            Self::Start => {
                let Some((&first, rest)) = input.split_first() else {
                    return Ok(Progress::More(self));
                };
                *input = rest;
                (first & 0x80 != 0, integer::decode(first, 7, input)?)
            }
            Self::Length { huffman, length } => (huffman, length.resume(input)?),
        };
        Ok(match progress {
            Progress::Done(octets) => Progress::Done(Head {
                huffman,
                octets: octets as usize,
            }),
            Progress::More(length) => Progress::More(Self::Length { huffman, length }),
        })
    }
}

/// What a string came to when it came in pieces.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Received {
    /// It is in the buffer.
    Buffered,
    /// It is longer than what was to be kept, and has so many octets.
    TooLong(usize),
}

/// A string of which some octets are still to come.
#[derive(Debug)]
pub(crate) struct PartialString {
    huffman: bool,
    /// The coded octets still to come.
    remaining: usize,
    /// The decoded octets so far.
    octets: usize,
    /// More decoded octets than these are counted, but not kept.
    keep: usize,
    bits: huffman::Bits,
    /// Coded octets that wait for others.
    waiting: Waiting,
}

impl PartialString {
    /// Begins a string, of which at most `keep` octets are wanted.
    pub(crate) fn new(head: Head, keep: usize, buffer: &mut Buffer) -> Self {
        buffer.clear();
        Self {
            huffman: head.huffman,
            remaining: head.octets,
            octets: 0,
            keep,
            bits: huffman::Bits::default(),
            waiting: Waiting::default(),
        }
    }

    /// Takes what is there of the string; returns what it came to, once it is whole.
    pub(crate) fn resume(
        &mut self,
        input: &mut &[u8],
        buffer: &mut Buffer,
    ) -> Result<Option<Received>, DecodeError> {
        let (piece, rest) = input.split_at(self.remaining.min(input.len()));
        *input = rest;
        self.remaining -= piece.len();
        if self.huffman {
            self.push_coded(piece, buffer)?;
        } else {
            self.push_plain(piece, buffer);
        }
        if self.remaining > 0 {
            return Ok(None);
        }
        Ok(Some(match self.octets > self.keep {
            true => Received::TooLong(self.octets),
            false => Received::Buffered,
        }))
    }

    fn push_plain(&mut self, piece: &[u8], buffer: &mut Buffer) {
        self.octets += piece.len();
        if self.octets.saturating_add(self.remaining) <= self.keep {
            buffer.extend(piece);
        }
    }

    fn push_coded(&mut self, piece: &[u8], buffer: &mut Buffer) -> Result<(), DecodeError> {
        for piece in piece.chunks(PIECE) {
            let mut joined = [0; PIECE + 8];
            if let Some(coded) = self.waiting.join(piece, &mut joined) {
                let before = buffer.as_slice().len();
                let (out, at) = buffer.space(huffman::space(coded.len()));
                let rest = self.bits.words(coded, out, at)?;
                self.octets += *at - before;
                self.waiting.keep(rest);
                self.forget_excess(buffer);
            }
        }
        if self.remaining == 0 {
            let before = buffer.as_slice().len();
            let (out, at) = buffer.space(huffman::space(8));
            let end = self.waiting.as_slice();
            self.bits
                .last(huffman::short_end(end), end.len(), out, at)?;
            self.octets += *at - before;
            self.forget_excess(buffer);
        }
        Ok(())
    }

    fn forget_excess(&self, buffer: &mut Buffer) {
        if self.octets > self.keep {
            buffer.clear();
        }
    }
}

/// Fewer than eight coded octets.
#[derive(Debug, Default)]
struct Waiting {
    octets: [u8; 8],
    len: usize,
}

impl Waiting {
    fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }

    fn keep(&mut self, octets: &[u8]) {
        self.len = 0;
        self.push(octets);
    }

    /// Appends octets, if there is space for all of them.
    fn push(&mut self, octets: &[u8]) -> bool {
        let end = self.len + octets.len();
        let Some(place) = self.octets.get_mut(self.len..end) else {
            return false;
        };
        place.copy_from_slice(octets);
        self.len = end;
        true
    }

    /// Joins what waits and a piece, unless both together still have to wait.
    fn join<'a>(&mut self, piece: &[u8], joined: &'a mut [u8]) -> Option<&'a [u8]> {
        let end = self.len + piece.len();
        if end < self.octets.len() && self.push(piece) {
            return None;
        }
        joined.get_mut(..self.len)?.copy_from_slice(self.as_slice());
        joined.get_mut(self.len..end)?.copy_from_slice(piece);
        joined.get(..end)
    }
}

/// The longest string whose coded length, where that is less, has one octet (RFC 7541 §5.1).
const SHORT: usize = 127;

/// Appends a string literal.
#[inline]
pub(crate) fn encode(octets: &[u8], coding: StringCoding, out: &mut Vec<u8>) {
    let is_coded = match coding {
        StringCoding::Plain => false,
        StringCoding::Huffman => {
            encode_coded(octets, huffman::encoded_len(octets), out);
            true
        }
        StringCoding::Shorter => encode_shorter(octets, out),
    };
    if !is_coded {
        integer::encode(octets.len(), 7, 0x00, out);
        out.extend_from_slice(octets);
    }
}

/// Appends a string literal in the Huffman code, if that makes it shorter; says whether it does.
#[inline]
fn encode_shorter(octets: &[u8], out: &mut Vec<u8>) -> bool {
    if octets.is_empty() {
        return false;
    }
    if octets.len() > SHORT {
        let coded = huffman::encoded_len(octets);
        let is_shorter = coded < octets.len();
        if is_shorter {
            encode_coded(octets, coded, out);
        }
        return is_shorter;
    }
    // Most are shorter, and are coded at once: what is not does not fit.
    let start = out.len();
    out.resize(start + 1 + octets.len() + huffman::STORE, 0);
    let place = out.get_mut(start..).unwrap_or_default();
    let coded = place.split_first_mut().and_then(|(head, space)| {
        let coded = huffman::encode_to(octets, space).filter(|coded| *coded < octets.len())?;
        *head = 0x80 | u8::try_from(coded).ok()?;
        Some(coded + 1)
    });
    out.truncate(start + coded.unwrap_or(0));
    coded.is_some()
}

/// Appends a string literal whose coded length is known.
fn encode_coded(octets: &[u8], coded: usize, out: &mut Vec<u8>) {
    integer::encode(coded, 7, 0x80, out);
    let start = out.len();
    out.resize(start + coded + huffman::STORE, 0);
    huffman::encode_to(octets, out.get_mut(start..).unwrap_or_default());
    out.truncate(start + coded);
}
