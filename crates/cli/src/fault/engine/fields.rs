//! Field blocks of one direction, and their dynamic tables at both ends kept in step (RFC 7541 §2.2).
//!
//! A block is passed on as it came while every block before it was, as far as it moved the table. Once one
//! that did was dropped, held or changed, the receiver's table is another than the sender's: from then on
//! blocks are encoded anew, behind a dynamic table size update to nothing.

use alloc::vec::Vec;

use blocking::proto::hpack::{Decoder, Encoder, Indexing, Representation};
use blocking::proto::{FieldSection, HeaderField};

/// As large as a dynamic table may be here: whether its sender may have one so large is the receiver's to say.
const TABLE: usize = 1 << 20;
/// The size of a dynamic table at first (RFC 9113 §6.5.2).
const USUAL: usize = 4096;

/// The field blocks of one direction.
#[derive(Debug)]
pub(super) struct Fields {
    decoder: Decoder,
    /// A block could not be decoded: none after it can.
    is_lost: bool,
    /// Encodes for the receiver, once it is out of step with the sender.
    encoder: Option<Encoder>,
    /// What the receiver allows its table, in octets.
    allowed: usize,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut decoder = Decoder::new();
        decoder.set_max_size(TABLE);
        Self {
            decoder,
            is_lost: false,
            encoder: None,
            allowed: USUAL,
        }
    }

    /// Decodes a block; returns its fields, and whether it moves the table.
    pub(super) fn decode(&mut self, block: &[u8]) -> Option<(FieldSection, bool)> {
        if self.is_lost {
            return None;
        }
        let before = (self.decoder.table().size(), self.decoder.table().max_size());
        let (mut fields, mut moves) = (FieldSection::new(), false);
        let mut take = |field: HeaderField<'_>, how: Representation, _: &mut u8| {
            moves |= how == Representation::IncrementalIndexing;
            fields.push(field);
        };
        let decoded = self.decoder.decode(block, &mut take);
        if decoded.and_then(|()| self.decoder.finish()).is_err() {
            self.is_lost = true;
            return None;
        }
        let table = self.decoder.table();
        Some((fields, moves || before != (table.size(), table.max_size())))
    }

    /// Says whether a block may be passed on as it came.
    pub(super) const fn is_in_step(&self) -> bool {
        self.encoder.is_none()
    }

    /// A block that moves the table is not passed on as it came, or not now.
    pub(super) fn skip(&mut self, moves: bool) {
        if moves && self.encoder.is_none() {
            let mut encoder = Encoder::new();
            encoder.set_peer_max_size(0);
            encoder.set_peer_max_size(self.allowed);
            self.encoder = Some(encoder);
        }
    }

    /// The receiver allows its table so many octets, and the sender has acknowledged that.
    pub(super) fn allow(&mut self, octets: usize) {
        self.allowed = octets;
        if let Some(encoder) = &mut self.encoder {
            encoder.set_peer_max_size(octets);
        }
    }

    /// A block for the receiver. While the ends are in step, it leaves the table alone.
    pub(super) fn encode(&mut self, fields: &FieldSection) -> Vec<u8> {
        let mut block = Vec::new();
        match &mut self.encoder {
            Some(encoder) => encoder.encode(fields, &mut block),
            None => Encoder::with_policy(|_| Indexing::DoNotIndex).encode(fields, &mut block),
        }
        block
    }
}
