//! What several test modules need: hexadecimal, owned fields, and whole blocks at once.

use tress_hpack::{
    DecodeError, Decoder, Encoder, HeaderField, Representation, Sensitivity, Summary,
};

/// A field that owns its octets, with the form in which it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owned {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) sensitivity: Sensitivity,
}

impl Owned {
    pub(crate) fn new(name: &[u8], value: &[u8]) -> Self {
        HeaderField::new(name, value).into()
    }

    pub(crate) fn borrow(&self) -> HeaderField<'_> {
        HeaderField {
            name: &self.name,
            value: &self.value,
            sensitivity: self.sensitivity,
        }
    }
}

impl From<HeaderField<'_>> for Owned {
    fn from(field: HeaderField<'_>) -> Self {
        Self {
            name: field.name.to_vec(),
            value: field.value.to_vec(),
            sensitivity: field.sensitivity,
        }
    }
}

/// Reads hexadecimal digits, with any white space between them.
#[track_caller]
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

/// Decodes one block in pieces of so many octets.
pub(crate) fn decode_in_pieces(
    decoder: &mut Decoder,
    block: &[u8],
    piece: usize,
) -> Result<(Vec<Owned>, Summary), DecodeError> {
    let mut fields = Vec::new();
    let mut sink = |field: HeaderField<'_>, _: Representation, _: &mut u8| {
        fields.push(Owned::from(field));
    };
    for fragment in block.chunks(piece.max(1)) {
        decoder.decode(fragment, &mut sink)?;
    }
    let summary = decoder.finish()?;
    Ok((fields, summary))
}

/// Decodes one block at once.
pub(crate) fn decode(decoder: &mut Decoder, block: &[u8]) -> Result<Vec<Owned>, DecodeError> {
    decode_in_pieces(decoder, block, block.len()).map(|(fields, _)| fields)
}

/// Decodes one block with a fresh decoder, at once and octet by octet, which must agree.
#[track_caller]
pub(crate) fn decode_fresh(block: &[u8]) -> Result<Vec<Owned>, DecodeError> {
    let whole = decode(&mut Decoder::new(), block);
    let pieces = decode_in_pieces(&mut Decoder::new(), block, 1).map(|(fields, _)| fields);
    assert_eq!(whole, pieces, "cutting a block must change nothing");
    whole
}

/// Encodes one block.
pub(crate) fn encode(encoder: &mut Encoder, fields: &[Owned]) -> Vec<u8> {
    let mut block = Vec::new();
    encoder.encode(fields.iter().map(Owned::borrow), &mut block);
    block
}

/// Writes fields as `name: value` lines.
pub(crate) fn lines(fields: &[Owned]) -> Vec<String> {
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    fields
        .iter()
        .map(|field| format!("{}: {}", text(&field.name), text(&field.value)))
        .collect()
}
