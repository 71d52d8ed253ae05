//! Content that is read: copied, or kept where it lies (RFC 9113 §6.1).
//!
//! A part of a buffer holds the whole of it. So only what is a good part of its buffer stays there: what
//! waits takes about [`SHARE`] times the memory that the windows count at most, five with what a driver may
//! have read into besides. What is short is copied in any case, to be joined to what came before it.

use alloc::boxed::Box;

use bytes::Bytes;

/// What is kept is at least one part in so many of its buffer.
pub(super) const SHARE: usize = 4;

/// With what else of the buffer counts as its own, in octets: the head and the like of its frame.
const BESIDE: usize = 64;

/// What has fewer octets is copied.
const LEAST: usize = 1024;

/// Content of one frame.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// It is the driver's, and to be copied.
    Lent(&'a [u8]),
    /// It may be kept.
    Kept(Bytes),
}

impl Content<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Lent(octets) => octets.len(),
            Self::Kept(octets) => octets.len(),
        }
    }
}

/// Says whether so much content stays in a buffer of that length.
pub(super) const fn is_kept(octets: usize, buffer: usize) -> bool {
    octets >= LEAST && SHARE * (octets + BESIDE) >= buffer
}

/// The buffer that is read, if parts of it may be kept: in a box, for most of the time there is none.
#[derive(Debug, Default)]
pub(super) struct Source {
    buffer: Option<Box<Bytes>>,
}

impl Source {
    pub(super) fn begin(&mut self, buffer: &Bytes) {
        self.buffer = Some(Box::new(buffer.clone()));
    }

    pub(super) fn end(&mut self) {
        self.buffer = None;
    }

    /// The content of a frame that lies in what is read.
    pub(super) fn content<'a>(&self, data: &'a [u8]) -> Content<'a> {
        match &self.buffer {
            Some(buffer) if is_kept(data.len(), buffer.len()) => {
                Content::Kept(buffer.slice_ref(data))
            }
            _ => Content::Lent(data),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use bytes::Bytes;

    use super::{BESIDE, Content, LEAST, SHARE, Source};

    fn is_kept(source: &Source, data: &[u8]) -> bool {
        matches!(source.content(data), Content::Kept(kept) if kept.as_ptr() == data.as_ptr())
    }

    #[test]
    fn only_a_good_part_of_a_buffer_stays_in_it() {
        let buffer = Bytes::from(vec![0; SHARE * (5000 + BESIDE) + 1]);
        let mut source = Source::default();
        assert!(!is_kept(&source, &buffer), "nobody said that it may");
        source.begin(&buffer);
        assert!(is_kept(&source, &buffer[7..][..5001]));
        assert!(!is_kept(&source, &buffer[7..][..5000]));
        source.end();
        assert!(!is_kept(&source, &buffer), "nobody says so any more");
    }

    #[test]
    fn four_of_the_largest_frames_that_a_machine_takes_by_default_stay_where_they_are() {
        for octets in [16_384, 65_536 - 3 * (9 + 16_384) - 9] {
            let buffer = Bytes::from(vec![0; runtime::Reader::LENGTH]);
            let mut source = Source::default();
            source.begin(&buffer);
            assert!(is_kept(&source, &buffer[9..][..octets]), "{octets}");
        }
    }

    #[test]
    fn what_is_short_is_copied_however_small_its_buffer() {
        let buffer = Bytes::from(vec![0; LEAST]);
        let mut source = Source::default();
        source.begin(&buffer);
        assert!(is_kept(&source, &buffer));
        assert!(!is_kept(&source, &buffer[1..]));
    }
}
