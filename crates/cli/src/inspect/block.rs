//! What every octet of a field block means (RFC 7541 §6).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::item::Part;
use super::octets::part;

/// The representations of a block, with the fields that they stand for.
pub(crate) fn parts(block: &[u8], fields: &[String]) -> Vec<Part> {
    let (mut parts, mut rest) = (Vec::new(), block);
    let mut fields = fields.iter();
    while let Some(first) = rest.first() {
        let before = rest.len();
        let Some(said) = representation(*first, &mut rest) else {
            parts.push(part(before, "what cannot be read"));
            return parts;
        };
        let means = match said {
            Said::Size(octets) => format!("dynamic table of at most {octets} octets"),
            Said::Field(how) => match fields.next() {
                Some(field) => format!("{how}: {field}"),
                None => how,
            },
        };
        parts.push(part(before - rest.len(), means));
    }
    parts
}

/// What a representation says.
enum Said {
    Size(u64),
    Field(String),
}

/// Takes one representation.
fn representation(first: u8, rest: &mut &[u8]) -> Option<Said> {
    if first & 0x80 != 0 {
        return Some(Said::Field(format!("indexed {}", integer(7, rest)?)));
    }
    if first & 0xe0 == 0x20 {
        return integer(5, rest).map(Said::Size);
    }
    let (bits, how) = match first & 0xf0 {
        0x00 => (4, "literal, not indexed"),
        0x10 => (4, "literal, never indexed"),
        _ => (6, "literal, indexed from now on"),
    };
    let index = integer(bits, rest)?;
    let name = match index {
        0 => format!("name {}", string(rest)?),
        index => format!("name of {index}"),
    };
    let value = string(rest)?;
    Some(Said::Field(format!("{how}, {name}, value {value}")))
}

/// Takes an integer with a prefix of so many bits (RFC 7541 §5.1).
fn integer(bits: u32, rest: &mut &[u8]) -> Option<u64> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    let most = (1_u64 << bits) - 1;
    let mut value = u64::from(*first) & most;
    if value < most {
        return Some(value);
    }
    for shift in (0..35).step_by(7) {
        let (octet, after) = rest.split_first()?;
        *rest = after;
        value += u64::from(octet & 0x7f) << shift;
        if octet & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Takes a string; returns how it is coded and how long it is (RFC 7541 §5.2).
fn string(rest: &mut &[u8]) -> Option<String> {
    let is_coded = rest.first()? & 0x80 != 0;
    let length = usize::try_from(integer(7, rest)?).ok()?;
    let (_, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(match is_coded {
        true => format!("in {length} octets of Huffman code"),
        false => format!("in {length} octets"),
    })
}
