//! A decoder as the RFC describes it, without any care for speed: what the fast one must agree with.

use std::sync::LazyLock;

use tress_hpack::DecodeError;

#[path = "facts.rs"]
mod facts;
#[path = "slow_huffman.rs"]
pub(crate) mod huffman;

/// Name, value, and whether the field is never to be indexed.
pub(crate) type Field = (Vec<u8>, Vec<u8>, bool);

static STATIC: LazyLock<Vec<(Vec<u8>, Vec<u8>)>> = LazyLock::new(|| {
    let entries = facts::STATIC.lines().map(|line| {
        let colon = 1 + line[1..].find(':').unwrap();
        let (name, value) = line.as_bytes().split_at(colon);
        (name.to_vec(), value[1..].trim_ascii_start().to_vec())
    });
    entries.collect()
});

/// A decoding context (RFC 7541 §2.2).
pub(crate) struct Slow {
    /// The entries of the dynamic table, the newest one first.
    pub(crate) entries: Vec<(Vec<u8>, Vec<u8>)>,
    max_size: usize,
    limit: usize,
    lowest: usize,
}

impl Slow {
    pub(crate) fn new(max_size: usize) -> Self {
        Self {
            entries: Vec::new(),
            max_size,
            limit: max_size,
            lowest: max_size,
        }
    }

    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.lowest = self.lowest.min(limit);
    }

    pub(crate) fn size(&self) -> usize {
        let sizes = self
            .entries
            .iter()
            .map(|(name, value)| name.len() + value.len() + 32);
        sizes.sum()
    }

    /// Decodes a whole block.
    pub(crate) fn decode(&mut self, block: &[u8]) -> Result<Vec<Field>, DecodeError> {
        let mut octets = Octets(block);
        let mut fields = Vec::new();
        let mut updates = 0;
        while let Some(first) = octets.0.first().copied() {
            if first & 0b1110_0000 == 0b0010_0000 {
                if !fields.is_empty() {
                    return Err(DecodeError::SizeUpdateAfterField);
                }
                updates += 1;
                self.update(updates, &mut octets)?;
                continue;
            }
            if fields.is_empty() {
                self.end_updates()?;
            }
            fields.push(self.field(first, &mut octets)?);
        }
        if fields.is_empty() {
            self.end_updates()?;
        }
        Ok(fields)
    }

    fn update(&mut self, updates: usize, octets: &mut Octets<'_>) -> Result<(), DecodeError> {
        if updates > 2 {
            return Err(DecodeError::TooManySizeUpdates);
        }
        let size = octets.integer(5)?;
        if size as usize > self.limit {
            let limit = u32::try_from(self.limit).unwrap();
            return Err(DecodeError::SizeUpdateAboveLimit { size, limit });
        }
        if self.lowest < self.max_size && size as usize > self.lowest {
            return Err(DecodeError::SizeUpdateMissing);
        }
        self.lowest = self.limit;
        self.max_size = size as usize;
        self.evict(self.max_size);
        Ok(())
    }

    fn end_updates(&mut self) -> Result<(), DecodeError> {
        if self.lowest < self.max_size {
            return Err(DecodeError::SizeUpdateMissing);
        }
        self.lowest = self.limit;
        Ok(())
    }

    fn field(&mut self, first: u8, octets: &mut Octets<'_>) -> Result<Field, DecodeError> {
        if first & 0b1000_0000 != 0 {
            let index = octets.integer(7)?;
            let (name, value) = self.entry(index)?;
            return Ok((name, value, false));
        }
        let indexing = first & 0b0100_0000 != 0;
        let index = octets.integer(if indexing { 6 } else { 4 })?;
        let name = match index {
            0 => octets.string()?,
            _ => self.entry(index)?.0,
        };
        let value = octets.string()?;
        if indexing {
            self.insert(name.clone(), value.clone());
        }
        let never = !indexing && first & 0b0001_0000 != 0;
        Ok((name, value, never))
    }

    fn entry(&self, index: u32) -> Result<(Vec<u8>, Vec<u8>), DecodeError> {
        let place = (index as usize)
            .checked_sub(1)
            .ok_or(DecodeError::IndexZero)?;
        let mut all = STATIC.iter().chain(&self.entries);
        all.nth(place)
            .cloned()
            .ok_or(DecodeError::IndexOutOfRange { index })
    }

    fn insert(&mut self, name: Vec<u8>, value: Vec<u8>) {
        let size = name.len() + value.len() + 32;
        if size > self.max_size {
            self.entries.clear();
            return;
        }
        self.evict(self.max_size - size);
        self.entries.insert(0, (name, value));
    }

    fn evict(&mut self, size: usize) {
        while self.size() > size {
            self.entries.pop();
        }
    }
}

struct Octets<'a>(&'a [u8]);

impl Octets<'_> {
    fn octet(&mut self) -> Result<u8, DecodeError> {
        let (first, rest) = self.0.split_first().ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(*first)
    }

    fn integer(&mut self, bits: u32) -> Result<u32, DecodeError> {
        let most = (1_u64 << bits) - 1;
        let mut value = u64::from(self.octet()?) & most;
        if value < most {
            return Ok(u32::try_from(value).unwrap());
        }
        for place in 0..5 {
            let octet = self.octet()?;
            value += u64::from(octet & 127) << (7 * place);
            if value > u64::from(u32::MAX) {
                return Err(DecodeError::IntegerTooLarge);
            }
            if octet & 128 == 0 {
                return Ok(u32::try_from(value).unwrap());
            }
        }
        Err(DecodeError::IntegerTooLong)
    }

    fn string(&mut self) -> Result<Vec<u8>, DecodeError> {
        let coded = self.0.first().is_some_and(|first| first & 0b1000_0000 != 0);
        let length = self.integer(7)? as usize;
        let whole = length <= self.0.len();
        let (octets, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        match (whole, coded) {
            (false, _) => Err(DecodeError::Truncated),
            (true, false) => Ok(octets.to_vec()),
            (true, true) => huffman::decode(octets),
        }
    }
}
