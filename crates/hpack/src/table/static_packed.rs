//! The static table, packed as the dynamic one is (RFC 7541 §A).

use super::STATIC_LENGTH;
use super::r#static::ENTRIES;
use crate::{PackedField, Sensitivity};

/// Where each entry begins, and where the last one ends.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler"
)]
const STARTS: [u16; STATIC_LENGTH + 1] = {
    let mut starts = [0; STATIC_LENGTH + 1];
    let mut place = 0;
    while place < STATIC_LENGTH {
        let (name, value) = ENTRIES[place];
        let length = PackedField::HEAD + name.len() + value.len();
        starts[place + 1] = starts[place] + length as u16;
        place += 1;
    }
    starts
};

const LENGTH: usize = STARTS[STATIC_LENGTH] as usize;

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler"
)]
static PACKED: [u8; LENGTH] = {
    let mut packed = [0; LENGTH];
    let mut place = 0;
    while place < STATIC_LENGTH {
        let (name, value) = ENTRIES[place];
        let lengths = (name.len() as u32, value.len() as u32);
        let head = PackedField::head(lengths.0, lengths.1, Sensitivity::Normal, 0);
        let at = STARTS[place] as usize;
        packed = copy(packed, at, &head);
        packed = copy(packed, at + PackedField::HEAD, name);
        packed = copy(packed, at + PackedField::HEAD + name.len(), value);
        place += 1;
    }
    packed
};

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn copy(mut to: [u8; LENGTH], at: usize, from: &[u8]) -> [u8; LENGTH] {
    let mut place = 0;
    while place < from.len() {
        to[at + place] = from[place];
        place += 1;
    }
    to
}

/// Returns the entry at a place, 0 being that of index 1.
#[inline]
pub(crate) fn entry(place: usize) -> Option<PackedField<'static>> {
    let [start, end] = STARTS.get(place..)?.first_chunk()?;
    let octets = PACKED.get(usize::from(*start)..usize::from(*end))?;
    Some(PackedField::trusted(octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_entries_are_those_of_the_table() {
        for (place, (name, value)) in ENTRIES.iter().enumerate() {
            let packed = entry(place).unwrap();
            assert_eq!(packed.name_and_value(), (*name, *value));
            assert_eq!(
                PackedField::split_from(packed.as_bytes()),
                Some((packed, &[][..]))
            );
        }
        assert_eq!(entry(STATIC_LENGTH), None);
    }
}
