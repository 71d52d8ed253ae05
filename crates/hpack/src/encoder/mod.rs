//! Fields to octets (RFC 7541 §2, RFC 7541 §6).

mod habit;
mod lookup;
mod policy;
mod repeat;
mod resize;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use bytes::BufMut;

use self::habit::{Habit, Reference};
use self::lookup::Lookup;
pub use self::policy::{Indexing, default_policy};
use self::repeat::Repeat;
use self::resize::Resize;
use crate::integer;
use crate::representation::{SIZE_UPDATE, SIZE_UPDATE_BITS};
use crate::table::{self, DEFAULT_SIZE, Dynamic, STATIC_LENGTH, Source};
use crate::{
    DynamicTable, HeaderField, PackedField, PackedFields, Representation, Sensitivity,
    StringCoding, string,
};

/// How many octets of a block are collected before they are written out.
const PIECE: usize = 1024;

/// What is kept for the next block of the space that a large one needed, in octets.
const RETAINED: usize = 16_384;

/// The octets of two size updates, with the largest integers.
const RESIZE_BOUND: usize = 12;

/// The octets of the largest index.
const INDEX_BOUND: usize = 6;

/// Turns fields into field blocks (RFC 7541 §2).
///
/// One encoder serves one direction of one connection. Blocks must reach the peer in the order in
/// which they were made: later ones refer to what earlier ones said.
#[doc(alias("nghttp2_hd_deflater", "deflate"))]
pub struct Encoder {
    table: Dynamic,
    lookup: Lookup,
    habit: Habit,
    policy: Option<fn(&HeaderField<'_>) -> Indexing>,
    coding: StringCoding,
    resize: Resize,
    /// The list that came last, where lists are likely to come again.
    repeat: Option<Box<Repeat>>,
    /// What is to be written to the block next.
    out: Vec<u8>,
}

impl Encoder {
    /// Makes an encoder with the [`default_policy`].
    pub fn new() -> Self {
        Self {
            table: Dynamic::new(DEFAULT_SIZE),
            lookup: Lookup::default(),
            habit: Habit::default(),
            policy: None,
            coding: StringCoding::default(),
            resize: Resize::default(),
            repeat: None,
            out: Vec::new(),
        }
    }

    /// Makes an encoder that asks `policy` what may enter the dynamic table.
    ///
    /// It is not asked about fields that are [`Sensitivity::NeverIndexed`], and an entry of more
    /// than three quarters of the table is not made, whatever it says.
    pub fn with_policy(policy: fn(&HeaderField<'_>) -> Indexing) -> Self {
        Self {
            policy: Some(policy),
            ..Self::new()
        }
    }

    /// Sets how string literals are written.
    pub fn set_string_coding(&mut self, coding: StringCoding) {
        self.coding = coding;
        self.forget();
    }

    /// Says that the same list is likely to be encoded again and again, as by a load generator: then the
    /// last short one is kept with its block, which is written once more if it is the same and means the
    /// same. Off by default, for it costs a little where lists differ. It is not for an encoder that asks a
    /// policy, and only for lists that [lie packed](Self::encode_packed).
    pub fn set_repeated_lists(&mut self, are_likely: bool) {
        self.repeat = are_likely.then(Box::default);
    }

    /// Nothing is kept of the last list any more.
    fn forget(&mut self) {
        if let Some(repeat) = &mut self.repeat {
            repeat.forget();
        }
    }

    /// Sets the greatest table size that the peer allows: its SETTINGS_HEADER_TABLE_SIZE.
    pub fn set_peer_max_size(&mut self, octets: usize) {
        self.resize.set_peer_max(octets);
    }

    /// Sets the table size that we want, in octets; 4096 at first.
    ///
    /// In use is the smaller one of this and what the peer allows.
    pub fn set_preferred_size(&mut self, octets: usize) {
        self.resize.set_preferred(octets);
    }

    /// Appends a field block to `block`.
    ///
    /// # Panics
    ///
    /// If `block` is of fixed size and has less space than the block takes; [`Encoder::bound`]
    /// says how much is enough.
    pub fn encode<'a>(
        &mut self,
        fields: impl IntoIterator<Item = HeaderField<'a>>,
        block: &mut impl BufMut,
    ) {
        self.signal_sizes();
        for field in fields {
            let has_name = match self.expected(field.sensitivity) {
                Some((entry, index)) => {
                    let (name, value) = entry.name_and_value();
                    let has_name = name == field.name;
                    if has_name && value == field.value {
                        self.confirmed(index, block);
                        continue;
                    }
                    has_name
                }
                None => false,
            };
            self.unexpected(&field, has_name);
            self.write_piece(block);
        }
        self.end(block);
    }

    /// Does the same with fields that lie packed: what is in a table is recognised at a glance.
    ///
    /// # Panics
    ///
    /// As [`encode`](Self::encode) does.
    pub fn encode_packed(&mut self, fields: PackedFields<'_>, block: &mut impl BufMut) {
        self.signal_sizes();
        if self.repeat.is_some() {
            return self.encode_likely(fields, block);
        }
        self.encode_pieces(fields, block);
        self.end(block);
    }

    /// The same for a list that is likely to come again.
    fn encode_likely(&mut self, fields: PackedFields<'_>, block: &mut impl BufMut) {
        let (octets, before) = (fields.as_bytes(), self.table().state());
        // Who is asked about each field is asked again, and a size update is not said again.
        let may_repeat = self.policy.is_none() && self.out.is_empty();
        let repeat = self.repeat.as_deref().filter(|_| may_repeat);
        if let Some(known) = repeat.and_then(|repeat| repeat.block(octets, before)) {
            return block.put_slice(known);
        }
        self.encode_pieces(fields, block);
        let is_same = may_repeat && self.table().state() == before;
        if let Some(repeat) = &mut self.repeat {
            if repeat.is_likely(&self.out) && is_same {
                repeat.keep(octets, &self.out, before);
            }
        }
        self.end(block);
    }

    #[inline]
    fn encode_pieces(&mut self, fields: PackedFields<'_>, block: &mut impl BufMut) {
        for packed in fields {
            // One that is never to be indexed is no entry, and what it has the name of counts for nothing.
            let has_name = match self.expected(Sensitivity::Normal) {
                Some((entry, index)) if packed.is_entry(entry) => {
                    self.confirmed(index, block);
                    continue;
                }
                Some((entry, _)) => entry.has_same_name(packed),
                None => false,
            };
            self.unexpected(&packed.field(), has_name);
            self.write_piece(block);
        }
    }

    fn end(&mut self, block: &mut impl BufMut) {
        self.habit.end();
        self.write_to(block);
    }

    /// Returns how many octets a block of these fields takes at most.
    #[doc(alias("nghttp2_hd_deflate_bound"))]
    pub fn bound<'a>(&self, fields: impl IntoIterator<Item = HeaderField<'a>>) -> usize {
        let string = |octets: usize| {
            let octets = match self.coding {
                StringCoding::Huffman => octets.saturating_mul(30).div_ceil(8),
                _ => octets,
            };
            octets.saturating_add(integer::encoded_len(octets, 7))
        };
        fields.into_iter().fold(RESIZE_BOUND, |sum, field| {
            let strings = string(field.name.len()).saturating_add(string(field.value.len()));
            sum.saturating_add(INDEX_BOUND).saturating_add(strings)
        })
    }

    /// Gives back the memory that holds nothing between two lists, for as long as none is encoded.
    ///
    /// ```
    /// use tress_hpack::{Encoder, HeaderField};
    ///
    /// let (mut encoder, mut block) = (Encoder::new(), Vec::new());
    /// encoder.encode([HeaderField::new(b"accept", b"*/*")], &mut block);
    /// encoder.rest();
    /// assert_eq!(encoder.table().len(), 1);
    /// ```
    pub fn rest(&mut self) {
        self.out = Vec::new();
        self.forget();
    }

    /// Shows the dynamic table.
    pub fn table(&self) -> DynamicTable<'_> {
        DynamicTable::new(&self.table)
    }

    fn write_to(&mut self, block: &mut impl BufMut) {
        block.put_slice(&self.out);
        self.out.clear();
        self.out.shrink_to(RETAINED);
    }

    /// Writes the size updates that are due (RFC 7541 §4.2).
    fn signal_sizes(&mut self) {
        for size in self.resize.due(self.table.max_size()).into_iter().flatten() {
            integer::encode(size, SIZE_UPDATE_BITS, SIZE_UPDATE, &mut self.out);
            self.table.set_max_size(size);
            self.lookup.truncate(self.table.len());
        }
    }

    /// Writes a field that is the entry which was expected.
    #[inline]
    fn confirmed(&mut self, index: usize, block: &mut impl BufMut) {
        self.habit.confirm();
        let form = Representation::Indexed;
        integer::encode(index, form.bits(), form.pattern(), &mut self.out);
        self.write_piece(block);
    }

    /// Writes out what has been collected, if that is much.
    #[inline]
    fn write_piece(&mut self, block: &mut impl BufMut) {
        if self.out.len() >= PIECE {
            self.write_to(block);
        }
    }

    /// Writes one field in the form that serves best; `has_name` says that what was expected had its name.
    fn unexpected(&mut self, field: &HeaderField<'_>, has_name: bool) {
        let name_hash = table::hash_name(field.name);
        let fixed = table::find_name(name_hash, field.name);
        let indexing = self.indexing(field, fixed);
        if indexing == Indexing::NeverIndex {
            return self.literal(Representation::NeverIndexed, field, name_hash, fixed);
        }
        if let Some(index) = fixed.and_then(|first| table::find_field(first, field.value)) {
            self.note(Reference::Static(index), has_name);
            return self.indexed(usize::from(index));
        }
        if indexing == Indexing::DoNotIndex {
            return self.literal(Representation::WithoutIndexing, field, name_hash, fixed);
        }
        let field_hash = table::hash(name_hash, field.value);
        if let Some(place) = self
            .lookup
            .find_field(field_hash, fixed, field, &self.table)
        {
            self.note(self.lookup.reference(place), has_name);
            return self.indexed(STATIC_LENGTH + 1 + place);
        }
        self.literal(Representation::IncrementalIndexing, field, name_hash, fixed);
        let name = Source::Octets(field.name);
        self.table.insert(name, field.value, 0);
        self.lookup
            .insert(name_hash, field_hash, fixed, self.table.len());
        self.note(self.lookup.reference(0), has_name);
    }

    /// Remembers what a field refers to: in the place of what was expected, if that had its name.
    #[inline]
    fn note(&mut self, reference: Reference, has_name: bool) {
        match has_name {
            true => self.habit.replace(reference),
            false => self.habit.note(reference),
        }
    }

    /// The entry that the list before makes us expect next, and its index.
    #[inline]
    fn expected(&self, sensitivity: Sensitivity) -> Option<(PackedField<'_>, usize)> {
        // Who is asked about each field decides about each field.
        if sensitivity == Sensitivity::NeverIndexed || self.policy.is_some() {
            return None;
        }
        match self.habit.expected()? {
            Reference::Static(index) => Some((table::fixed(index)?, usize::from(index))),
            Reference::Dynamic(number) => {
                let place = self.lookup.place(number);
                Some((self.table.entry(place)?, STATIC_LENGTH + 1 + place))
            }
        }
    }

    /// Decides what may happen to a field.
    #[inline]
    fn indexing(&self, field: &HeaderField<'_>, fixed: Option<u8>) -> Indexing {
        if field.sensitivity == Sensitivity::NeverIndexed {
            // RFC 7541 §7.1.3: what came as never indexed must go on as never indexed.
            return Indexing::NeverIndex;
        }
        let indexing = match self.policy {
            Some(policy) => policy(field),
            None => policy::by_static_name(field, fixed),
        };
        // Choice: RFC 7541 §4.4 would evict most of the table for an entry this large.
        let greatest = self.table.max_size() - self.table.max_size() / 4;
        if indexing == Indexing::Index && field.size() > greatest {
            return Indexing::DoNotIndex;
        }
        indexing
    }

    /// Writes a reference to an entry (RFC 7541 §6.1).
    fn indexed(&mut self, index: usize) {
        let form = Representation::Indexed;
        integer::encode(index, form.bits(), form.pattern(), &mut self.out);
    }

    /// Writes a literal, whose name may be a reference (RFC 7541 §6.2).
    fn literal(
        &mut self,
        form: Representation,
        field: &HeaderField<'_>,
        name_hash: u64,
        fixed: Option<u8>,
    ) {
        let index = match fixed {
            Some(index) => usize::from(index),
            None => match self.lookup.find_name(name_hash, field.name, &self.table) {
                Some(place) => STATIC_LENGTH + 1 + place,
                None => 0,
            },
        };
        integer::encode(index, form.bits(), form.pattern(), &mut self.out);
        if index == 0 {
            string::encode(field.name, self.coding, &mut self.out);
        }
        string::encode(field.value, self.coding, &mut self.out);
    }
}

/// Shows the table, and nothing of what was written, which may be secret.
impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder")
            .field("table", &self.table())
            .field("coding", &self.coding)
            .field("resize", &self.resize)
            .finish_non_exhaustive()
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}
