//! The list that came last and its block, for the next one: whoever asks for the same thing again sends the
//! same octets, as long as the table is the same.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::PIECE;
use crate::table::TableState;

/// How many packed octets a list has at most that is kept. No coding makes four octets of one, so that
/// the whole block is still at hand when the list ends.
const MOST: usize = PIECE / 4;

/// A list that may come again.
#[derive(Debug, Default)]
pub(super) struct Repeat {
    /// What the last block looked like at a glance: no list is kept before one like it comes again, for to
    /// keep one is not free, and most differ.
    last: u64,
    kept: Option<Box<Kept>>,
}

#[derive(Debug)]
struct Kept {
    fields: Vec<u8>,
    block: Vec<u8>,
    /// What the block depends on besides its list.
    state: TableState,
}

impl Repeat {
    /// The block of a list, if it is the one that is kept, and the table is what it was.
    #[inline]
    pub(super) fn block(&self, fields: &[u8], state: TableState) -> Option<&[u8]> {
        let kept = self.kept.as_deref()?;
        (kept.state == state && kept.fields == fields).then_some(&kept.block)
    }

    /// A block was written; says whether it looks like the one before, and may come again.
    #[inline]
    pub(super) fn is_likely(&mut self, block: &[u8]) -> bool {
        let glance = glance(block);
        core::mem::replace(&mut self.last, glance) == glance
    }

    /// A list was written as a block that is likely to come again, and the table stayed as it is.
    #[cold]
    pub(super) fn keep(&mut self, fields: &[u8], block: &[u8], state: TableState) {
        if fields.len() > MOST {
            return;
        }
        let make = || {
            Box::new(Kept {
                fields: Vec::new(),
                block: Vec::new(),
                state,
            })
        };
        let kept = self.kept.get_or_insert_with(make);
        kept.state = state;
        for (to, from) in [(&mut kept.fields, fields), (&mut kept.block, block)] {
            to.clear();
            to.extend_from_slice(from);
        }
    }

    /// Nothing is kept any more.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// A number that differs for most blocks that differ: of how long they are, and of both ends.
#[inline]
fn glance(block: &[u8]) -> u64 {
    let ends = (block.first_chunk(), block.last_chunk());
    let (Some(first), Some(last)) = ends else {
        return block
            .iter()
            .fold(1, |sum, octet| sum << 8 | u64::from(*octet));
    };
    let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    first ^ last.rotate_left(29) ^ block.len() as u64
}
