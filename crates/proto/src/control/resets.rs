//! RST_STREAM that wait, counted by who made us queue them.

use alloc::collections::VecDeque;

use frame::{ErrorCode, StreamId};

/// A RST_STREAM that waits.
pub(crate) type Reset = (StreamId, ErrorCode, Cause);

/// Who made us reset a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The peer did.
    Peer,
    /// We did, a stream of the peer's.
    Canceled,
    /// We did, a stream of our own.
    Own,
}

/// Those that wait, in order.
#[derive(Debug)]
pub(super) struct Resets {
    waiting: VecDeque<Reset>,
    /// Those of them that the peer made us queue.
    replies: u32,
    /// Those that the application asked for, on streams of the peer's.
    canceled: u32,
}

impl Resets {
    pub(super) const fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            replies: 0,
            canceled: 0,
        }
    }

    pub(super) fn push(&mut self, reset: Reset) {
        match reset.2 {
            Cause::Peer => self.replies += 1,
            Cause::Canceled => self.canceled += 1,
            Cause::Own => {}
        }
        self.waiting.push_back(reset);
    }

    pub(super) fn pop(&mut self) -> Option<Reset> {
        let reset = self.waiting.pop_front()?;
        match reset.2 {
            Cause::Peer => self.replies -= 1,
            Cause::Canceled => self.canceled -= 1,
            Cause::Own => {}
        }
        Some(reset)
    }

    pub(super) const fn replies(&self) -> u32 {
        self.replies
    }

    pub(super) const fn canceled(&self) -> u32 {
        self.canceled
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}
