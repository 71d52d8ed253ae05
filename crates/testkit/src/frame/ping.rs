//! PING (RFC 9113 §6.7).

use super::{Frame, Payload};
use crate::{flag, kind};

/// What PING adds to a frame.
#[derive(Clone, Debug)]
pub struct Ping {
    opaque: [u8; 8],
}

/// Makes a PING frame.
#[must_use]
pub fn ping(opaque: [u8; 8]) -> Frame<Ping> {
    Frame::new(kind::PING, 0, 0, Ping { opaque })
}

impl Frame<Ping> {
    /// Sets ACK.
    #[must_use]
    pub fn ack(mut self) -> Self {
        self.flags |= flag::ACK;
        self
    }
}

impl Payload for Ping {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.opaque);
    }
}
