//! What a client is called back with, for one request.

use alloc::boxed::Box;
use core::fmt;

use proto::{Response, Trailers};

use super::reader::Reader;
use crate::cell::{Call, CallMut};
use crate::error::Error;

/// The callbacks of one request.
///
/// In the order in which they are called: the informational handler, any number of times; the
/// response handler, once; what it schedules on the [`Reader`]; the trailers handler, at most once.
/// The error handler is called at most once, whenever the exchange fails, and then it is the last.
/// A request whose error handler was not called has had its response.
///
/// Callbacks are `Send`, with the feature `std` and without: features only add.
///
/// ```compile_fail,E0277
/// # extern crate alloc;
/// use tress_handlers::Handlers;
///
/// let mine = alloc::rc::Rc::new(());
/// let handlers = Handlers::new(|_, _| {}, move |_| drop(mine));
/// ```
#[must_use]
pub struct Handlers {
    pub(crate) response: Call<(Response, Reader)>,
    pub(crate) error: Call<Error>,
    pub(crate) trailers: Option<Call<Trailers>>,
    pub(crate) informational: Option<CallMut<Response>>,
}

impl Handlers {
    /// Makes the two that every request needs.
    pub fn new(
        response_handler: impl FnOnce(Response, Reader) + Send + 'static,
        error_handler: impl FnOnce(Error) + Send + 'static,
    ) -> Self {
        Self {
            response: Box::new(move |(response, reader)| response_handler(response, reader)),
            error: Box::new(error_handler),
            trailers: None,
            informational: None,
        }
    }

    /// Sets what is called with the trailers, once all content was read (RFC 9113 §8.1).
    pub fn trailers_handler(mut self, handler: impl FnOnce(Trailers) + Send + 'static) -> Self {
        self.trailers = Some(Box::new(handler));
        self
    }

    /// Sets what is called with each informational response (RFC 9110 §15.2).
    pub fn informational_handler(mut self, handler: impl FnMut(Response) + Send + 'static) -> Self {
        self.informational = Some(Box::new(handler));
        self
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers").finish_non_exhaustive()
    }
}
