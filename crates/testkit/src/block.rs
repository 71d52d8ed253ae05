//! Writes field blocks, one representation at a time (RFC 7541 §6).
//!
//! It keeps no table: whoever writes an index says which one, so that a test sees every octet.

use crate::Wire;

/// A field block, or a fragment of one (RFC 9113 §4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    octets: Vec<u8>,
}

/// Begins an empty field block.
#[must_use]
pub fn block() -> Block {
    Block::default()
}

// How a representation begins: the pattern, and the bits that are left to the integer.
const INDEXED: (u8, u32) = (0x80, 7);
const INDEXING: (u8, u32) = (0x40, 6);
const TABLE_SIZE: (u8, u32) = (0x20, 5);
const NEVER: (u8, u32) = (0x10, 4);
const LITERAL: (u8, u32) = (0x00, 4);

impl Block {
    /// Refers to an entry of the tables (RFC 7541 §6.1).
    #[must_use]
    pub fn indexed(self, index: u64) -> Self {
        self.integer(INDEXED, index)
    }

    /// Writes a literal that enters the dynamic table (RFC 7541 §6.2.1).
    #[must_use]
    pub fn indexing(self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.integer(INDEXING, 0).string(name).string(value)
    }

    /// The same with the name of the entry at `index`.
    #[must_use]
    pub fn indexing_at(self, index: u64, value: impl AsRef<[u8]>) -> Self {
        self.integer(INDEXING, index).string(value)
    }

    /// Writes a literal that does not enter the dynamic table (RFC 7541 §6.2.2).
    #[must_use]
    pub fn literal(self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.integer(LITERAL, 0).string(name).string(value)
    }

    /// The same with the name of the entry at `index`.
    #[must_use]
    pub fn literal_at(self, index: u64, value: impl AsRef<[u8]>) -> Self {
        self.integer(LITERAL, index).string(value)
    }

    /// Writes a literal that must never be indexed (RFC 7541 §6.2.3).
    #[must_use]
    pub fn never(self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.integer(NEVER, 0).string(name).string(value)
    }

    /// The same with the name of the entry at `index`.
    #[must_use]
    pub fn never_at(self, index: u64, value: impl AsRef<[u8]>) -> Self {
        self.integer(NEVER, index).string(value)
    }

    /// Changes the size of the dynamic table, in octets (RFC 7541 §6.3).
    #[must_use]
    pub fn table_size(self, octets: u64) -> Self {
        self.integer(TABLE_SIZE, octets)
    }

    /// Writes an integer behind the pattern that shares its first octet (RFC 7541 §5.1).
    ///
    /// The second number of the pattern is how many bits the integer has in that octet, 1 to 8.
    #[must_use]
    pub fn integer(mut self, (pattern, bits): (u8, u32), value: u64) -> Self {
        let full = (1_u64 << bits) - 1;
        if value < full {
            self.octets.push(pattern | low_octet(value));
            return self;
        }
        self.octets.push(pattern | low_octet(full));
        let mut rest = value - full;
        while rest >= 0x80 {
            self.octets.push(low_octet(rest) | 0x80);
            rest >>= 7;
        }
        self.octets.push(low_octet(rest));
        self
    }

    /// Writes a string as it is (RFC 7541 §5.2).
    #[must_use]
    pub fn string(mut self, string: impl AsRef<[u8]>) -> Self {
        self = self.integer((0x00, 7), length(string.as_ref()));
        self.raw(string)
    }

    /// Writes a string whose Huffman-coded octets are given (RFC 7541 §5.2).
    #[must_use]
    pub fn huffman(mut self, coded: impl AsRef<[u8]>) -> Self {
        self = self.integer((0x80, 7), length(coded.as_ref()));
        self.raw(coded)
    }

    /// Writes octets as they are.
    #[must_use]
    pub fn raw(mut self, octets: impl AsRef<[u8]>) -> Self {
        self.octets.extend_from_slice(octets.as_ref());
        self
    }

    /// Writes the control data of a request to `https://a` (RFC 9113 §8.3.1).
    #[must_use]
    pub fn request(self, method: &str, path: impl AsRef<[u8]>) -> Self {
        let block = match method {
            "GET" => self.indexed(2),
            "POST" => self.indexed(3),
            other => self.literal_at(2, other),
        }
        .indexed(7);
        match path.as_ref() {
            b"/" => block.indexed(4),
            other => block.literal_at(4, other),
        }
        .literal_at(1, "a")
    }

    /// Writes the control data of a response (RFC 9113 §8.3.2).
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        match status {
            200 => self.indexed(8),
            204 => self.indexed(9),
            206 => self.indexed(10),
            304 => self.indexed(11),
            400 => self.indexed(12),
            404 => self.indexed(13),
            500 => self.indexed(14),
            other => self.literal_at(8, other.to_string()),
        }
    }

    /// Cuts the block into fragments of at most `octets` octets; an empty block gives one.
    #[must_use]
    pub fn fragments(&self, octets: usize) -> Vec<Self> {
        if self.octets.is_empty() {
            return vec![self.clone()];
        }
        let cut = self.octets.chunks(octets.max(1));
        cut.map(|fragment| block().raw(fragment)).collect()
    }
}

impl Wire for Block {
    fn octets(&self) -> Vec<u8> {
        self.octets.clone()
    }
}

/// The lowest eight bits.
fn low_octet(value: u64) -> u8 {
    let [.., low] = value.to_be_bytes();
    low
}

fn length(string: &[u8]) -> u64 {
    u64::try_from(string.len()).expect("a string fits into memory")
}
