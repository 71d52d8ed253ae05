//! Decoders and encoders that do their work a second time, with all the memory they will need.

use core::hint::black_box;

use tress_hpack::{Decoder, Encoder, HeaderField, Representation};

use crate::corpus::{self, Sequence};
use crate::frames;
use crate::headers::{self, Blocks};
use crate::rows::Material;

/// Who does what, in how many fields or frames, and how.
pub type Warm<'a> = (String, usize, Box<dyn FnMut() + 'a>);

/// All that is looked at; each is to be called once before.
pub fn works(material: &Material) -> Vec<Warm<'_>> {
    let sequences = &material.sequences;
    let fields = corpus::fields(sequences).count();
    let mut works: Vec<Warm<'_>> = Vec::new();
    for (form, wire) in material.wires() {
        let name = form.name();
        works.push((format!("tress decode, {name}"), fields, decode(wire)));
        let theirs = move || {
            black_box(headers::decode_httlib(wire));
        };
        works.push((format!("httlib decode, {name}"), fields, Box::new(theirs)));
    }
    works.push(("tress encode".to_owned(), fields, encode(sequences)));
    let theirs = || {
        black_box(headers::encode_httlib(sequences));
    };
    works.push(("httlib encode".to_owned(), fields, Box::new(theirs)));
    for run in material.runs() {
        let read = move || {
            black_box(frames::read_tress(run));
        };
        works.push((format!("tress {}", run.name), run.count, Box::new(read)));
    }
    works
}

fn decode(wire: &[Blocks]) -> Box<dyn FnMut() + '_> {
    let mut decoders: Vec<Decoder> = wire.iter().map(|_| Decoder::new()).collect();
    Box::new(move || {
        let mut octets = 0;
        let mut sink = |field: HeaderField<'_>, _: Representation, _: &mut u8| {
            octets += field.size();
        };
        for (blocks, decoder) in wire.iter().zip(&mut decoders) {
            for block in blocks {
                decoder
                    .decode(block, &mut sink)
                    .expect("the block is right");
                decoder.finish().expect("the block is whole");
            }
        }
        black_box(octets);
    })
}

fn encode(sequences: &[Sequence]) -> Box<dyn FnMut() + '_> {
    let mut encoders: Vec<Encoder> = sequences.iter().map(|_| Encoder::new()).collect();
    let mut block = Vec::new();
    Box::new(move || {
        for (sequence, encoder) in sequences.iter().zip(&mut encoders) {
            for list in &sequence.lists {
                block.clear();
                encoder.encode(headers::borrowed(list), &mut block);
                black_box(block.len());
            }
        }
    })
}
