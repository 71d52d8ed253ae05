//! PRIORITY_UPDATE (RFC 9218 §7.1).

use super::{Frame, Payload};
use crate::kind;

/// What PRIORITY_UPDATE adds to a frame.
#[derive(Clone, Debug)]
pub struct PriorityUpdate {
    prioritized: u32,
    value: Vec<u8>,
}

/// Makes a PRIORITY_UPDATE frame on stream 0 about the stream `prioritized`.
#[must_use]
pub fn priority_update(prioritized: u32, value: impl AsRef<[u8]>) -> Frame<PriorityUpdate> {
    let payload = PriorityUpdate {
        prioritized,
        value: value.as_ref().to_vec(),
    };
    Frame::new(kind::PRIORITY_UPDATE, 0, 0, payload)
}

impl Payload for PriorityUpdate {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.prioritized.to_be_bytes());
        out.extend_from_slice(&self.value);
    }
}
