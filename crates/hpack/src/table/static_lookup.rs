//! Finds fields in the static table (RFC 7541 §2.3.1).
//!
//! Names are hashed; the slots were filled by the compiler, which refuses two names in one slot.

use super::r#static::{ENTRIES, LENGTH};

/// The bits of a hash that choose a slot.
const SLOT_BITS: u32 = 8;

/// The index of the first entry with a name, in the slot of that name's hash; 0 in empty slots.
static SLOTS: [u8; 1 << SLOT_BITS] = slots();

/// How many octets the static table and what finds its entries take, names and values aside.
pub(super) const TABLE_OCTETS: usize =
    size_of_val(&ENTRIES) + size_of_val(&SLOTS) + size_of_val(&SAME_NAME);

/// An odd number without a pattern: the golden ratio, as 64 bits.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// An odd number, found by trial, that gives each name a slot of its own.
const SLOT_FACTOR: u64 = 0xad8b_9229_c8b8_2a1d;

/// Hashes a name.
#[inline]
pub(crate) const fn hash_name(name: &[u8]) -> u64 {
    hash(name.len() as u64, name)
}

/// Hashes octets on top of what was hashed before.
///
/// It spreads honest fields; dishonest ones meet the bound on how many candidates are looked at.
#[inline]
pub(crate) const fn hash(seed: u64, octets: &[u8]) -> u64 {
    let mut state = seed.wrapping_mul(FACTOR);
    let mut rest = octets;
    while let Some((word, behind)) = rest.split_first_chunk::<8>() {
        state = mix(state ^ u64::from_le_bytes(*word));
        rest = behind;
    }
    // What is left is read as overlapping words: each octet counts, some of them twice.
    let tail = if let (Some(_), Some(last)) = (rest.first(), octets.last_chunk::<8>()) {
        u64::from_le_bytes(*last)
    } else if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        u32::from_le_bytes(*first) as u64 | (u32::from_le_bytes(*last) as u64) << 32
    } else {
        match rest {
            [] => return state,
            [a] => *a as u64,
            [a, b] => *a as u64 | (*b as u64) << 8,
            [a, b, c, ..] => *a as u64 | (*b as u64) << 8 | (*c as u64) << 16,
        }
    };
    mix(state ^ tail)
}

/// Spreads what is in the low bits to the high ones, and back.
#[inline]
const fn mix(state: u64) -> u64 {
    let state = state.wrapping_mul(FACTOR);
    state ^ state >> 32
}

/// Returns the slot of a hash.
#[inline]
const fn slot(hash: u64) -> usize {
    (hash.wrapping_mul(SLOT_FACTOR) >> (u64::BITS - SLOT_BITS)) as usize
}

/// Returns the index of the first entry with this name, whose hash is `hash`.
#[inline]
pub(crate) fn find_name(hash: u64, name: &[u8]) -> Option<u8> {
    let index = SLOTS.get(slot(hash)).copied()?;
    let (found, _) = ENTRIES.get(usize::from(index).checked_sub(1)?)?;
    (*found == name).then_some(index)
}

/// Returns the index of the entry with this value, from the first entry with its name on.
#[inline]
pub(crate) fn find_field(first: u8, value: &[u8]) -> Option<u8> {
    let place = usize::from(first).checked_sub(1)?;
    let count = usize::from(SAME_NAME.get(place).copied()?);
    let entries = ENTRIES.get(place..place + count)?;
    let found = entries.iter().position(|(_, other)| *other == value)?;
    u8::try_from(found).ok().map(|found| first + found)
}

/// How many entries have the name of the one in this place, from there on; they stand side by side.
static SAME_NAME: [u8; LENGTH] = same_name();

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler, which reports a wrong index"
)]
const fn same_name() -> [u8; LENGTH] {
    let mut counts = [1; LENGTH];
    let mut place = LENGTH - 1;
    while place > 0 {
        place -= 1;
        if same(ENTRIES[place].0, ENTRIES[place + 1].0) {
            counts[place] = counts[place + 1] + 1;
        }
    }
    counts
}

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler, which reports a wrong index"
)]
#[expect(clippy::cast_possible_truncation, reason = "61 entries")]
const fn slots() -> [u8; 1 << SLOT_BITS] {
    let mut slots = [0; 1 << SLOT_BITS];
    let mut place = LENGTH;
    while place > 0 {
        place -= 1;
        let (name, _) = ENTRIES[place];
        let slot = &mut slots[slot(hash_name(name))];
        assert!(
            *slot == 0 || same(ENTRIES[*slot as usize - 1].0, name),
            "two names in one slot"
        );
        *slot = place as u8 + 1;
    }
    slots
}

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler, which reports a wrong index"
)]
const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut place = 0;
    while place < a.len() && place < b.len() && a[place] == b[place] {
        place += 1;
    }
    place == a.len() && place == b.len()
}
