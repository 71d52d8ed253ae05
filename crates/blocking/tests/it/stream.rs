//! A stream that does what a test says.

use alloc::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Read, Write};

/// What a read or a write does next.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Takes or gives at most so many octets.
    AtMost(usize),
    Fail(ErrorKind),
}

/// Gives `input`, then its end; keeps what is written.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    pub(crate) input: VecDeque<u8>,
    pub(crate) output: Vec<u8>,
    /// What the next reads do; those after them give all there is.
    pub(crate) reads: VecDeque<Act>,
    /// What the next writes do; those after them take all there is.
    pub(crate) writes: VecDeque<Act>,
    /// What the next flushes do; those after them find nothing to do.
    pub(crate) flushes: VecDeque<ErrorKind>,
    pub(crate) read_calls: usize,
    /// How much each of them asked for.
    pub(crate) asked: Vec<usize>,
}

impl Scripted {
    pub(crate) fn new(input: &[u8]) -> Self {
        Self {
            input: input.iter().copied().collect(),
            ..Self::default()
        }
    }

    /// Gives and takes one octet at a time.
    pub(crate) fn octet_by_octet(input: &[u8]) -> Self {
        let one = || core::iter::repeat_n(Act::AtMost(1), 4 * input.len() + 8).collect();
        Self {
            reads: one(),
            writes: one(),
            ..Self::new(input)
        }
    }
}

impl Read for Scripted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        assert!(
            !into.is_empty(),
            "a read into an empty slice looks like the end"
        );
        self.read_calls += 1;
        self.asked.push(into.len());
        let most = match self.reads.pop_front() {
            Some(Act::Fail(kind)) => return Err(kind.into()),
            Some(Act::AtMost(most)) => most,
            None => usize::MAX,
        };
        let count = into.len().min(most).min(self.input.len());
        for (to, from) in into.iter_mut().zip(self.input.drain(..count)) {
            *to = from;
        }
        Ok(count)
    }
}

impl Write for Scripted {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let most = match self.writes.pop_front() {
            Some(Act::Fail(kind)) => return Err(kind.into()),
            Some(Act::AtMost(most)) => most,
            None => usize::MAX,
        };
        let fits = &from[..from.len().min(most)];
        self.output.extend_from_slice(fits);
        Ok(fits.len())
    }

    fn write_vectored(&mut self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        let all: Vec<u8> = from
            .iter()
            .flat_map(|slice| slice.iter().copied())
            .collect();
        self.write(&all)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.flushes.pop_front() {
            Some(kind) => Err(kind.into()),
            None => Ok(()),
        }
    }
}
