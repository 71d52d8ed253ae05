//! Chunks: events of one connection that were written together.

use alloc::vec::Vec;

use crate::error::ErrorKind;
use crate::input::Input;
use crate::put;

/// Space for the length of a chunk, which is known last.
const SPACE: usize = 10;

/// Begins a chunk in a buffer that is empty: the connection, and the time of its first event.
pub(crate) fn open(connection: u64, time: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&[0; SPACE]);
    put::number(connection, out);
    put::number(time, out);
}

/// Ends a chunk. Returns its octets, without the space that was not needed.
pub(crate) fn close(buffer: &mut [u8]) -> &[u8] {
    let mut length = Vec::with_capacity(SPACE);
    put::number(buffer.len().saturating_sub(SPACE) as u64, &mut length);
    let start = SPACE - length.len();
    if let Some(place) = buffer.get_mut(start..SPACE) {
        place.copy_from_slice(&length);
    }
    buffer.get(start..).unwrap_or_default()
}

/// The head of a chunk.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Head {
    pub(crate) connection: u64,
    pub(crate) time: u64,
}

impl Head {
    pub(crate) fn read(input: &mut Input<'_>) -> Result<Self, ErrorKind> {
        Ok(Self {
            connection: input.number()?,
            time: input.number()?,
        })
    }
}
