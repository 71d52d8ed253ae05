//! Decoding and encoding the corpus, the same work for each implementation.

use httlib_hpack::Encoder as Peer;
use tress_hpack::{Decoder, Encoder, HeaderField, Indexing, Representation, StringCoding};

use crate::corpus::{List, Sequence};
use crate::nghttp2::{Deflater, Inflater};

/// The field blocks of a sequence, in order.
pub type Blocks = Vec<Vec<u8>>;

/// A form in which the corpus goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Indexed, and Huffman where shorter, as nghttp2 makes it.
    Mixed,
    /// Indexed, all strings plain.
    Plain,
    /// Not indexed, all strings in the Huffman code.
    Huffman,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Mixed, Self::Plain, Self::Huffman];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Plain => "plain",
            Self::Huffman => "all Huffman",
        }
    }

    /// The corpus in this form.
    pub fn wire(self, sequences: &[Sequence]) -> Vec<Blocks> {
        let blocks = |sequence: &Sequence| match self {
            Self::Mixed => {
                let mut deflater = Deflater::new(4096);
                let lists = sequence.lists.iter();
                lists.map(|list| deflater.deflate(list).to_vec()).collect()
            }
            Self::Plain => encoded(sequence, Encoder::new(), StringCoding::Plain),
            Self::Huffman => {
                let encoder = Encoder::with_policy(|_| Indexing::DoNotIndex);
                encoded(sequence, encoder, StringCoding::Huffman)
            }
        };
        sequences.iter().map(blocks).collect()
    }
}

fn encoded(sequence: &Sequence, mut encoder: Encoder, coding: StringCoding) -> Blocks {
    encoder.set_string_coding(coding);
    let block = |list: &List| {
        let mut block = Vec::new();
        encoder.encode(borrowed(list), &mut block);
        block
    };
    sequence.lists.iter().map(block).collect()
}

/// The fields of a list, as our encoder takes them.
pub fn borrowed(list: &List) -> impl Iterator<Item = HeaderField<'_>> {
    list.iter()
        .map(|field| HeaderField::new(&field.name, &field.value))
}

/// Decodes everything by `tress-hpack`; returns the octets of all fields.
pub fn decode_tress(wire: &[Blocks]) -> usize {
    let mut octets = 0;
    for blocks in wire {
        let mut decoder = Decoder::new();
        let mut sink = |field: HeaderField<'_>, _: Representation, _: &mut u8| {
            octets += field.name.len() + field.value.len();
        };
        for block in blocks {
            decoder
                .decode(block, &mut sink)
                .expect("the block is right");
            decoder.finish().expect("the block is whole");
        }
    }
    octets
}

/// Decodes everything by nghttp2; returns the octets of all fields.
pub fn decode_nghttp2(wire: &[Blocks]) -> usize {
    let mut octets = 0;
    for blocks in wire {
        let mut inflater = Inflater::new();
        for block in blocks {
            inflater.inflate(block, |name, value, _| octets += name.len() + value.len());
        }
    }
    octets
}

/// Decodes everything by `httlib-hpack`; returns the octets of all fields.
///
/// It consumes the vector that holds a block, so that a copy of each is part of its work.
pub fn decode_httlib(wire: &[Blocks]) -> usize {
    let mut octets = 0;
    let (mut copy, mut fields) = (Vec::new(), Vec::new());
    for blocks in wire {
        let mut decoder = httlib_hpack::Decoder::with_dynamic_size(4096);
        for block in blocks {
            copy.clear();
            copy.extend_from_slice(block);
            fields.clear();
            decoder
                .decode(&mut copy, &mut fields)
                .expect("the block is right");
            octets += fields
                .iter()
                .map(|(name, value, _)| name.len() + value.len())
                .sum::<usize>();
        }
    }
    octets
}

/// Encodes everything by `tress-hpack`; returns the octets of all blocks.
pub fn encode_tress(sequences: &[Sequence]) -> usize {
    let mut octets = 0;
    let mut block = Vec::new();
    for sequence in sequences {
        let mut encoder = Encoder::new();
        for list in &sequence.lists {
            block.clear();
            encoder.encode(borrowed(list), &mut block);
            octets += block.len();
        }
    }
    octets
}

/// Encodes everything by nghttp2; returns the octets of all blocks.
pub fn encode_nghttp2(sequences: &[Sequence]) -> usize {
    let mut octets = 0;
    for sequence in sequences {
        let mut deflater = Deflater::new(4096);
        let lists = sequence.lists.iter();
        octets += lists
            .map(|list| deflater.deflate(list).len())
            .sum::<usize>();
    }
    octets
}

/// Encodes everything by `httlib-hpack`, indexed and Huffman; returns the octets of all blocks.
///
/// It takes its fields by value, so that a copy of each is part of its work.
pub fn encode_httlib(sequences: &[Sequence]) -> usize {
    const FLAGS: u8 =
        Peer::HUFFMAN_NAME | Peer::HUFFMAN_VALUE | Peer::WITH_INDEXING | Peer::BEST_FORMAT;
    let mut octets = 0;
    let mut block = Vec::new();
    for sequence in sequences {
        let mut encoder = Peer::with_dynamic_size(4096);
        for list in &sequence.lists {
            block.clear();
            for field in list {
                let field = (field.name.clone(), field.value.clone(), FLAGS);
                encoder
                    .encode(field, &mut block)
                    .expect("any field can be encoded");
            }
            octets += block.len();
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::{
        Form, decode_httlib, decode_nghttp2, decode_tress, encode_httlib, encode_nghttp2,
        encode_tress,
    };
    use crate::corpus::{Field, fields, sequences};

    #[test]
    fn all_decoders_see_the_whole_corpus_in_every_form() {
        let sequences = sequences();
        let octets: usize = fields(&sequences).map(Field::octets).sum();
        for form in Form::ALL {
            let wire = form.wire(&sequences);
            for decode in [decode_tress, decode_nghttp2, decode_httlib] {
                assert_eq!(decode(&wire), octets, "{}", form.name());
            }
        }
    }

    #[test]
    fn all_encoders_compress() {
        let sequences = sequences();
        let octets: usize = fields(&sequences).map(Field::octets).sum();
        for encode in [encode_tress, encode_nghttp2, encode_httlib] {
            let ratio = encode(&sequences) as f64 / octets as f64;
            assert!((0.2..0.5).contains(&ratio), "{ratio}");
        }
    }
}
