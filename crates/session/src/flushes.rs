//! What was asked to be flushed.

use alloc::vec::Vec;
use core::task::Waker;

use proto::{FlushToken, StreamError};

use crate::spent::Spent;

/// What was asked to be flushed, by the token of the machine's.
#[derive(Debug, Default)]
pub(crate) struct Flushes(pub(crate) Vec<PendingFlush>);

#[derive(Debug)]
pub(crate) struct PendingFlush {
    pub(crate) token: FlushToken,
    pub(crate) outcome: Option<Result<(), StreamError>>,
    pub(crate) waker: Option<Waker>,
}

impl Flushes {
    /// Notes what became of it.
    pub(crate) fn note(
        &mut self,
        token: FlushToken,
        result: Result<(), StreamError>,
        spent: &mut Spent,
    ) {
        if let Some(pending) = self.find(token) {
            pending.outcome = Some(result);
            spent.wake(pending.waker.take());
        }
    }

    pub(crate) fn find(&mut self, token: FlushToken) -> Option<&mut PendingFlush> {
        self.0.iter_mut().find(|pending| pending.token == token)
    }
}
