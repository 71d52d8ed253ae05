//! DATA (RFC 9113 §6.1).

use super::{Frame, Padded, Payload};
use crate::{flag, kind};

/// What DATA adds to a frame.
#[derive(Clone, Debug)]
pub struct Data {
    content: Vec<u8>,
}

/// Begins a DATA frame.
#[must_use]
pub fn data(stream: u32, content: impl AsRef<[u8]>) -> Frame<Data> {
    let content = content.as_ref().to_vec();
    Frame::new(kind::DATA, 0, stream, Data { content })
}

impl Frame<Data> {
    /// Sets END_STREAM.
    #[must_use]
    pub fn end(mut self) -> Self {
        self.flags |= flag::END_STREAM;
        self
    }
}

impl Payload for Data {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.content);
    }
}

impl Padded for Data {}
