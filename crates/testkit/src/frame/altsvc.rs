//! ALTSVC (RFC 7838 §4).

use super::{Frame, Payload};
use crate::kind;

/// What ALTSVC adds to a frame.
#[derive(Clone, Debug)]
pub struct Altsvc {
    origin: Vec<u8>,
    value: Vec<u8>,
}

/// Makes an ALTSVC frame.
#[must_use]
pub fn altsvc(stream: u32, origin: &str, value: &str) -> Frame<Altsvc> {
    let payload = Altsvc {
        origin: origin.into(),
        value: value.into(),
    };
    Frame::new(kind::ALTSVC, 0, stream, payload)
}

impl Payload for Altsvc {
    fn write(&self, out: &mut Vec<u8>) {
        let length = u16::try_from(self.origin.len()).expect("an origin in a test is short");
        out.extend(length.to_be_bytes());
        out.extend_from_slice(&self.origin);
        out.extend_from_slice(&self.value);
    }
}
