//! A request, as a server holds it, and the response to it (RFC 9113 §8.1).

mod respond;

use alloc::boxed::Box;
use core::fmt;

use proto::{ErrorCode, Request, Response, StreamError, Trailers, UserError};
use runtime::Exn;

use crate::cell::Ref;
use crate::command::Order;
use crate::command::link::{Link, Sending};
use crate::command::reader::Reader;

/// A request descriptor: what was asked, and the means to answer.
///
/// Clones are handles of the same request. When the last of them is gone and no response was begun,
/// the stream is reset with INTERNAL_ERROR, so that no client waits in vain.
#[derive(Clone)]
#[must_use = "a request that is dropped without a response is reset"]
pub struct Reqd {
    inner: Ref<Inner>,
}

struct Inner {
    token: Token,
    request: Ref<Request>,
    body: Option<Reader>,
}

/// Resets a stream that is not answered.
pub(crate) struct Token {
    pub(crate) link: Link,
    /// How far the response is as long as it was not begun.
    pub(crate) unbegun: Sending,
    /// What the client is told then.
    pub(crate) code: ErrorCode,
}

impl Drop for Token {
    fn drop(&mut self) {
        if self.link.is_unfinished(self.unbegun) {
            self.link.order(Order::Reset(self.code));
        }
    }
}

impl Reqd {
    /// Takes hold of a request; `body` is absent where the server promised it itself.
    pub(crate) fn new(link: Link, request: Ref<Request>, body: Option<Reader>) -> Self {
        let unbegun = Sending::Head;
        let token = Token {
            link,
            unbegun,
            code: ErrorCode::INTERNAL_ERROR,
        };
        Self {
            inner: Ref::new(Inner {
                token,
                request,
                body,
            }),
        }
    }

    /// What was asked.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.inner.request
    }

    /// The content of the request; `None` for one that this server promised (RFC 9113 §8.4).
    #[must_use]
    pub fn request_body(&self) -> Option<Reader> {
        self.inner.body.clone()
    }

    /// Sets what is called with the request's trailers, once all content was read
    /// (RFC 9113 §8.1).
    pub fn trailers_handler(&self, handler: impl FnOnce(Trailers) + Send + 'static) {
        self.link().order(Order::OnTrailers(Box::new(handler)));
    }

    /// Sets what is called when the stream has ended: with `Ok` once both messages are whole, else
    /// with the reason, such as the client's reset. One that is set later replaces it.
    pub fn finished_handler(&self, handler: impl FnOnce(Result<(), StreamError>) + Send + 'static) {
        self.link().order(Order::OnFinished(Box::new(handler)));
    }

    /// The response, once it was begun.
    #[must_use]
    pub fn response(&self) -> Option<Response> {
        self.link().response()
    }

    /// Promises to answer a request that the client will make, and returns its descriptor, to answer
    /// it with (RFC 9113 §8.4). What turns out impossible later, the error handler hears.
    ///
    /// # Errors
    ///
    /// [`UserError::PushDisabled`], [`UserError::NotPushable`] on a request that was promised itself,
    /// [`UserError::StreamClosed`] once the stream has ended.
    pub fn push(&self, request: Request) -> Result<Self, UserError> {
        if self.is_closed() {
            return Err(UserError::StreamClosed);
        }
        if self.inner.body.is_none() {
            return Err(UserError::NotPushable);
        }
        if !self.link().queue().takes_pushes() {
            return Err(UserError::PushDisabled);
        }
        let (link, request) = (self.link().sibling(), Ref::new(request));
        let order = Order::Push(link.clone(), Ref::clone(&request));
        self.link().order(order);
        Ok(Self::new(link, request, None))
    }

    /// Says that the handler failed. The rest of the request is dropped. If no response was begun,
    /// the error handler may give one, else the stream is reset with INTERNAL_ERROR. The peer never
    /// sees the error's text.
    pub fn report_exn(&self, exn: Exn) {
        let before = self.link().fail();
        self.link().order(Order::Exn(exn, before));
    }

    /// Runs a closure, and reports its error as by [`report_exn`](Self::report_exn).
    pub fn try_with<T, E: Into<Exn>>(&self, run: impl FnOnce() -> Result<T, E>) -> Option<T> {
        run().map_err(|exn| self.report_exn(exn.into())).ok()
    }

    /// Ends the stream at once, both ways (RFC 9113 §6.4).
    pub fn reset(&self, code: ErrorCode) {
        self.link().order(Order::Reset(code));
    }

    /// The code of the error that the stream ended with, or is ending with (RFC 9113 §7).
    #[must_use]
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.link().code()
    }

    /// Says whether the stream has ended, by whomever.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.link().result().is_some()
    }

    fn link(&self) -> &Link {
        &self.inner.token.link
    }
}

impl fmt::Debug for Reqd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reqd")
            .field("request", self.request())
            .finish_non_exhaustive()
    }
}
