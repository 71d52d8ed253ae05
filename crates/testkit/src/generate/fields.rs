//! Field blocks in every representation that the RFC has (RFC 7541 §6).

use super::Talk;
use crate::{Block, block};

/// Values with their Huffman code (RFC 7541 §C.4, RFC 7541 §C.6).
const CODED: [&[u8]; 3] = [
    b"\xa8\xeb\x10\x64\x9c\xbf",
    b"\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff",
    b"\x25\xa8\x49\xe9\x5b\xb8\xe8\xb4\xbf",
];

/// Entries of the static table that are neither control data nor fields with rules of their own.
const PLAIN: [u64; 8] = [16, 19, 24, 33, 50, 54, 58, 60];

impl Talk<'_> {
    /// Begins a block, at times with changes of the table size.
    pub(super) fn begin(&mut self) -> Block {
        if !self.rng.chance(1, 10) {
            return block();
        }
        self.entries = 0;
        block().table_size(0).table_size(4096)
    }

    /// Adds a few fields in any representation.
    pub(super) fn add_fields(&mut self, mut block: Block) -> Block {
        for _ in 0..self.rng.range(0..6) {
            block = self.add_field(block);
        }
        block
    }

    fn add_field(&mut self, block: Block) -> Block {
        let length = self.rng.range(1..8);
        let name = format!("x-{}", self.rng.letters(length));
        let length = self.rng.range(0..30);
        let value = self.rng.letters(length);
        let index = *self.rng.pick(&PLAIN);
        match self.rng.range(0..9) {
            0 => block.literal(name, value),
            1 => block.literal_at(index, value),
            2 => block.never(name, value),
            3 => block.never_at(index, value),
            4 => block.indexed(index),
            5 => block.integer((0, 4), index).huffman(self.rng.pick(&CODED)),
            6 if self.entries > 0 => block.indexed(self.some_entry()),
            7 => self.entering(block.indexing_at(index, value)),
            _ => self.entering(block.indexing(name, value)),
        }
    }

    /// Counts an entry; 40 of these fit into 4096 octets.
    fn entering(&mut self, block: Block) -> Block {
        self.entries = 40.min(self.entries + 1);
        block
    }

    fn some_entry(&mut self) -> u64 {
        let place = self.rng.range(0..self.entries);
        62 + u64::try_from(place).unwrap_or_default()
    }
}
