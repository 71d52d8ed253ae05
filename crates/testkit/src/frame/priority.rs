//! PRIORITY (RFC 9113 §6.3).

use super::{Frame, Payload};
use crate::kind;

/// What PRIORITY adds to a frame, and HEADERS with the flag of that name.
#[derive(Clone, Debug)]
pub struct Priority {
    pub(super) dependency: u32,
    pub(super) weight: u8,
    pub(super) exclusive: bool,
}

/// Makes a PRIORITY frame; `weight` is the octet, one less than the weight.
#[must_use]
pub fn priority(stream: u32, dependency: u32, weight: u8) -> Frame<Priority> {
    let payload = Priority {
        dependency,
        weight,
        exclusive: false,
    };
    Frame::new(kind::PRIORITY, 0, stream, payload)
}

impl Frame<Priority> {
    /// Sets the exclusive bit.
    #[must_use]
    pub fn exclusive(mut self) -> Self {
        self.payload.exclusive = true;
        self
    }
}

impl Payload for Priority {
    fn write(&self, out: &mut Vec<u8>) {
        let bit = if self.exclusive { 1 << 31 } else { 0 };
        out.extend((self.dependency | bit).to_be_bytes());
        out.push(self.weight);
    }
}
