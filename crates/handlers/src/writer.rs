//! Writing the content of our message (RFC 9113 §8.1).

use alloc::boxed::Box;
use core::fmt;

use proto::{Bytes, ErrorCode, Trailers, UserError};

use crate::cell::Ref;
use crate::command::Order;
use crate::command::link::{Link, Sending};
use crate::error::Flushed;

/// The content of our message, and its end.
///
/// What is written waits without bound; [`flush`](Self::flush) tells when it has left, which paces a
/// writer. Clones are handles of the same content. When the last of them is gone before
/// [`close`](Self::close), the stream is reset, so that a message that was cut short never looks
/// whole.
#[derive(Clone)]
#[must_use = "a message is whole once its writer is closed; without that, its stream is reset"]
pub struct Writer {
    token: Ref<Token>,
}

struct Token {
    link: Link,
    /// What the peer is told when the message is given up.
    code: ErrorCode,
}

impl Writer {
    pub(crate) fn new(link: Link, code: ErrorCode) -> Self {
        Self {
            token: Ref::new(Token { link, code }),
        }
    }

    /// Writes a copy of some content.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] after the end, [`UserError::StreamClosed`] once the stream has
    /// ended.
    pub fn write(&self, content: impl AsRef<[u8]>) -> Result<(), UserError> {
        self.schedule(Bytes::copy_from_slice(content.as_ref()))
    }

    /// Writes some content without a copy.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn schedule(&self, content: Bytes) -> Result<(), UserError> {
        let link = &self.token.link;
        link.step(&[Sending::Content], Sending::Content)?;
        link.order(Order::Write(content));
        Ok(())
    }

    /// Calls back once, when the transport has taken all that was written so far, or never will:
    /// also when the peer resets the stream or the connection ends.
    pub fn flush(&self, flushed: impl FnOnce(Flushed) + Send + 'static) {
        self.token.link.order(Order::Flush(Box::new(flushed)));
    }

    /// Ends the message. What was written before is still sent. A second call does nothing.
    pub fn close(&self) {
        let link = &self.token.link;
        if link.step(&[Sending::Content], Sending::Ended).is_ok() {
            link.order(Order::End);
        }
    }

    /// Ends the message with trailers (RFC 9113 §8.1).
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn schedule_trailers(&self, trailers: Trailers) -> Result<(), UserError> {
        let link = &self.token.link;
        link.step(&[Sending::Content], Sending::Ended)?;
        link.order(Order::Trailers(trailers));
        Ok(())
    }

    /// Ends the stream at once, both ways (RFC 9113 §6.4): how a client cancels a request.
    pub fn reset(&self, code: ErrorCode) {
        self.token.link.order(Order::Reset(code));
    }

    /// Says whether nothing more can be written: it was closed, or the stream has ended, by whomever.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.token.link.is_writer_closed()
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        if self.link.is_unfinished(Sending::Content) {
            self.link.order(Order::Reset(self.code));
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
