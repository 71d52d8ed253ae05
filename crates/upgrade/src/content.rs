//! The content of a message of HTTP/1.1, as it comes (RFC 9112 §6).

use alloc::vec::Vec;

use crate::framing::{Framing, number};
use crate::limits::Limits;
use crate::scan::{self, Broken};

/// The longest line that begins a chunk, or that follows the last one, in octets.
const LINE: usize = 1024;

/// The content of a message, as far as it has come.
#[derive(Debug)]
pub(crate) struct Content {
    step: Step,
    octets: Vec<u8>,
    limit: usize,
    /// How many octets beside the content chunks may still bring.
    spare: usize,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Octets(u64),
    UntilEof,
    ChunkHead,
    ChunkOctets(u64),
    ChunkEnd,
    Trailers,
    Done,
}

/// Why no more content is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Malformed,
    TooLarge,
}

impl From<Broken> for Fault {
    fn from(_: Broken) -> Self {
        Self::Malformed
    }
}

impl Content {
    /// Begins with nothing.
    pub(crate) fn new(framing: Framing, limits: &Limits) -> Self {
        let step = match framing {
            Framing::Length(0) => Step::Done,
            Framing::Length(length) => Step::Octets(length),
            Framing::Chunked => Step::ChunkHead,
            Framing::UntilEof => Step::UntilEof,
        };
        Self {
            step,
            octets: Vec::new(),
            limit: limits.content,
            spare: limits.head,
        }
    }

    /// Says whether more is announced than may come.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(self.step, Step::Octets(length) if !fits(length, self.limit))
    }

    /// Says whether all has come.
    pub(crate) fn is_whole(&self) -> bool {
        self.step == Step::Done
    }

    /// The input has ended; says whether all has come.
    pub(crate) fn end(&mut self) -> bool {
        if self.step == Step::UntilEof {
            self.step = Step::Done;
        }
        self.is_whole()
    }

    /// What has come.
    pub(crate) fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    /// Takes what belongs to the content; returns how many octets of the input that is.
    pub(crate) fn take(&mut self, input: &[u8]) -> Result<usize, Fault> {
        let mut consumed = 0;
        while let Some(rest) = input.get(consumed..).filter(|rest| !rest.is_empty()) {
            match self.advance(rest)? {
                0 => break,
                count => consumed += count,
            }
        }
        Ok(consumed)
    }

    fn advance(&mut self, rest: &[u8]) -> Result<usize, Fault> {
        match self.step {
            Step::Done => Ok(0),
            Step::UntilEof => self.keep(rest, u64::MAX),
            Step::Octets(left) => {
                let count = self.keep(rest, left)?;
                self.step = match left - length(count) {
                    0 => Step::Done,
                    left => Step::Octets(left),
                };
                Ok(count)
            }
            Step::ChunkOctets(left) => {
                let count = self.keep(rest, left)?;
                self.step = match left - length(count) {
                    0 => Step::ChunkEnd,
                    left => Step::ChunkOctets(left),
                };
                Ok(count)
            }
            Step::ChunkHead | Step::ChunkEnd | Step::Trailers => match scan::line(rest, LINE)? {
                Some((line, count)) => self.line(line).map(|()| count),
                None => Ok(0),
            },
        }
    }

    /// Keeps octets, up to so many.
    fn keep(&mut self, rest: &[u8], most: u64) -> Result<usize, Fault> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let octets = rest.get(..most).unwrap_or(rest);
        let space = self.limit.saturating_sub(self.octets.len());
        self.octets
            .extend_from_slice(octets.get(..space).unwrap_or(octets));
        if octets.len() > space {
            return Err(Fault::TooLarge);
        }
        Ok(octets.len())
    }

    /// RFC 9112 §7.1: a size, perhaps extensions; behind the last chunk, trailers.
    fn line(&mut self, line: &[u8]) -> Result<(), Fault> {
        match self.step {
            Step::ChunkEnd if line.is_empty() => self.step = Step::ChunkHead,
            Step::ChunkHead => self.chunk_head(line)?,
            Step::Trailers if line.is_empty() => self.step = Step::Done,
            // Choice: RFC 9112 §7.1.2 allows trailers to be dropped; who relies on them speaks
            // HTTP/2.
            Step::Trailers => self.spend(line.len())?,
            _ => return Err(Fault::Malformed),
        }
        Ok(())
    }

    fn chunk_head(&mut self, line: &[u8]) -> Result<(), Fault> {
        let mut parts = line.splitn(2, |&octet| octet == b';');
        let size = parts.next().unwrap_or_default();
        // RFC 9112 §7.1.1: extensions that are unknown are overlooked; all are. White space before
        // one is allowed for old senders' sake.
        let (digits, extensions) = match parts.next() {
            Some(extensions) => (size.trim_ascii_end(), extensions),
            None => (size, &[][..]),
        };
        self.spend(extensions.len())?;
        let size = number(digits, 16).ok_or(Fault::Malformed)?;
        if !fits(size, self.limit.saturating_sub(self.octets.len())) {
            return Err(Fault::TooLarge);
        }
        self.step = match size {
            0 => Step::Trailers,
            size => Step::ChunkOctets(size),
        };
        Ok(())
    }

    fn spend(&mut self, octets: usize) -> Result<(), Fault> {
        self.spare = self.spare.checked_sub(octets).ok_or(Fault::TooLarge)?;
        Ok(())
    }
}

fn fits(length: u64, space: usize) -> bool {
    usize::try_from(length).is_ok_and(|length| length <= space)
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
