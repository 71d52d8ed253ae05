//! Files, read whole if they are small, and in pieces if they are not.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use blocking::proto::Bytes;

/// The largest file that is read at once, and the largest piece of others, in octets.
pub(crate) const PIECE: usize = 64 * 1024;

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// What stands between the octets of a file.
    Text(Bytes),
    /// Octets of the file.
    Octets(Range<u64>),
}

/// What is left of an answer from a large file.
#[derive(Debug)]
pub(crate) struct Pieces {
    file: File,
    segments: VecDeque<Segment>,
}

/// Reads all of a file, which is promised to have `len` octets, if that is little.
///
/// # Errors
///
/// It cannot be read, or has become shorter.
pub(crate) fn read(mut file: &File, len: u64) -> io::Result<Option<Bytes>> {
    let Some(len) = usize::try_from(len).ok().filter(|len| *len <= PIECE) else {
        return Ok(None);
    };
    let mut content = alloc::vec![0; len];
    file.read_exact(&mut content)?;
    Ok(Some(content.into()))
}

/// The parts of an answer in one, from the content of a whole file.
pub(crate) fn join(segments: Vec<Segment>, content: &Bytes) -> Bytes {
    let slice = |range: &Range<u64>| {
        let bound = |at: u64| usize::try_from(at).map_or(content.len(), |at| at.min(content.len()));
        content.slice(bound(range.start)..bound(range.end))
    };
    match segments.as_slice() {
        [Segment::Octets(range)] => slice(range),
        segments => {
            let mut all = Vec::new();
            for segment in segments {
                match segment {
                    Segment::Text(text) => all.extend_from_slice(text),
                    Segment::Octets(range) => all.extend_from_slice(&slice(range)),
                }
            }
            all.into()
        }
    }
}

impl Pieces {
    /// Says what is to be sent of a file.
    pub(crate) fn new(file: File, segments: Vec<Segment>) -> Self {
        Self {
            file,
            segments: segments.into(),
        }
    }

    /// Reads the next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has become shorter than was promised.
    pub(crate) fn next(&mut self) -> io::Result<Option<Bytes>> {
        while let Some(segment) = self.segments.front_mut() {
            match segment {
                Segment::Octets(range) if range.is_empty() => {}
                Segment::Octets(range) => {
                    let left = range.end - range.start;
                    let len = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
                    let mut piece = alloc::vec![0; len];
                    self.file.seek(SeekFrom::Start(range.start))?;
                    self.file.read_exact(&mut piece)?;
                    range.start += len as u64;
                    return Ok(Some(piece.into()));
                }
                Segment::Text(text) => {
                    let text = core::mem::take(text);
                    self.segments.pop_front();
                    return Ok(Some(text));
                }
            }
            self.segments.pop_front();
        }
        Ok(None)
    }
}
