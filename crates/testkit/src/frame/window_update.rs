//! WINDOW_UPDATE (RFC 9113 §6.9).

use super::{Frame, Payload};
use crate::kind;

/// What WINDOW_UPDATE adds to a frame.
#[derive(Clone, Debug)]
pub struct WindowUpdate {
    increment: u32,
}

/// Makes a WINDOW_UPDATE frame; the increment is written with all 32 bits.
#[must_use]
pub fn window_update(stream: u32, increment: u32) -> Frame<WindowUpdate> {
    Frame::new(kind::WINDOW_UPDATE, 0, stream, WindowUpdate { increment })
}

impl Payload for WindowUpdate {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.increment.to_be_bytes());
    }
}
