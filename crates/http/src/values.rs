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
    pub(crate) fn of<'a>(values: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let rest = match values.clone().map(<[u8]>::len).sum::<usize>() {
            0 => Bytes::new(),
            1..=32 => together::<32>(values),
            33..=64 => together::<64>(values),
            65..=128 => together::<128>(values),
            129..=256 => together::<256>(values),
            257..=512 => together::<512>(values),
            all => {
                let mut octets = Vec::with_capacity(all);
                values.for_each(|value| octets.extend_from_slice(value));
                octets.into()
            }
        };
        Self { rest }
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

/// Puts values behind each other in an array that is one piece of memory with what is shared of it: octets
/// of any number take two.
fn together<'a, const N: usize>(values: impl Iterator<Item = &'a [u8]>) -> Bytes {
    let mut octets = [0; N];
    let mut at = 0;
    for value in values {
        let end = at + value.len();
        if let Some(place) = octets.get_mut(at..end) {
            place.copy_from_slice(value);
        }
        at = end;
    }
    Bytes::from_owner(octets)
}
