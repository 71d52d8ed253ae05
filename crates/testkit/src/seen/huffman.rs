//! Decodes Huffman-coded strings bit by bit (RFC 7541 §5.2).

use alloc::collections::BTreeMap;
use std::sync::LazyLock;

use super::codes::CODES;

/// From (code, length in bits) to the symbol.
static SYMBOLS: LazyLock<BTreeMap<(u32, u32), usize>> = LazyLock::new(|| {
    CODES
        .iter()
        .enumerate()
        .map(|(symbol, code)| (*code, symbol))
        .collect()
});

/// Decodes a string, or says what is wrong with it.
pub(super) fn decode(coded: &[u8]) -> Result<Vec<u8>, String> {
    let mut decoded = Vec::new();
    let (mut code, mut bits) = (0_u32, 0_u32);
    for octet in coded {
        for place in (0..8).rev() {
            code = code << 1 | u32::from(octet >> place & 1);
            bits += 1;
            if let Some(symbol) = SYMBOLS.get(&(code, bits)) {
                let octet = u8::try_from(*symbol).map_err(|_| "EOS inside a string")?;
                decoded.push(octet);
                (code, bits) = (0, 0);
            } else if bits == 30 {
                return Err("a code that no symbol has".to_owned());
            }
        }
    }
    // RFC 7541 §5.2: padding is up to seven bits of EOS, which are ones.
    match bits {
        0..=7 if code == (1 << bits) - 1 => Ok(decoded),
        0..=7 => Err("padding that is not all ones".to_owned()),
        _ => Err("padding of more than seven bits".to_owned()),
    }
}
