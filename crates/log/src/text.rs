//! Octets of a peer as one word of a line.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

/// Any octets, as one word: graphic characters of ASCII stand for themselves, and all others, `%`,
/// `~`, `=`, `+` and `!` as `%` and two hexadecimal digits.
///
/// Two are equal if their octets are, however they came to be.
#[derive(Clone, Copy)]
pub struct Text<'a>(Form<'a>);

#[derive(Clone, Copy)]
enum Form<'a> {
    /// The octets.
    Plain(&'a [u8]),
    /// A word of a line, in which every `%` has its digits.
    Word(&'a [u8]),
}

/// Which octets stand for themselves.
static STANDS: [bool; 256] = stands();

const fn stands() -> [bool; 256] {
    let mut table = [false; 256];
    let mut octet = b'"';
    while octet <= b'}' {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            table[octet as usize] = !matches!(octet, b'%' | b'=' | b'+');
        }
        octet += 1;
    }
    table
}

fn stands_for_itself(octet: u8) -> bool {
    STANDS.get(usize::from(octet)).copied().unwrap_or(false)
}

/// Says of eight octets at once whether each stands for itself: it is from `"` to `}`, and neither `%` nor `=`
/// nor `+`.
const fn all_of_eight_stand(octets: [u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let octets = u64::from_le_bytes(octets);
    // The highest bit of each octet shows what is wrong; a borrow only goes to the octets behind a wrong one.
    let below = octets.wrapping_sub(ONES * b'"' as u64) & !octets;
    let above = octets | octets.wrapping_add(ONES * (0x7f - b'}') as u64);
    let (percent, equals, plus) = (
        octets ^ (ONES * b'%' as u64),
        octets ^ (ONES * b'=' as u64),
        octets ^ (ONES * b'+' as u64),
    );
    let is_one = (percent.wrapping_sub(ONES) & !percent)
        | (equals.wrapping_sub(ONES) & !equals)
        | (plus.wrapping_sub(ONES) & !plus);
    (below | above | is_one) & HIGH == 0
}

/// Says whether each of some octets stands for itself.
fn all_stand(octets: &[u8]) -> bool {
    let mut rest = octets;
    while let Some((eight, after)) = rest.split_first_chunk() {
        if !all_of_eight_stand(*eight) {
            return false;
        }
        rest = after;
    }
    // What is left, with what is known of before it, or one by one.
    match octets.last_chunk() {
        Some(eight) => rest.is_empty() || all_of_eight_stand(*eight),
        None => rest.iter().all(|octet| stands_for_itself(*octet)),
    }
}

impl<'a> Text<'a> {
    /// Any octets.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self(Form::Plain(octets))
    }

    /// A word of a line; `None` if it cannot be one.
    pub(crate) fn of_word(word: &'a [u8]) -> Option<Self> {
        let mut rest = word;
        while let Some((first, after)) = rest.split_first() {
            rest = match (*first, after) {
                (b'%', [high, low, after @ ..])
                    if digit(*high).is_some() && digit(*low).is_some() =>
                {
                    after
                }
                (octet, after) if stands_for_itself(octet) => after,
                _ => return None,
            };
        }
        Some(Self(Form::Word(word)))
    }

    /// The octets, one by one.
    pub fn octets(self) -> impl Iterator<Item = u8> + use<'a> {
        let (mut rest, is_word) = match self.0 {
            Form::Plain(octets) => (octets, false),
            Form::Word(word) => (word, true),
        };
        core::iter::from_fn(move || {
            let (first, after) = rest.split_first()?;
            rest = after;
            if let (b'%', true, [high, low, after @ ..]) = (*first, is_word, after) {
                rest = after;
                return Some((digit(*high)? << 4) | digit(*low)?);
            }
            Some(*first)
        })
    }

    /// Says whether there are no octets.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        match self.0 {
            Form::Plain(octets) | Form::Word(octets) => octets.is_empty(),
        }
    }

    /// The first octets, at most so many.
    pub(crate) fn first(self, most: usize) -> Self {
        match self.0 {
            Form::Plain(octets) => Self::new(octets.get(..most).unwrap_or(octets)),
            // A word is as long as it was allowed to be when it was written.
            Form::Word(_) => self,
        }
    }

    /// How many octets there are.
    #[must_use]
    pub fn len(self) -> usize {
        match self.0 {
            Form::Plain(octets) => octets.len(),
            Form::Word(_) => self.octets().count(),
        }
    }

    /// As text, with a replacement character for what is not UTF-8.
    #[must_use]
    pub fn to_string_lossy(self) -> String {
        let octets: Vec<u8> = self.octets().collect();
        String::from_utf8_lossy(&octets).into_owned()
    }

    /// Appends the word.
    pub(crate) fn put(self, out: &mut Vec<u8>) {
        match self.0 {
            Form::Word(word) => out.extend_from_slice(word),
            Form::Plain(octets) if all_stand(octets) => out.extend_from_slice(octets),
            Form::Plain(octets) => {
                for octet in octets {
                    if stands_for_itself(*octet) {
                        out.push(*octet);
                    } else {
                        out.push(b'%');
                        crate::put::hex(*octet, out);
                    }
                }
            }
        }
    }
}

/// The value of a hexadecimal digit, of which only the small ones are written.
pub(crate) const fn digit(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        _ => None,
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.octets().eq(other.octets())
    }
}

impl Eq for Text<'_> {}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.octets().for_each(|octet| state.write_u8(octet));
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.octets().eq(other.bytes())
    }
}

impl fmt::Display for Text<'_> {
    /// As text in which nothing disturbs a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_string_lossy();
        for character in text.chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_default())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string_lossy())
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{all_stand, stands_for_itself};

    #[test]
    fn eight_octets_at_once_are_what_they_are_one_by_one() {
        for wrong in 0..=u8::MAX {
            for length in 0..20_usize {
                for place in 0..length.max(1) {
                    let mut octets: Vec<u8> = b"abc\"}$&*,<>~"[..11]
                        .iter()
                        .copied()
                        .cycle()
                        .take(length)
                        .collect();
                    if let Some(octet) = octets.get_mut(place) {
                        *octet = wrong;
                    }
                    let expected = octets.iter().all(|octet| stands_for_itself(*octet));
                    assert_eq!(all_stand(&octets), expected, "{octets:?}");
                }
            }
        }
    }
}
