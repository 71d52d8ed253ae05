//! The block that came last and what it said, for the next one: a peer that is asked the same thing again
//! mostly sends the same octets, and as long as the table is the same they mean the same.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

use hpack::TableState;

use crate::message::{Assembler, Collected};

/// How many octets a block has at most that is kept.
const LONGEST: usize = 128;

/// How many octets the fields of a block have at most that is kept.
const LARGEST: usize = 1024;

/// A block that may come again.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    /// What the last block looked like at a glance: none is kept before one like it comes again, for to
    /// keep one is not free.
    last: u64,
    kept: Option<Box<Kept>>,
}

#[derive(Debug)]
struct Kept {
    fragment: Vec<u8>,
    /// What its meaning depends on besides its octets.
    table: TableState,
    collected: Collected,
}

impl Repeated {
    /// A whole block comes. If it is the one that is kept, and to be judged alike, its fields are collected
    /// without being decoded once more.
    #[inline]
    pub(super) fn repeat(
        &self,
        fragment: &[u8],
        table: TableState,
        assembler: &mut Assembler,
    ) -> bool {
        match self.kept.as_deref() {
            Some(kept) if kept.fragment == fragment && kept.table == table => {
                assembler.collect_again(&kept.collected)
            }
            _ => false,
        }
    }

    /// A whole block was decoded; says whether it looks like the one before, and may come again.
    #[inline]
    pub(super) fn is_likely(&mut self, fragment: &[u8]) -> bool {
        if fragment.len() > LONGEST {
            return false;
        }
        let glance = glance(fragment);
        mem::replace(&mut self.last, glance) == glance
    }

    /// A block was decoded that is likely to come again, whose fields are all there, and the table stayed
    /// as it is.
    #[cold]
    pub(super) fn keep(&mut self, fragment: &[u8], table: TableState, assembler: &Assembler) {
        let collected = assembler.collected(LARGEST);
        self.kept = collected.map(|collected| {
            Box::new(Kept {
                fragment: fragment.to_vec(),
                table,
                collected,
            })
        });
    }

    /// Nothing is kept any more.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The octets of memory that are kept.
    pub(super) fn octets(&self) -> usize {
        self.kept.as_deref().map_or(0, |kept| {
            size_of::<Kept>() + kept.fragment.capacity() + kept.collected.octets()
        })
    }
}

/// A number that differs for most blocks that differ.
#[inline]
fn glance(fragment: &[u8]) -> u64 {
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let words = fragment.chunks_exact(8);
    let words = words.filter_map(|word| word.first_chunk().copied().map(u64::from_le_bytes));
    // What is left is in the last eight octets, which may have been seen in part.
    let last = match fragment.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => fragment
            .iter()
            .fold(0, |sum, octet| sum << 8 | u64::from(*octet)),
    };
    mix(words.fold(fragment.len() as u64, mix), last)
}
