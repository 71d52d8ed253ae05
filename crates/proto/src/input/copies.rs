//! Memory for content that is copied, as long as much of it comes.
//!
//! An allocation for each large frame costs a good part of what the copy does, and much more where the
//! allocator gives each back to the system. So a few frames share one, which is used again once nobody holds
//! content in it.

use alloc::boxed::Box;

use bytes::{Bytes, BytesMut};

use super::content;

/// What has fewer octets is copied on its own, to be joined to what came before it.
const LEAST: usize = 8 * 1024;

/// How many octets one allocation has, unless a single frame has more.
const MOST: usize = 64 * 1024;

/// So many large frames between two rests are much.
const MUCH: u8 = 2;

/// Where content is copied to: in a box, for most connections need none.
#[derive(Debug, Default)]
pub(super) struct Copies(Option<Box<Memory>>);

/// One allocation.
#[derive(Debug, Default)]
struct Memory {
    /// What of it is free.
    free: BytesMut,
    /// Its octets in all.
    octets: usize,
    /// How many large frames came since the output was empty, and before that.
    came: [u8; 2],
}

impl Copies {
    /// Copies content, if it is large and much of it comes.
    pub(super) fn copy(&mut self, data: &[u8]) -> Option<Bytes> {
        if data.len() < LEAST {
            return None;
        }
        let memory = self.0.get_or_insert_default();
        memory.came[0] = memory.came[0].saturating_add(1);
        memory.copy(data)
    }

    /// The output is empty: what nobody holds is used from its beginning again, or goes back where no more
    /// comes.
    pub(super) fn rest(&mut self) {
        let Some(memory) = &mut self.0 else {
            return;
        };
        memory.came = [0, memory.came[0]];
        if memory.came == [0, 0] {
            self.0 = None;
        } else {
            // Who holds a part of it decides.
            let _ = memory.free.try_reclaim(memory.octets);
        }
    }

    /// What is held beside the content, in octets.
    pub(super) fn octets(&self) -> usize {
        self.0.as_ref().map_or(0, |memory| memory.octets)
    }

    /// Gives the memory back.
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }
}

impl Memory {
    fn copy(&mut self, data: &[u8]) -> Option<Bytes> {
        let [now, before] = self.came;
        let is_small = !content::is_kept(data.len(), self.octets);
        if is_small || now.max(before) < MUCH {
            return None;
        }
        if self.free.capacity() < data.len() && !self.free.try_reclaim(data.len()) {
            // As much as such a piece is a good part of.
            self.octets = (content::SHARE * data.len()).min(MOST.max(data.len()));
            self.free = BytesMut::with_capacity(self.octets);
        }
        self.free.extend_from_slice(data);
        Some(self.free.split().freeze())
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::{Copies, LEAST, MOST};

    const FRAME: [u8; 16_384] = [b'x'; 16_384];

    /// Memory of which much was used a moment ago.
    fn busy() -> Copies {
        let mut copies = Copies::default();
        assert!(copies.copy(&FRAME).is_none(), "one frame is not much");
        assert!(copies.copy(&FRAME).is_some());
        copies
    }

    #[test]
    fn large_frames_share_an_allocation_that_is_used_again_once_nobody_holds_a_part_of_it() {
        let mut copies = busy();
        copies.rest();
        let mut places = Vec::new();
        for _ in 0..10 {
            let pieces: Vec<_> = (0..4).filter_map(|_| copies.copy(&FRAME)).collect();
            assert!(pieces.iter().all(|piece| **piece == FRAME));
            places.extend(pieces.first().map(|piece| piece.as_ptr()));
            copies.rest();
        }
        places.dedup();
        assert_eq!(places.len(), 1, "{places:?}");
    }

    #[test]
    fn what_somebody_holds_is_not_written_over() {
        let mut copies = busy();
        let mut held = Vec::new();
        for octet in 0..100 {
            let frame = [octet; 16_384];
            held.push((octet, copies.copy(&frame).unwrap()));
        }
        for (octet, piece) in held {
            assert!(piece.iter().all(|it| *it == octet));
        }
    }

    #[test]
    fn a_small_part_of_an_allocation_is_not_in_it() {
        let mut copies = busy();
        assert!(copies.copy(&FRAME[..LEAST - 1]).is_none());
        assert!(copies.copy(&FRAME[..LEAST]).is_none(), "one in eight");
        assert!(copies.copy(&vec![0; 8 * MOST]).is_some());
        assert_eq!(copies.octets(), 8 * MOST, "one frame");
    }

    #[test]
    fn the_memory_goes_back_when_no_more_comes() {
        let mut copies = busy();
        copies.rest();
        assert_eq!(copies.octets(), MOST);
        copies.rest();
        assert!(copies.0.is_none());
    }
}
