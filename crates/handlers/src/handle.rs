//! Reaching a machine from wherever one is: from a callback, or while a driver runs it.

use alloc::boxed::Box;
use core::fmt;

use proto::{ErrorCode, Request};

use crate::command::handlers::Handlers;
use crate::command::link::{Link, Sending};
use crate::command::queue::Queue;
use crate::command::{Command, Order};
use crate::error::PingError;
use crate::writer::Writer;

/// What can be asked of a connection as a whole, by either end.
///
/// Nothing happens at once: the machine's next operation carries it out, and its parked writer is
/// woken for it.
#[derive(Clone)]
pub struct Handle {
    queue: Queue,
}

impl Handle {
    pub(crate) fn new(queue: &Queue) -> Self {
        Self {
            queue: queue.clone(),
        }
    }

    /// Sends the peer a PING (RFC 9113 §6.7). Calls back once: with the answer, or when
    /// there will be none. Answers are matched by payload, and among equal ones by order.
    pub fn ping(
        &self,
        payload: [u8; 8],
        answer: impl FnOnce(Result<(), PingError>) + Send + 'static,
    ) {
        self.queue.push(Command::Ping(payload, Box::new(answer)));
    }

    /// Ends the connection in good order: GOAWAY says that there will be no new streams, and the
    /// running ones finish (RFC 9113 §6.8).
    pub fn shutdown(&self) {
        self.queue.push(Command::GoAway);
    }

    /// Ends the connection at once. The callbacks of its streams hear of it.
    pub fn abort(&self, code: ErrorCode) {
        self.queue.push(Command::Abort(code));
    }
}

/// What can be asked of a client: all that a [`Handle`] can, and requests.
#[derive(Clone, Debug)]
pub struct ClientHandle {
    handle: Handle,
}

impl ClientHandle {
    pub(crate) fn new(queue: &Queue) -> Self {
        Self {
            handle: Handle::new(queue),
        }
    }

    /// Opens a stream with a request and returns the writer of its content, which must be closed
    /// also where there is none (RFC 9113 §8.1). It waits while the peer lets no more streams be
    /// opened.
    ///
    /// One of the handlers is called in any case. On a connection that is over, the error handler is
    /// called at once, from here.
    pub fn request(&self, request: Request, handlers: Handlers) -> Writer {
        let link = Link::new(&self.handle.queue, None, Sending::Content);
        link.order(Order::Request(request, handlers));
        Writer::new(link, ErrorCode::CANCEL)
    }

    /// As [`Handle::ping`].
    pub fn ping(
        &self,
        payload: [u8; 8],
        answer: impl FnOnce(Result<(), PingError>) + Send + 'static,
    ) {
        self.handle.ping(payload, answer);
    }

    /// As [`Handle::shutdown`].
    pub fn shutdown(&self) {
        self.handle.shutdown();
    }

    /// As [`Handle::abort`].
    pub fn abort(&self, code: ErrorCode) {
        self.handle.abort(code);
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}
