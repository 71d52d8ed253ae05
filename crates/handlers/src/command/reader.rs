//! Reading the content of the peer's message, a piece at a time (RFC 9113 §8.1).

use alloc::boxed::Box;
use core::fmt;

use proto::{Bytes, StreamError};

use super::link::Link;
use super::{Order, Read};
use crate::cell::Ref;
use crate::error::ReadPending;

/// The content of the peer's message, as it comes.
///
/// What is not read is back-pressure: it waits, and the peer may send no more than the window that
/// it was granted. Clones are handles of the same content. When the last of them is gone, and no
/// read is scheduled, the rest is dropped as by [`close`](Self::close).
#[derive(Clone)]
pub struct Reader {
    token: Ref<Token>,
}

struct Token {
    link: Link,
}

impl Reader {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            token: Ref::new(Token { link }),
        }
    }

    /// Schedules one read, of which one callback is called, once, from an operation of the machine.
    ///
    /// `on_read` gets the next piece, whose credit has gone back to the peer; to read more, schedule
    /// again, from inside it or later. `on_eof` is told that there is none: because the message is
    /// whole, or why it never will be.
    ///
    /// # Errors
    ///
    /// [`ReadPending`] if a read is scheduled already; that one stays.
    pub fn schedule_read(
        &self,
        on_eof: impl FnOnce(Result<(), StreamError>) + Send + 'static,
        on_read: impl FnOnce(Bytes) + Send + 'static,
    ) -> Result<(), ReadPending> {
        let link = &self.token.link;
        if link.read_scheduled() {
            return Err(ReadPending);
        }
        link.order(Order::Read(Read {
            on_eof: Box::new(on_eof),
            on_read: Box::new(on_read),
        }));
        Ok(())
    }

    /// Reads no more: what has arrived and what still comes is dropped, and its credit goes back to
    /// the peer, which is told to stop once our own message is sent (RFC 9113 §8.1). A read that is
    /// scheduled ends with [`StreamError::Canceled`].
    pub fn close(&self) {
        self.token.link.close_reader();
        self.token.link.order(Order::CloseReader);
    }

    /// Says whether nothing more will arrive: it was closed, the message is whole, or the stream has
    /// ended. What has arrived before can still be read.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.token.link.is_reader_closed()
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.link.order(Order::DropReader);
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
