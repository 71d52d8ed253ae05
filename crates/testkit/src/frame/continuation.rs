//! CONTINUATION (RFC 9113 §6.10).

use super::{Carrier, Frame, Payload};
use crate::{Block, Wire, flag, kind};

/// What CONTINUATION adds to a frame.
#[derive(Clone, Debug, Default)]
pub struct Continuation {
    fragment: Block,
}

/// Begins a CONTINUATION frame with END_HEADERS.
#[must_use]
pub fn continuation(stream: u32) -> Frame<Continuation> {
    let payload = Continuation::default();
    Frame::new(kind::CONTINUATION, flag::END_HEADERS, stream, payload)
}

impl Payload for Continuation {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.fragment.octets());
    }
}

impl Carrier for Continuation {
    fn fragment(&mut self) -> &mut Block {
        &mut self.fragment
    }
}
