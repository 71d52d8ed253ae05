//! Who is to be woken once the lock is released, and what is to be dropped then.

use alloc::vec::Vec;
use core::task::Waker;

use smallvec::SmallVec;

/// So few there are in most turns, so that those allocate nothing.
const FEW: usize = 3;

/// Wakers of a turn. To wake one runs code of an executor, and to drop one may drop the last of a
/// task, and with it handles on this connection, which take the lock.
#[derive(Debug, Default)]
pub struct Spent {
    woken: SmallVec<[Waker; FEW]>,
    dropped: SmallVec<[Waker; 1]>,
}

impl Spent {
    /// Wakes somebody once the lock is released.
    #[inline]
    pub fn wake(&mut self, wakers: impl IntoIterator<Item = Waker>) {
        // Most often there is one or none, for which to extend costs more.
        for waker in wakers {
            self.woken.push(waker);
        }
    }

    /// Drops what nobody needs any more once the lock is released.
    #[inline]
    pub fn discard(&mut self, wakers: impl IntoIterator<Item = Waker>) {
        for waker in wakers {
            self.dropped.push(waker);
        }
    }

    /// Takes all of it.
    pub(crate) fn take(&mut self) -> Option<Self> {
        let is_any = !self.woken.is_empty() || !self.dropped.is_empty();
        is_any.then(|| core::mem::take(self))
    }

    /// The lock is released.
    pub(crate) fn settle(self) {
        self.woken.into_iter().for_each(Waker::wake);
    }
}

/// Notes who waits for something; what was there before, if that was somebody else, is dropped later.
pub(crate) fn park(place: &mut Option<Waker>, waker: &Waker, spent: &mut Spent) {
    if !place.as_ref().is_some_and(|place| place.will_wake(waker)) {
        spent.discard(place.replace(waker.clone()));
    }
}

/// Notes who waits, once however often it is asked.
pub(crate) fn note(waiting: &mut Vec<Waker>, waker: &Waker) {
    if !waiting.iter().any(|present| present.will_wake(waker)) {
        waiting.push(waker.clone());
    }
}
