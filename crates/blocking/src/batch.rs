//! Many requests, one write.

use proto::{Bytes, Client as Role, Request};
use session::Error;

use crate::client::Client;
use crate::pending::Pending;
use crate::send_body::SendBody;

/// Requests that leave together.
///
/// What is sent through it waits to be written: until [`flush`](Self::flush), until it is dropped,
/// or until anybody waits for anything on the connection. The replies can be waited for in any
/// order, on this thread or on others.
#[derive(Debug)]
pub struct Batch<'a>(&'a Client);

impl Client {
    /// Begins a batch: many requests, sent by one thread with one write.
    #[must_use]
    pub const fn batch(&self) -> Batch<'_> {
        Batch(self)
    }
}

impl Batch<'_> {
    /// Sends a request with all of its content, which may be none.
    ///
    /// When the server allows no more streams for now, it flushes, and waits for one to end.
    ///
    /// # Errors
    ///
    /// Those of [`Client::send_whole`].
    pub fn send_whole(
        &self,
        request: Request,
        content: impl Into<Bytes>,
    ) -> Result<Pending, Error> {
        self.0.send_whole_with(request, content.into(), true)
    }

    /// Begins a request whose content follows. Its head leaves with the batch, or with the first
    /// of the content.
    ///
    /// # Errors
    ///
    /// Those of [`Client::send`].
    pub fn send(&self, request: Request) -> Result<(SendBody<Role>, Pending), Error> {
        self.0.send(request)
    }

    #[cfg(feature = "http")]
    pub(crate) const fn client(&self) -> &Client {
        self.0
    }

    /// Has all of it written.
    pub fn flush(&self) {
        self.0.io.write_due(self.0.session());
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}
