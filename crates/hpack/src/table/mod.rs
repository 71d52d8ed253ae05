//! Both tables as one index space (RFC 7541 §2.3).

mod dynamic;
mod r#static;
mod static_lookup;
mod static_packed;
mod view;

pub(crate) use self::dynamic::{Dynamic, Source};
pub(crate) use self::r#static::LENGTH as STATIC_LENGTH;
pub(crate) use self::static_lookup::{find_field, find_name, hash, hash_name};
pub use self::view::{DynamicTable, Entries, Entry, TableState};
use crate::{DecodeError, PackedField, huffman};

/// All static tables stay in the processor's first cache.
const _: () = assert!(huffman::TABLE_OCTETS + static_lookup::TABLE_OCTETS <= 32 * 1024);

/// The size of a dynamic table before anybody changed it, in octets (RFC 9113 §6.5.2).
pub(crate) const DEFAULT_SIZE: usize = 4096;

/// What a decoder looks fields up in: both tables, with a mark for each entry.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) dynamic: Dynamic,
    static_marks: [u8; STATIC_LENGTH],
}

impl Table {
    pub(crate) fn new(max_size: usize) -> Self {
        Self {
            dynamic: Dynamic::new(max_size),
            static_marks: [0; STATIC_LENGTH],
        }
    }

    /// Returns an entry and its mark.
    #[inline]
    pub(crate) fn entry(&mut self, index: u32) -> Result<(PackedField<'_>, &mut u8), DecodeError> {
        let place = place(index)?;
        if let (Some(entry), Some(mark)) = (
            static_packed::entry(place),
            self.static_marks.get_mut(place),
        ) {
            return Ok((entry, mark));
        }
        self.dynamic
            .entry_mut(place - STATIC_LENGTH)
            .ok_or(DecodeError::IndexOutOfRange { index })
    }

    /// Returns the name of an entry.
    #[inline]
    pub(crate) fn name(&self, index: u32) -> Result<&[u8], DecodeError> {
        let place = place(index)?;
        match r#static::ENTRIES.get(place) {
            Some((name, _)) => Some(*name),
            None => self.dynamic.name(place - STATIC_LENGTH),
        }
        .ok_or(DecodeError::IndexOutOfRange { index })
    }

    /// Returns where the name of an entry is.
    #[inline]
    pub(crate) fn source(index: u32) -> Source<'static> {
        let place = (index as usize).saturating_sub(1);
        match r#static::ENTRIES.get(place) {
            Some((name, _)) => Source::Octets(name),
            None => Source::Entry(place - STATIC_LENGTH),
        }
    }
}

/// Returns an entry of the static table.
#[inline]
pub(crate) fn fixed(index: u8) -> Option<PackedField<'static>> {
    static_packed::entry(usize::from(index).checked_sub(1)?)
}

/// Returns the place of an entry, counted from 0 through both tables.
#[inline]
fn place(index: u32) -> Result<usize, DecodeError> {
    // RFC 7541 §6.1: the index 0 is not used.
    (index as usize)
        .checked_sub(1)
        .ok_or(DecodeError::IndexZero)
}
