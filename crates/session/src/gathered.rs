//! Content that is gathered to the end, up to a limit.

use alloc::vec::Vec;
use core::mem;

use proto::Bytes;

use crate::error::Error;

/// Pieces of content, put together as they come; one that comes alone is not copied.
#[derive(Clone, Debug)]
pub struct Gathered {
    limit: usize,
    first: Bytes,
    /// All of it, once there is more than one piece.
    all: Vec<u8>,
}

impl Gathered {
    /// Takes no more than `limit` octets.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            first: Bytes::new(),
            all: Vec::new(),
        }
    }

    /// Adds a piece.
    ///
    /// # Errors
    ///
    /// That it is more than the limit.
    pub fn add(&mut self, piece: Bytes) -> Result<(), Error> {
        let present = self.first.len() + self.all.len();
        if piece.len() > self.limit - present {
            return Err(Error::too_long(self.limit));
        }
        if present == 0 {
            self.first = piece;
            return Ok(());
        }
        if self.all.is_empty() {
            self.all = mem::take(&mut self.first).to_vec();
        }
        self.all.extend_from_slice(&piece);
        Ok(())
    }

    /// All that came.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_piece_is_not_copied_and_several_are_put_together() {
        let piece = Bytes::from(vec![7; 100]);
        let mut gathered = Gathered::new(100);
        gathered.add(piece.clone()).unwrap();
        assert_eq!(gathered.into_bytes().as_ptr(), piece.as_ptr());
        let mut gathered = Gathered::new(6);
        for piece in ["ab", "", "cd", "ef"] {
            gathered.add(Bytes::from_static(piece.as_bytes())).unwrap();
        }
        gathered.add(Bytes::new()).unwrap();
        assert!(gathered.add(Bytes::from_static(b"g")).is_err());
        assert_eq!(gathered.into_bytes(), "abcdef");
    }

    #[test]
    fn the_first_piece_may_be_too_much() {
        let mut gathered = Gathered::new(2);
        assert!(gathered.add(Bytes::from_static(b"abc")).is_err());
        assert_eq!(Gathered::new(0).into_bytes(), "");
    }
}
