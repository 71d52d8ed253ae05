//! The pings of ours that were sent (RFC 9113 §6.7).

use alloc::vec::Vec;
use core::task::Waker;

use crate::spent::Spent;

/// The pings that are not answered, or whose answer nobody took: the machine allows but few.
#[derive(Debug, Default)]
pub(crate) struct Pings {
    pub(crate) sent: Vec<Sent>,
    pub(crate) next: u64,
}

#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) payload: [u8; 8],
    /// Answered, or lost.
    pub(crate) outcome: Option<bool>,
    pub(crate) waker: Option<Waker>,
}

impl Pings {
    /// Notes what became of a ping.
    pub(crate) fn note(&mut self, payload: [u8; 8], is_answered: bool, spent: &mut Spent) {
        if let Some(sent) = self.find(payload) {
            sent.outcome = Some(is_answered);
            spent.wake(sent.waker.take());
        }
    }

    pub(crate) fn find(&mut self, payload: [u8; 8]) -> Option<&mut Sent> {
        self.sent.iter_mut().find(|sent| sent.payload == payload)
    }
}
