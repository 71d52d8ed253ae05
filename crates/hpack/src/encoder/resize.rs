//! Which table sizes are to be signaled (RFC 7541 §4.2).

use crate::table::DEFAULT_SIZE;

/// The sizes that both ends want, and what happened to them since the last block.
#[derive(Debug)]
pub(super) struct Resize {
    peer_max: u32,
    preferred: u32,
    /// The smallest size since the last block, if there was a change.
    smallest: Option<u32>,
}

impl Resize {
    pub(super) fn set_peer_max(&mut self, octets: usize) {
        self.peer_max = bounded(octets);
        self.note();
    }

    pub(super) fn set_preferred(&mut self, octets: usize) {
        self.preferred = bounded(octets);
        self.note();
    }

    fn size(&self) -> u32 {
        self.peer_max.min(self.preferred)
    }

    fn note(&mut self) {
        let size = self.size();
        self.smallest = Some(self.smallest.map_or(size, |smallest| smallest.min(size)));
    }

    /// Returns the updates that are due when the size in use is `current`.
    pub(super) fn due(&mut self, current: usize) -> [Option<usize>; 2] {
        let Some(smallest) = self.smallest.take() else {
            return [None, None];
        };
        let (smallest, size) = (smallest as usize, self.size() as usize);
        // RFC 7541 §4.2: the peer may have evicted for the smallest size, so it is signaled first.
        let dip = (smallest < size && smallest < current).then_some(smallest);
        let change = (dip.is_some() || size != current).then_some(size);
        [dip, change]
    }
}

impl Default for Resize {
    fn default() -> Self {
        Self {
            peer_max: bounded(DEFAULT_SIZE),
            preferred: bounded(DEFAULT_SIZE),
            smallest: None,
        }
    }
}

/// A size update is an integer, and peers need not read one above 2^32-1.
fn bounded(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX)
}
