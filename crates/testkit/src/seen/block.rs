//! Decodes field blocks, slowly and with its own tables (RFC 7541 §3, RFC 7541 §6).

use alloc::collections::VecDeque;
use core::fmt;

use super::huffman;
use super::statics::ENTRIES;

/// One field of a field section.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name.
    pub name: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// Whether it came as one that must never be indexed (RFC 7541 §6.2.3).
    pub never_indexed: bool,
}

impl Field {
    fn new(name: &[u8], value: &[u8]) -> Self {
        Self {
            name: name.to_vec(),
            value: value.to_vec(),
            never_indexed: false,
        }
    }

    /// What it counts in a table (RFC 7541 §4.1).
    fn size(&self) -> usize {
        self.name.len() + self.value.len() + 32
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, value) = (self.name.escape_ascii(), self.value.escape_ascii());
        let mark = if self.never_indexed { "!" } else { "" };
        write!(f, "{name}: {value}{mark}")
    }
}

/// The decoding end of a compression context.
#[derive(Clone, Debug)]
pub struct BlockDecoder {
    table: VecDeque<Field>,
    size: usize,
    limit: usize,
}

impl Default for BlockDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl BlockDecoder {
    /// Makes one with a table of 4096 octets.
    #[must_use]
    pub fn new() -> Self {
        Self {
            table: VecDeque::new(),
            size: 4096,
            limit: 4096,
        }
    }

    /// Sets the greatest table size that the encoder may choose, in octets.
    pub fn set_limit(&mut self, octets: usize) {
        self.limit = octets;
    }

    /// The entries of the dynamic table, the newest first.
    pub fn table(&self) -> impl Iterator<Item = &Field> {
        self.table.iter()
    }

    /// Decodes a whole block.
    ///
    /// # Errors
    ///
    /// Says in words what is wrong with the block; the tables are of no use then.
    pub fn decode(&mut self, block: &[u8]) -> Result<Vec<Field>, String> {
        let mut rest = Rest { octets: block };
        let mut fields = Vec::new();
        while let Some(first) = rest.octets.first() {
            match first.leading_zeros() {
                0 => {
                    let index = rest.integer(7)?;
                    fields.push(self.entry(index)?);
                }
                1 => {
                    let field = self.literal(&mut rest, 6)?;
                    fields.push(field.clone());
                    self.insert(field);
                }
                2 if fields.is_empty() => self.resize(rest.integer(5)?)?,
                2 => return Err("a table size update behind a field".to_owned()),
                zeros => {
                    let mut field = self.literal(&mut rest, 4)?;
                    field.never_indexed = zeros == 3;
                    fields.push(field);
                }
            }
        }
        Ok(fields)
    }

    fn literal(&self, rest: &mut Rest<'_>, bits: u32) -> Result<Field, String> {
        let name = match rest.integer(bits)? {
            0 => rest.string()?,
            index => self.entry(index)?.name,
        };
        Ok(Field::new(&name, &rest.string()?))
    }

    fn entry(&self, index: usize) -> Result<Field, String> {
        let Some(place) = index.checked_sub(1) else {
            return Err("index 0".to_owned());
        };
        if let Some((name, value)) = ENTRIES.get(place) {
            return Ok(Field::new(name.as_bytes(), value.as_bytes()));
        }
        let entry = self.table.get(place - ENTRIES.len());
        entry
            .cloned()
            .ok_or_else(|| format!("index {index} of an entry that is not there"))
    }

    fn insert(&mut self, field: Field) {
        self.table.push_front(field);
        self.evict();
    }

    fn resize(&mut self, octets: usize) -> Result<(), String> {
        if octets > self.limit {
            return Err(format!("a table of {octets} octets, above the limit"));
        }
        self.size = octets;
        self.evict();
        Ok(())
    }

    fn evict(&mut self) {
        while self.table.iter().map(Field::size).sum::<usize>() > self.size {
            self.table.pop_back();
        }
    }
}

/// What is left of a block.
struct Rest<'a> {
    octets: &'a [u8],
}

impl<'a> Rest<'a> {
    fn octet(&mut self) -> Result<u8, String> {
        let (octet, rest) = self.octets.split_first().ok_or("the block is cut short")?;
        self.octets = rest;
        Ok(*octet)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let split = self.octets.split_at_checked(count);
        let (taken, rest) = split.ok_or("the block is cut short")?;
        self.octets = rest;
        Ok(taken)
    }

    /// Reads an integer behind a pattern (RFC 7541 §5.1).
    fn integer(&mut self, bits: u32) -> Result<usize, String> {
        let full = (1_u64 << bits) - 1;
        let mut value = u64::from(self.octet()?) & full;
        let mut place = 0;
        while value >= full {
            let octet = self.octet()?;
            if place > 28 {
                return Err("an integer that is too long".to_owned());
            }
            value += u64::from(octet & 0x7f) << place;
            place += 7;
            if octet & 0x80 == 0 {
                break;
            }
        }
        usize::try_from(value).map_err(|_| "an integer that is too large".to_owned())
    }

    fn string(&mut self) -> Result<Vec<u8>, String> {
        let coded = self.octets.first().is_some_and(|first| first & 0x80 != 0);
        let length = self.integer(7)?;
        let octets = self.take(length)?;
        match coded {
            true => huffman::decode(octets),
            false => Ok(octets.to_vec()),
        }
    }
}
