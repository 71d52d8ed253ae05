//! ORIGIN (RFC 8336 §2).

use super::{Frame, Payload};
use crate::kind;

/// What ORIGIN adds to a frame.
#[derive(Clone, Debug)]
pub struct Origin {
    entries: Vec<String>,
}

/// Makes an ORIGIN frame.
#[must_use]
pub fn origin(entries: &[&str]) -> Frame<Origin> {
    let entries = entries.iter().map(|&entry| entry.to_owned()).collect();
    Frame::new(kind::ORIGIN, 0, 0, Origin { entries })
}

impl Payload for Origin {
    fn write(&self, out: &mut Vec<u8>) {
        for entry in &self.entries {
            let length = u16::try_from(entry.len()).expect("an origin in a test is short");
            out.extend(length.to_be_bytes());
            out.extend(entry.bytes());
        }
    }
}
