//! Which connections somebody woke: in the middle of the loop, or from another thread.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake;

use mio::Token;

/// The connections that were woken, and what ends the wait for events.
pub(crate) struct Ready {
    tokens: Mutex<BTreeSet<Token>>,
    waker: mio::Waker,
}

/// Wakes one connection.
pub(crate) struct Call {
    token: Token,
    ready: Arc<Ready>,
}

impl Ready {
    pub(crate) fn new(waker: mio::Waker) -> Self {
        Self {
            tokens: Mutex::default(),
            waker,
        }
    }

    pub(crate) fn take(&self) -> BTreeSet<Token> {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Token>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call {
    pub(crate) const fn new(token: Token, ready: Arc<Ready>) -> Self {
        Self { token, ready }
    }
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        let is_first = {
            let mut tokens = self.ready.lock();
            let is_first = tokens.is_empty();
            tokens.insert(self.token);
            is_first
        };
        // Whoever takes them takes all.
        if is_first {
            // Without it they are taken with the next event.
            let _ = self.ready.waker.wake();
        }
    }
}
