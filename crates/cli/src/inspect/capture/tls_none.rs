//! TLS in a capture, where this program was made without TLS.

use alloc::string::{String, ToString};

use super::connections::Stream;

/// The secrets of sessions, of which none is of use.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyLog;

impl KeyLog {
    pub(super) const fn parse(_: &[u8]) -> Self {
        Self
    }
}

/// What both sides have said, opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) suite: &'static str,
    pub(super) up: Stream,
    pub(super) down: Stream,
}

/// Says that it cannot be opened.
pub(super) fn open(_: &Stream, _: &Stream, _: &KeyLog) -> Result<Opened, String> {
    Err("this tress was built without the feature tls".to_string())
}
