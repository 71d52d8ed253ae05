//! HEADERS (RFC 9113 §6.2).

use super::{Carrier, Frame, Padded, Payload, Priority};
use crate::{Block, Wire, flag, kind};

/// What HEADERS adds to a frame.
#[derive(Clone, Debug)]
pub struct Headers {
    priority: Option<Priority>,
    fragment: Block,
}

/// Begins a HEADERS frame with END_HEADERS.
#[must_use]
pub fn headers(stream: u32) -> Frame<Headers> {
    let payload = Headers {
        priority: None,
        fragment: Block::default(),
    };
    Frame::new(kind::HEADERS, flag::END_HEADERS, stream, payload)
}

impl Frame<Headers> {
    /// Sets END_STREAM.
    #[must_use]
    pub fn end(mut self) -> Self {
        self.flags |= flag::END_STREAM;
        self
    }

    /// Says that this is a trailer section: no control data, and END_STREAM.
    #[must_use]
    pub fn trailers(self) -> Self {
        self.end()
    }

    /// Adds the deprecated priority fields; `weight` is the octet, one less than the weight.
    #[must_use]
    pub fn priority(mut self, dependency: u32, weight: u8, exclusive: bool) -> Self {
        self.flags |= flag::PRIORITY;
        self.payload.priority = Some(Priority {
            dependency,
            weight,
            exclusive,
        });
        self
    }
}

impl Payload for Headers {
    fn write(&self, out: &mut Vec<u8>) {
        if let Some(priority) = &self.priority {
            priority.write(out);
        }
        out.extend(self.fragment.octets());
    }
}

impl Padded for Headers {}

impl Carrier for Headers {
    fn fragment(&mut self) -> &mut Block {
        &mut self.fragment
    }
}
