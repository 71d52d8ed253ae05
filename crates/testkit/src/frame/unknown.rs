//! A frame of any type, with any payload (RFC 9113 §5.5).

use super::{Frame, Payload};

/// What a frame of unknown type adds.
#[derive(Clone, Debug)]
pub struct Unknown {
    payload: Vec<u8>,
}

/// Makes a frame of any type.
#[must_use]
pub fn unknown(kind: u8, flags: u8, stream: u32, payload: impl AsRef<[u8]>) -> Frame<Unknown> {
    let payload = payload.as_ref().to_vec();
    Frame::new(kind, flags, stream, Unknown { payload })
}

impl Payload for Unknown {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.payload);
    }
}
