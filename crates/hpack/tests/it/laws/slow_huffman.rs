//! The Huffman code bit by bit (RFC 7541 §5.2).

use std::collections::HashMap;
use std::sync::LazyLock;

use tress_hpack::DecodeError;

use super::facts::LENGTHS;

/// The symbol that ends every string, and stands in none.
const EOS: usize = 256;

/// Code and length of each symbol.
static CODES: LazyLock<Vec<(u32, u32)>> = LazyLock::new(|| {
    let mut codes = vec![(0, 0); LENGTHS.len()];
    let mut next = 0;
    for length in 1..=30 {
        next <<= 1;
        for symbol in (0..LENGTHS.len()).filter(|symbol| LENGTHS[*symbol] == length) {
            codes[symbol] = (next, length);
            next += 1;
        }
    }
    codes
});

/// The symbol of each code and length.
static SYMBOLS: LazyLock<HashMap<(u32, u32), usize>> = LazyLock::new(|| {
    CODES
        .iter()
        .enumerate()
        .map(|(symbol, code)| (*code, symbol))
        .collect()
});

pub(crate) fn encode(octets: &[u8]) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    for octet in octets {
        let (code, length) = CODES[usize::from(*octet)];
        bits.extend((0..length).rev().map(|bit| code >> bit & 1 == 1));
    }
    while bits.len() % 8 != 0 {
        bits.push(true);
    }
    let octet = |bits: &[bool]| {
        bits.iter()
            .fold(0, |octet, bit| octet << 1 | u8::from(*bit))
    };
    bits.chunks(8).map(octet).collect()
}

pub(crate) fn decode(coded: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let (octets, left, eos) = symbols(coded);
    if eos {
        return Err(DecodeError::HuffmanEos);
    }
    if left.len() > 7 {
        return Err(DecodeError::HuffmanPaddingTooLong);
    }
    if left.contains(&false) {
        return Err(DecodeError::HuffmanPaddingNotOnes);
    }
    Ok(octets)
}

/// The symbols before the end or EOS, the bits behind them, and whether EOS was there.
fn symbols(coded: &[u8]) -> (Vec<u8>, Vec<bool>, bool) {
    let mut octets = Vec::new();
    let (mut code, mut length) = (0, 0);
    let mut left = Vec::new();
    for bit in coded
        .iter()
        .flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1))
    {
        code = code << 1 | u32::from(bit);
        length += 1;
        left.push(bit == 1);
        match SYMBOLS.get(&(code, length)) {
            Some(&EOS) => return (octets, left, true),
            Some(&symbol) => {
                octets.push(u8::try_from(symbol).unwrap());
                (code, length) = (0, 0);
                left.clear();
            }
            None => {}
        }
    }
    (octets, left, false)
}
