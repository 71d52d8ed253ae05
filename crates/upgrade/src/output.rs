//! Octets of HTTP/1.1 that wait to be written, and who waits for them.

use alloc::vec::Vec;
use core::task::Waker;

use runtime::{Chunks, WriteOperation, WriteResult};

/// Octets that wait to be written.
#[derive(Debug, Default)]
pub(crate) struct Output {
    octets: Vec<u8>,
    written: usize,
    lost: usize,
    waker: Option<Waker>,
}

impl Output {
    pub(crate) fn is_empty(&self) -> bool {
        self.written == self.octets.len()
    }

    /// Queues more, and wakes who waits for it.
    pub(crate) fn queue(&mut self, more: impl FnOnce(&mut Vec<u8>)) {
        more(&mut self.octets);
        self.wake();
    }

    /// What is to be written, or whether anything will be.
    pub(crate) fn operation(&self, is_last: bool) -> WriteOperation<'_> {
        let rest = self.octets.get(self.written..).unwrap_or_default();
        if !rest.is_empty() {
            return WriteOperation::Write(Chunks::from_iter([rest]));
        }
        match is_last {
            true => WriteOperation::Close(self.lost),
            false => WriteOperation::Yield,
        }
    }

    pub(crate) fn report(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(count) => {
                self.written = self.octets.len().min(self.written.saturating_add(count));
            }
            WriteResult::Closed => self.lose(),
        }
        if self.is_empty() {
            self.octets = Vec::new();
            self.written = 0;
        }
    }

    /// Nothing more can be written.
    pub(crate) fn lose(&mut self) {
        self.lost = self.lost.saturating_add(self.octets.len() - self.written);
        self.octets = Vec::new();
        self.written = 0;
        self.wake();
    }

    /// Keeps the waker, unless there is something to say already.
    pub(crate) fn park(&mut self, waker: &Waker, is_last: bool) {
        if self.is_empty() && !is_last {
            self.waker = Some(waker.clone());
        } else {
            waker.wake_by_ref();
        }
    }

    /// Has the driver ask again.
    pub(crate) fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
