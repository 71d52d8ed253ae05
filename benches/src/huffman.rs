//! The Huffman code alone, on strings of twenty octets, the same work for each implementation.

use std::collections::BTreeSet;

use tress_hpack::huffman;

use crate::corpus::{self, Sequence};
use crate::nghttp2;

/// How many octets a string has.
const LENGTH: usize = 20;

/// Strings, and what they are coded.
#[derive(Clone, Debug)]
pub struct Strings {
    plain: Vec<[u8; LENGTH]>,
    coded: Vec<Vec<u8>>,
}

impl Strings {
    /// Takes the beginnings of all values that are long enough, each of them once.
    ///
    /// Once, as a processor that knows what comes next would be measured otherwise.
    pub fn of(corpus: &[Sequence]) -> Self {
        let mut seen = BTreeSet::new();
        let beginnings = corpus::fields(corpus).filter_map(|field| field.value.first_chunk());
        let plain: Vec<[u8; LENGTH]> = beginnings.copied().filter(|it| seen.insert(*it)).collect();
        let coded = |octets: &[u8; LENGTH]| {
            let mut coded = Vec::new();
            huffman::encode(octets, &mut coded);
            coded
        };
        Self {
            coded: plain.iter().map(coded).collect(),
            plain,
        }
    }

    /// How many strings there are.
    pub fn count(&self) -> usize {
        self.plain.len()
    }

    /// Decodes all strings by `tress-hpack`; returns the octets that come out.
    pub fn decode_tress(&self) -> usize {
        let mut octets = 0;
        let mut space = Vec::new();
        for coded in &self.coded {
            space.clear();
            huffman::decode(coded, &mut space).expect("the code is right");
            octets += space.len();
        }
        octets
    }

    /// Decodes all strings by nghttp2; returns the octets that come out.
    pub fn decode_nghttp2(&self) -> usize {
        let mut space = [0; 256];
        let coded = self.coded.iter();
        coded
            .map(|coded| nghttp2::huffman_decode(coded, &mut space))
            .sum()
    }

    /// Encodes all strings by `tress-hpack`; returns the octets that come out.
    pub fn encode_tress(&self) -> usize {
        let mut octets = 0;
        let mut space = Vec::new();
        for plain in &self.plain {
            space.clear();
            huffman::encode(plain, &mut space);
            octets += space.len();
        }
        octets
    }

    /// Encodes all strings by nghttp2; returns the octets that come out.
    pub fn encode_nghttp2(&self) -> usize {
        let mut space = [0; 256];
        let plain = self.plain.iter();
        plain
            .map(|plain| nghttp2::huffman_encode(plain, &mut space))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, Strings};
    use crate::corpus::sequences;
    use crate::nghttp2;

    #[test]
    fn nghttp2_makes_the_same_of_every_string() {
        let strings = Strings::of(&sequences());
        assert!(strings.count() >= 1000, "{}", strings.count());
        let mut space = [0; 256];
        for (plain, coded) in strings.plain.iter().zip(&strings.coded) {
            let length = nghttp2::huffman_encode(plain, &mut space);
            assert_eq!(space[..length], **coded);
            let length = nghttp2::huffman_decode(coded, &mut space);
            assert_eq!(space[..length], *plain);
        }
        assert_eq!(strings.decode_tress(), strings.count() * LENGTH);
        assert_eq!(strings.encode_tress(), strings.encode_nghttp2());
    }
}
