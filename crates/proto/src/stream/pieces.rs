//! Memory for content that arrives, used again once the application has let go of it.
//!
//! A stream that brings much would otherwise take and give back memory for each frame, at the end
//! of the heap, where systems take it away and clear it each time. Several frames share one chunk,
//! so that a piece that is kept keeps a chunk at most. Content of a few frames has memory of its own.

use alloc::vec::Vec;

use bytes::BytesMut;

/// The octets of a chunk.
const CHUNK: usize = 64 * 1024;

/// A smaller piece has memory of its own: what is kept of a chunk is never less than an eighth.
const LARGE: usize = CHUNK / 8;

/// So many large pieces have memory of their own, until it shows that more is coming.
const FIRST: u32 = 4;

/// So many full chunks are looked at before another one is made.
const KEPT: usize = 4;

/// Where the content of all streams of a connection is copied to.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// The large pieces since the last rest.
    large: u32,
    /// What is free of the chunk in use.
    chunk: BytesMut,
    /// Chunks of which the application may still hold pieces.
    full: Vec<BytesMut>,
}

impl Pieces {
    /// Copies a piece: the input is the driver's.
    pub(super) fn copy(&mut self, data: &[u8]) -> BytesMut {
        if data.len() < LARGE || data.len() > CHUNK {
            return BytesMut::from(data);
        }
        self.large = self.large.saturating_add(1);
        if self.large <= FIRST {
            return BytesMut::from(data);
        }
        if self.chunk.capacity() < data.len() {
            self.turn_over();
        }
        self.chunk.extend_from_slice(data);
        self.chunk.split()
    }

    /// Goes on with a chunk of which nothing is held any more, or else with another one.
    fn turn_over(&mut self) {
        if self.chunk.try_reclaim(CHUNK) {
            return;
        }
        let mut full = self.full.iter_mut();
        if let Some(free) = full.find_map(|chunk| chunk.try_reclaim(CHUNK).then_some(chunk)) {
            core::mem::swap(free, &mut self.chunk);
            return;
        }
        let full = core::mem::replace(&mut self.chunk, BytesMut::with_capacity(CHUNK));
        // The first chunk of all is none.
        if self.full.len() < KEPT && self.large > FIRST + 1 {
            self.full.push(full);
        }
    }

    /// The octets of memory that would be free if the application held nothing.
    pub(crate) fn octets(&self) -> usize {
        let chunks = usize::from(self.large > FIRST) + self.full.len();
        chunks * CHUNK
    }

    /// Gives the memory back.
    pub(crate) fn rest(&mut self) {
        *self = Self::default();
    }
}
