//! A small generator of numbers: the same seed, the same numbers.

use core::ops::Range;

/// A generator of numbers that look random (splitmix64).
#[derive(Clone, Debug)]
pub struct Rng {
    seed: u64,
    state: u64,
}

impl Rng {
    /// Makes the generator of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// The seed it was made of.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The next number, of all there are.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range; its start when the range is empty.
    pub fn range(&mut self, range: Range<usize>) -> usize {
        let width = u64::try_from(range.len()).unwrap_or(u64::MAX).max(1);
        let offset = usize::try_from(self.number() % width).unwrap_or_default();
        range.start + offset
    }

    /// Any octet.
    pub fn octet(&mut self) -> u8 {
        let [octet, ..] = self.number().to_be_bytes();
        octet
    }

    /// Any 32 bits.
    pub fn bits(&mut self) -> u32 {
        let [a, b, c, d, ..] = self.number().to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    /// This many octets of any value.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.octet()).collect()
    }

    /// This many lower-case letters.
    pub fn letters(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'a' + self.octet() % 26))
            .collect()
    }

    /// True `times` times `of`, on average.
    pub fn chance(&mut self, times: usize, of: usize) -> bool {
        self.range(0..of) < times
    }

    /// Brings the items into any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in 1..items.len() {
            items.swap(place, self.range(0..place + 1));
        }
    }

    /// One of the items.
    ///
    /// # Panics
    ///
    /// Panics when there are none.
    #[track_caller]
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = self.range(0..items.len());
        items.get(index).expect("there is something to pick")
    }
}
