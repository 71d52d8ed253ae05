//! What holds for all octets; plain functions, so that a fuzzer can call them.

use tress_hpack::{
    DecodeError, Decoder, Encoder, HeaderField, Limits, Representation, Sensitivity, StringCoding,
    Summary, huffman,
};

#[path = "laws/shape.rs"]
mod shape;
#[path = "laws/slow.rs"]
mod slow;
#[cfg(test)]
mod tests;

use shape::{Numbers, Step};
use slow::{Field, Slow};

/// No octets make a decoder panic, and after an error it stays failed.
pub(crate) fn no_octets_panic(data: &[u8]) {
    stays_failed(data, |decoder, fragment, fields| {
        decoder.decode(fragment, &mut collect(fields))
    });
}

type Decode = fn(&mut Decoder, &[u8], &mut Vec<Field>) -> Result<(), DecodeError>;

fn stays_failed(data: &[u8], decode: Decode) {
    let mut decoder = Decoder::new();
    let mut fields = Vec::new();
    let (first, second) = data.split_at(data.len() / 2);
    let result = decode(&mut decoder, first, &mut fields)
        .and_then(|()| decode(&mut decoder, second, &mut fields))
        .and_then(|()| decoder.finish().map(drop));
    if let Err(error) = result {
        let handed_out = fields.len();
        assert_eq!(decode(&mut decoder, &[0x82], &mut fields), Err(error));
        assert_eq!(decoder.finish(), Err(error));
        assert_eq!(
            fields.len(),
            handed_out,
            "a failed decoder hands out nothing"
        );
        assert!(error.section().starts_with("RFC 7541 "));
        assert!(error.to_string().contains(error.section()));
    }
}

/// The decoder takes and refuses what the RFC's description of one does, for the same reasons.
pub(crate) fn the_slow_decoder_agrees(data: &[u8]) {
    agrees(data, |block| block.to_vec());
}

fn agrees(data: &[u8], tamper: fn(&[u8]) -> Vec<u8>) {
    let mut numbers = Numbers(data);
    let max_size = numbers.table_size();
    let (mut fast, mut slow) = (Decoder::with_max_size(max_size), Slow::new(max_size));
    for step in numbers.steps() {
        match step {
            Step::Limit(limit) => {
                fast.set_max_size(limit);
                slow.set_limit(limit);
            }
            Step::Block(block) => {
                let expected = slow.decode(&block);
                let found = decode(&mut fast, &tamper(&block), usize::MAX);
                let found = found.map(|(fields, _)| fields);
                if found == Err(DecodeError::HuffmanEos) && expected == Err(DecodeError::Truncated)
                {
                    return; // EOS is noticed before the end of the string is missed.
                }
                assert_eq!(found, expected, "block {block:02x?}");
                if expected.is_err() {
                    return;
                }
                same_table(&fast, &slow);
            }
        }
    }
}

fn same_table(fast: &Decoder, slow: &Slow) {
    let table = fast.table();
    let entries: Vec<_> = table
        .entries()
        .map(|entry| (entry.name.to_vec(), entry.value.to_vec()))
        .collect();
    assert_eq!(entries, slow.entries);
    assert_eq!(table.size(), slow.size());
    assert!(table.size() <= table.max_size());
}

/// What was encoded decodes to itself, in every context, and fits the bound.
pub(crate) fn what_was_encoded_decodes_to_itself(data: &[u8]) {
    survives(data, |encoder, fields, block| {
        encoder.encode(fields.iter().map(borrow), block);
    });
}

type Encode = fn(&mut Encoder, &[Field], &mut Vec<u8>);

/// Returns how many fields there were, and how many of them were references to entries.
fn survives(data: &[u8], encode: Encode) -> (usize, usize) {
    let mut numbers = Numbers(data);
    let mut encoder = Encoder::new();
    encoder.set_string_coding(match numbers.octet() % 4 {
        0 => StringCoding::Plain,
        1 => StringCoding::Huffman,
        _ => StringCoding::Shorter,
    });
    let (mut fast, mut slow) = (Decoder::new(), Slow::new(4096));
    let (mut fields_in_all, mut references) = (0, 0);
    while !numbers.0.is_empty() {
        numbers.resize(&mut encoder, &mut fast, &mut slow);
        let fields = numbers.fields();
        let mut block = Vec::new();
        let bound = encoder.bound(fields.iter().map(borrow));
        encode(&mut encoder, &fields, &mut block);
        assert!(
            block.len() <= bound,
            "{} octets, but the bound is {bound}",
            block.len()
        );
        let mut found = Vec::new();
        let mut sink = |field: HeaderField<'_>, form: Representation, _: &mut u8| {
            references += usize::from(form == Representation::Indexed);
            found.push(own(field));
        };
        fast.decode(&block, &mut sink)
            .expect("our own block is right");
        fast.finish().expect("our own block is whole");
        same_fields(&found, &fields);
        same_fields(
            &slow.decode(&block).expect("our own block is right"),
            &fields,
        );
        same_table(&fast, &slow);
        assert!(
            encoder.table().entries().eq(fast.table().entries()),
            "the tables differ"
        );
        fields_in_all += fields.len();
    }
    (fields_in_all, references)
}

/// A field may come back as never indexed although it was not marked, but not the other way.
fn same_fields(found: &[Field], expected: &[Field]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!((&found.0, &found.1), (&expected.0, &expected.1));
        assert!(found.2 || !expected.2, "a secret was not kept");
    }
}

/// In whatever pieces a block arrives, the same comes of it.
pub(crate) fn pieces_do_not_matter(data: &[u8]) {
    same_in_pieces(data, |fragment| fragment);
}

fn same_in_pieces(data: &[u8], tamper: fn(&[u8]) -> &[u8]) {
    let mut numbers = Numbers(data);
    let limits = numbers.limits();
    let pieces = [usize::from(numbers.octet() % 40), 1, 2, 9];
    let blocks = numbers.blocks();
    let outcome = |piece: usize| {
        let mut decoder = Decoder::new();
        decoder.set_limits(limits);
        let mut outcomes = Vec::new();
        for block in &blocks {
            outcomes.push(decode(&mut decoder, tamper_if(piece, block, tamper), piece));
        }
        (outcomes, format!("{:?}", decoder.table()))
    };
    let whole = outcome(usize::MAX);
    for piece in pieces {
        assert_eq!(outcome(piece), whole, "in pieces of {piece}");
    }
}

fn tamper_if(piece: usize, block: &[u8], tamper: fn(&[u8]) -> &[u8]) -> &[u8] {
    if piece == usize::MAX {
        block
    } else {
        tamper(block)
    }
}

/// Limits change what is handed out, and nothing else: not the table, the sums, nor any error.
pub(crate) fn limits_leave_the_tables_in_step(data: &[u8]) {
    limited_is_a_beginning(data, |limits| limits);
}

fn limited_is_a_beginning(data: &[u8], widen: fn(Limits) -> Limits) {
    let mut numbers = Numbers(data);
    let limits = numbers.limits();
    let (mut limited, mut free) = (Decoder::new(), Decoder::new());
    limited.set_limits(widen(limits));
    for block in numbers.blocks() {
        let expected = decode(&mut free, &block, usize::MAX);
        let found = decode(&mut limited, &block, usize::MAX);
        let (Ok((expected, all)), Ok((found, sums))) = (&expected, &found) else {
            assert_eq!(found.err(), expected.err());
            return;
        };
        assert_eq!((sums.fields, sums.octets), (all.fields, all.octets));
        assert_eq!(found[..], expected[..found.len()]);
        assert_eq!(
            found.len(),
            within(expected, &limits),
            "too few or too many fields"
        );
        assert_eq!(sums.exceeded.is_some(), found.len() < expected.len());
        assert!(
            limited.table().entries().eq(free.table().entries()),
            "the tables differ"
        );
        assert_eq!(limited.table().evictions(), free.table().evictions());
    }
}

/// How many of the fields come before the first one that passes a limit.
fn within(fields: &[Field], limits: &Limits) -> usize {
    let mut octets = 0;
    let passes = |(place, (name, value, _)): (usize, &Field)| {
        octets += name.len() + value.len() + 32;
        octets > limits.list_octets
            || place >= limits.fields
            || name.len().max(value.len()) > limits.string_octets
    };
    fields
        .iter()
        .enumerate()
        .position(passes)
        .unwrap_or(fields.len())
}

/// The Huffman code is that of the RFC, both ways, whatever the octets.
pub(crate) fn the_slow_huffman_code_agrees(data: &[u8]) {
    huffman_agrees(data, huffman::decode);
}

type DecodeHuffman = fn(&[u8], &mut Vec<u8>) -> Result<(), DecodeError>;

fn huffman_agrees(data: &[u8], decode: DecodeHuffman) {
    let mut decoded = b"before".to_vec();
    let result = decode(data, &mut decoded);
    let expected = slow::huffman::decode(data);
    let (before, found) = decoded.split_at(6);
    assert_eq!(before, b"before");
    assert_eq!(
        result.map(|()| found.to_vec()),
        expected,
        "decoding {data:02x?}"
    );

    let mut coded = Vec::new();
    huffman::encode(data, &mut coded);
    assert_eq!(coded, slow::huffman::encode(data), "encoding {data:02x?}");
    assert_eq!(coded.len(), huffman::encoded_len(data));
    decoded.clear();
    assert_eq!(decode(&coded, &mut decoded), Ok(()));
    assert_eq!(decoded, data);
}

/// Decodes one block in pieces of so many octets, at least one.
fn decode(
    decoder: &mut Decoder,
    block: &[u8],
    piece: usize,
) -> Result<(Vec<Field>, Summary), DecodeError> {
    let mut fields = Vec::new();
    for fragment in block.chunks(piece.max(1)) {
        decoder.decode(fragment, &mut collect(&mut fields))?;
    }
    let summary = decoder.finish()?;
    Ok((fields, summary))
}

fn collect(fields: &mut Vec<Field>) -> impl FnMut(HeaderField<'_>, Representation, &mut u8) {
    |field, _, _| fields.push(own(field))
}

fn own(field: HeaderField<'_>) -> Field {
    let never = field.sensitivity == Sensitivity::NeverIndexed;
    (field.name.to_vec(), field.value.to_vec(), never)
}

fn borrow((name, value, never): &Field) -> HeaderField<'_> {
    match never {
        true => HeaderField::sensitive(name, value),
        false => HeaderField::new(name, value),
    }
}
