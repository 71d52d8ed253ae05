//! Looks at eight octets at once: for strings of the kinds that nearly all are.
//!
//! Nothing is refused here. A string of which this is not sure is looked at octet by octet, by the table
//! in [`syntax`](super::syntax).

/// A one in each octet.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The highest bit of each octet.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Says whether the octets may be the value of a field: SP, visible ASCII or beyond ASCII, and no SP at
/// the ends.
#[inline]
pub(super) fn are_inner_value(octets: &[u8]) -> bool {
    let ends = [octets.first(), octets.last()];
    !ends.contains(&Some(&b' ')) && are_value(octets)
}

/// Says whether all octets are SP, visible ASCII or beyond ASCII.
#[inline]
fn are_value(octets: &[u8]) -> bool {
    all(octets, |word| {
        let below_space = word.wrapping_sub(0x20 * ONES) & !word;
        (below_space | zeros(word ^ (0x7f * ONES))) & HIGH == 0
    })
}

/// Says whether all octets are visible ASCII, and none is `#`.
#[inline]
pub(super) fn are_path(octets: &[u8]) -> bool {
    all(octets, |word| {
        let up_to_space = word.wrapping_sub(0x21 * ONES);
        let others = zeros(word ^ (0x7f * ONES)) | zeros(word ^ (0x23 * ONES));
        (word | up_to_space | others) & HIGH == 0
    })
}

/// Says whether all octets are lower-case letters or `-`.
#[inline]
pub(super) fn are_name(octets: &[u8]) -> bool {
    all(octets, |word| {
        // No sum reaches the next octet, as long as none is beyond ASCII.
        let from_a = word.wrapping_add((0x80 - 0x61) * ONES);
        let past_z = word.wrapping_add((0x80 - 0x7b) * ONES);
        let no_dash = (word ^ (0x2d * ONES)).wrapping_add(0x7f * ONES);
        word & HIGH == 0 && (from_a & !past_z | !no_dash) & HIGH == HIGH
    })
}

/// Marks the highest bit of the octets that are zero. An octet above one may be marked that is not: then
/// there is a zero below it all the same.
#[inline]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

/// Tests a string as words, of which the last one overlaps the one before.
#[inline]
fn all(octets: &[u8], test: impl Fn(u64) -> bool) -> bool {
    let Some(last) = octets.last_chunk() else {
        return short(octets).is_some_and(test);
    };
    let mut rest = octets;
    while let Some((word, behind)) = rest.split_first_chunk() {
        if !test(u64::from_le_bytes(*word)) {
            return false;
        }
        rest = behind;
    }
    test(u64::from_le_bytes(*last))
}

/// Fewer than eight octets as a word, some of them twice; none is none.
#[inline]
fn short(octets: &[u8]) -> Option<u64> {
    if let (Some(first), Some(last)) = (octets.first_chunk(), octets.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return Some(u64::from(first) | u64::from(last) << 32);
    }
    let (first, last) = (*octets.first()?, *octets.last()?);
    let middle = octets.get(1).copied().unwrap_or(first);
    Some(u64::from_le_bytes([
        first, middle, last, first, first, first, first, first,
    ]))
}

#[cfg(test)]
mod tests {
    use super::{are_inner_value, are_name, are_path};
    use crate::message::syntax::{NAME, PATH, VALUE, all};

    fn is_inner_value(octets: &[u8]) -> bool {
        let ends = [octets.first(), octets.last()];
        all(octets, VALUE) && !octets.contains(&b'\t') && !ends.contains(&Some(&b' '))
    }

    fn check(octets: &[u8]) {
        assert_eq!(
            are_inner_value(octets),
            is_inner_value(octets),
            "{octets:?}"
        );
        assert_eq!(are_path(octets), all(octets, PATH), "{octets:?}");
        let is_plain = |octet: &u8| matches!(octet, b'a'..=b'z' | b'-');
        assert_eq!(are_name(octets), octets.iter().all(is_plain), "{octets:?}");
        assert!(!are_name(octets) || all(octets, NAME), "{octets:?}");
    }

    #[test]
    fn words_say_what_the_table_says_at_every_place_of_every_length() {
        for length in 1..=20 {
            for place in 0..length {
                for octet in 0..=u8::MAX {
                    let mut octets = [b'a'; 20];
                    octets[place] = octet;
                    check(&octets[..length]);
                }
            }
        }
    }

    /// A borrow or a carry would go over to the next octet.
    #[test]
    fn words_say_what_the_table_says_of_any_two_neighbors() {
        for octet in 0..=u8::MAX {
            for next in 0..=u8::MAX {
                check(&[b'a', octet, next, b'-', b'a', b'a', b'a', b'a']);
            }
        }
    }

    #[test]
    fn of_no_octets_words_are_not_sure() {
        assert!(!are_inner_value(b"") && !are_path(b"") && !are_name(b""));
    }
}
