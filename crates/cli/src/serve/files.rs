//! Files, read whole if they are small, and in pieces if they are not.

use alloc::vec::Vec;
use std::fs::{File, Metadata};
use std::io::{self, Read};

use blocking::proto::Bytes;

use super::path::Place;

/// The largest file that is read at once, and the largest piece of others, in octets.
const PIECE: usize = 64 * 1024;

/// A file that was opened.
#[derive(Debug)]
pub(crate) enum Opened {
    /// All of it.
    Small(Bytes),
    /// To be read in pieces.
    Large(Pieces),
}

/// What is left of a large file.
#[derive(Debug)]
pub(crate) struct Pieces {
    file: File,
    left: u64,
}

/// Opens a file.
///
/// # Errors
///
/// It cannot be read, or is no longer the one that was found.
pub(crate) fn open(place: &Place) -> io::Result<Opened> {
    let file = File::open(&place.path)?;
    let metadata = file.metadata()?;
    // Somebody may have put a link in its place meanwhile.
    if !is_same(&metadata, &place.metadata) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let left = metadata.len();
    match usize::try_from(left) {
        Ok(len) if len <= PIECE => {
            let mut content = Vec::with_capacity(len);
            file.take(left).read_to_end(&mut content)?;
            Ok(Opened::Small(content.into()))
        }
        _ => Ok(Opened::Large(Pieces { file, left })),
    }
}

impl Pieces {
    /// How many octets are left.
    pub(crate) const fn left(&self) -> u64 {
        self.left
    }

    /// Reads the next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has become shorter than was promised.
    pub(crate) fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.left == 0 {
            return Ok(None);
        }
        let len = usize::try_from(self.left).map_or(PIECE, |left| left.min(PIECE));
        let mut piece = alloc::vec![0; len];
        self.file.read_exact(&mut piece)?;
        self.left -= len as u64;
        Ok(Some(piece.into()))
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.dev() == other.dev() && one.ino() == other.ino() && one.is_file()
}

#[cfg(not(unix))]
fn is_same(one: &Metadata, _: &Metadata) -> bool {
    one.is_file()
}
