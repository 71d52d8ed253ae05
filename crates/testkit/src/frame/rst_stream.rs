//! RST_STREAM (RFC 9113 §6.4).

use super::{Frame, Payload};
use crate::kind;

/// What RST_STREAM adds to a frame.
#[derive(Clone, Debug)]
pub struct RstStream {
    code: u32,
}

/// Makes a RST_STREAM frame.
#[must_use]
pub fn rst_stream(stream: u32, code: u32) -> Frame<RstStream> {
    Frame::new(kind::RST_STREAM, 0, stream, RstStream { code })
}

impl Payload for RstStream {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.code.to_be_bytes());
    }
}
