//! GOAWAY (RFC 9113 §6.8).

use super::{Frame, Payload};
use crate::kind;

/// What GOAWAY adds to a frame.
#[derive(Clone, Debug)]
pub struct Goaway {
    last_stream: u32,
    code: u32,
    debug: Vec<u8>,
}

/// Begins a GOAWAY frame without debug data.
#[must_use]
pub fn goaway(last_stream: u32, code: u32) -> Frame<Goaway> {
    let payload = Goaway {
        last_stream,
        code,
        debug: Vec::new(),
    };
    Frame::new(kind::GOAWAY, 0, 0, payload)
}

impl Frame<Goaway> {
    /// Sets the debug data.
    #[must_use]
    pub fn debug(mut self, data: impl AsRef<[u8]>) -> Self {
        self.payload.debug = data.as_ref().to_vec();
        self
    }
}

impl Payload for Goaway {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.last_stream.to_be_bytes());
        out.extend(self.code.to_be_bytes());
        out.extend_from_slice(&self.debug);
    }
}
