//! The content of a request that may be sent more than once.

use alloc::sync::Arc;
use std::sync::{Mutex, PoisonError};

use ::pool::Content;

/// The body of a request, which the connection takes when it needs it, and what makes it anew.
pub(super) struct ContentSlot<B> {
    body: Arc<Mutex<Option<B>>>,
    anew: Box<dyn FnMut() -> Option<B> + Send>,
}

impl<B: Send + 'static> ContentSlot<B> {
    pub(super) fn new(body: B, anew: impl FnMut() -> Option<B> + Send + 'static) -> Self {
        Self {
            body: Arc::new(Mutex::new(Some(body))),
            anew: Box::new(anew),
        }
    }

    /// What takes the body, for one attempt.
    pub(super) fn taker(&self) -> impl FnOnce() -> Option<B> + Send + 'static {
        let body = Arc::clone(&self.body);
        move || take(&body)
    }

    /// Says whether the content can be sent once more, and puts it where no earlier attempt finds it.
    pub(super) fn renew(&mut self) -> Content {
        let body = take(&self.body).or_else(|| (self.anew)());
        let content = match body {
            Some(_) => Content::Again,
            None => Content::Spent,
        };
        self.body = Arc::new(Mutex::new(body));
        content
    }
}

fn take<B>(body: &Mutex<Option<B>>) -> Option<B> {
    body.lock().unwrap_or_else(PoisonError::into_inner).take()
}
