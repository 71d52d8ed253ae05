//! What stands for a transport: 64 KiB, one copy in and one copy out, as a socket makes them.

use bytes::{Bytes, BytesMut};

/// The octets that are under way at most, and that are read at once.
pub const CAPACITY: usize = 64 * 1024;

/// What the reader may hold that is not whole, in octets.
const FRAME: usize = 9 + 16 * 1024;

/// Octets under way, and those that the reader has got and not consumed.
#[derive(Debug)]
pub struct Pipe {
    under_way: Vec<u8>,
    read: usize,
    inbox: Vec<u8>,
    held: usize,
    /// Memory for buffers that the reader may keep.
    buffer: BytesMut,
}

impl Default for Pipe {
    fn default() -> Self {
        Self {
            under_way: Vec::with_capacity(CAPACITY),
            read: 0,
            inbox: vec![0; CAPACITY + FRAME],
            held: 0,
            buffer: BytesMut::new(),
        }
    }
}

impl Pipe {
    /// How many octets could be written.
    pub fn space(&self) -> usize {
        CAPACITY - self.under_way.len()
    }

    /// Writes as many octets as there is space for; returns how many those are.
    pub fn write(&mut self, octets: &[u8]) -> usize {
        let count = octets.len().min(self.space());
        self.under_way.extend_from_slice(&octets[..count]);
        count
    }

    /// Reads what there is, and shows it to `take`, which says how much of it was consumed. Returns
    /// whether there was anything new.
    pub fn read(&mut self, mut take: impl FnMut(&[u8]) -> usize) -> bool {
        let mut is_new = false;
        loop {
            let count = (self.under_way.len() - self.read).min(self.inbox.len() - self.held);
            if count == 0 {
                self.under_way.clear();
                self.read = 0;
                return is_new;
            }
            is_new = true;
            let octets = &self.under_way[self.read..self.read + count];
            self.inbox[self.held..self.held + count].copy_from_slice(octets);
            self.read += count;
            let held = self.held + count;
            let consumed = take(&self.inbox[..held]);
            self.inbox.copy_within(consumed..held, 0);
            self.held = held - consumed;
        }
    }

    /// Does the same in buffers of 64 KiB that the reader may keep. What it did not consume is copied out, for
    /// a buffer that nobody keeps is used again, and to the front of the next one.
    pub fn read_shared(&mut self, mut take: impl FnMut(&Bytes) -> usize) -> bool {
        let mut is_new = false;
        loop {
            let count = (self.under_way.len() - self.read).min(CAPACITY - self.held);
            if count == 0 {
                self.under_way.clear();
                self.read = 0;
                return is_new;
            }
            is_new = true;
            self.buffer.reserve(CAPACITY);
            self.buffer.extend_from_slice(&self.inbox[..self.held]);
            let octets = &self.under_way[self.read..self.read + count];
            self.buffer.extend_from_slice(octets);
            self.read += count;
            let input = self.buffer.split().freeze();
            let rest = &input[take(&input)..];
            self.inbox[..rest.len()].copy_from_slice(rest);
            self.held = rest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Pipe};

    #[test]
    fn what_is_not_consumed_of_a_buffer_that_may_be_kept_is_shown_again() {
        let mut pipe = Pipe::default();
        let mut kept = Vec::new();
        for octets in [&b"abc"[..], b"def", b"ghi"] {
            assert_eq!(pipe.write(octets), 3);
            assert!(pipe.read_shared(|input| {
                kept.push(input.clone());
                input.len() - 1
            }));
        }
        assert_eq!(kept, [&b"abc"[..], b"cdef", b"fghi"]);
        assert!(!pipe.read_shared(|input| input.len()));
    }

    #[test]
    fn what_is_not_consumed_is_shown_again() {
        let mut pipe = Pipe::default();
        assert_eq!(pipe.write(b"abc"), 3);
        assert!(pipe.read(|octets| octets.len() - 1));
        assert_eq!(pipe.write(b"def"), 3);
        let mut seen = Vec::new();
        pipe.read(|octets| {
            seen = octets.to_vec();
            octets.len()
        });
        assert_eq!(seen, b"cdef");
        assert!(!pipe.read(<[u8]>::len));
        assert_eq!(pipe.write(&[0; CAPACITY + 1]), CAPACITY);
    }
}
