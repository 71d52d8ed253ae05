//! PUSH_PROMISE (RFC 9113 §6.6).

use super::{Carrier, Frame, Padded, Payload};
use crate::{Block, Wire, flag, kind};

/// What PUSH_PROMISE adds to a frame.
#[derive(Clone, Debug)]
pub struct PushPromise {
    promised: u32,
    fragment: Block,
}

/// Begins a PUSH_PROMISE frame with END_HEADERS.
#[must_use]
pub fn push_promise(stream: u32, promised: u32) -> Frame<PushPromise> {
    let payload = PushPromise {
        promised,
        fragment: Block::default(),
    };
    Frame::new(kind::PUSH_PROMISE, flag::END_HEADERS, stream, payload)
}

impl Payload for PushPromise {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.promised.to_be_bytes());
        out.extend(self.fragment.octets());
    }
}

impl Padded for PushPromise {}

impl Carrier for PushPromise {
    fn fragment(&mut self) -> &mut Block {
        &mut self.fragment
    }
}
