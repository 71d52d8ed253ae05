//! From a stream to its request, without a search.

use alloc::collections::{BTreeMap, VecDeque};

use blocking::proto::StreamId;

/// The place of a request that is over.
const GONE: u32 = u32::MAX;

/// How many streams are looked up by their distance from the oldest.
const NEAR: usize = 64 * 1024;

/// Where the requests of the streams of a client lie. Its identifiers are odd and follow each other, so
/// that they are places in a queue; those that outlive very many others lie in a map.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The number of the first stream in `near`: half of its identifier.
    first: u32,
    near: VecDeque<u32>,
    far: BTreeMap<u32, u32>,
}

impl Index {
    /// A stream is made, the next one, for the request at a place.
    pub(super) fn push(&mut self, stream: StreamId, place: u32) {
        let number = stream.value() / 2;
        if self.near.is_empty() {
            self.first = number;
        }
        self.near.push_back(place);
        debug_assert_eq!(
            self.first as usize + self.near.len(),
            number as usize + 1,
            "a client leaves out no identifier"
        );
        if self.near.len() > NEAR {
            let oldest = self.near.pop_front();
            if let Some(place) = oldest.filter(|place| *place != GONE) {
                self.far.insert(self.first, place);
            }
            self.first += 1;
        }
    }

    /// The place of a stream's request, if it is not over.
    pub(super) fn get(&self, stream: StreamId) -> Option<u32> {
        let number = stream.value() / 2;
        let place = match number.checked_sub(self.first) {
            Some(distance) => self.near.get(distance as usize),
            None => self.far.get(&number),
        };
        place.copied().filter(|place| *place != GONE)
    }

    /// A stream's request is over.
    pub(super) fn remove(&mut self, stream: StreamId) {
        let number = stream.value() / 2;
        let Some(distance) = number.checked_sub(self.first) else {
            self.far.remove(&number);
            return;
        };
        if let Some(place) = self.near.get_mut(distance as usize) {
            *place = GONE;
        }
        while self.near.front() == Some(&GONE) {
            self.near.pop_front();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests;
