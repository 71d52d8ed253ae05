//! The octets of the values of one message, in one allocation.

use alloc::vec::Vec;

use proto::bytes::Bytes;

/// The octets of the values of one message, in one allocation, as slices of which they are taken.
///
/// Choice: whoever keeps one value keeps the memory of all, which is less than a kilobyte for most
/// messages, and as much as the peer may send in one section at most.
pub(crate) struct Values {
    /// Those that were not taken.
    rest: Bytes,
}

impl Values {
    /// Copies values, in the order in which they will be taken.
    pub(crate) fn of<'a>(values: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut gathered = Gathered::default();
        values.for_each(|value| gathered.add(value));
        Self {
            rest: gathered.into_bytes(),
        }
    }

    /// Takes the next value, which is this one.
    pub(crate) fn next(&mut self, value: &[u8]) -> Bytes {
        let next = self.rest.split_to(value.len().min(self.rest.len()));
        debug_assert_eq!(
            next, value,
            "values are taken in the order in which they were copied"
        );
        next
    }
}

/// How many octets most messages have at most.
const NEAR: usize = 512;

/// Values behind each other, which are walked through once.
struct Gathered {
    near: [u8; NEAR],
    used: usize,
    /// All of them, once they are more.
    far: Vec<u8>,
}

impl Gathered {
    #[inline]
    fn add(&mut self, value: &[u8]) {
        let end = self.used + value.len();
        match self.near.get_mut(self.used..end) {
            Some(place) => place.copy_from_slice(value),
            None => self.add_far(value),
        }
        self.used = end;
    }

    #[cold]
    fn add_far(&mut self, value: &[u8]) {
        if self.far.is_empty() {
            let near = self.near.get(..self.used).unwrap_or_default();
            self.far.extend_from_slice(near);
        }
        self.far.extend_from_slice(value);
    }

    /// All of them in one piece of memory, for few octets an array that is one with what is shared of it:
    /// octets of any number take two.
    fn into_bytes(self) -> Bytes {
        match self.used {
            0 => Bytes::new(),
            1..=32 => self.array::<32>(),
            33..=64 => self.array::<64>(),
            65..=128 => self.array::<128>(),
            129..=256 => self.array::<256>(),
            257..=NEAR => self.array::<NEAR>(),
            _ => self.far.into(),
        }
    }

    fn array<const N: usize>(&self) -> Bytes {
        self.near
            .first_chunk::<N>()
            .map_or_else(Bytes::new, |octets| Bytes::from_owner(*octets))
    }
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            near: [0; NEAR],
            used: 0,
            far: Vec::new(),
        }
    }
}
