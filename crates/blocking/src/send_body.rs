//! What is sent on a stream (RFC 9113 §8.1).

use std::io::{self, Write};
use std::time::Instant;

use proto::{Bytes, ErrorCode, Role, Trailers};
use session::{Error, SendHalf, StreamHandle};

use crate::current::Number;
use crate::wait::wait;

/// How much is gathered before it is sent, in octets.
const BUFFER: usize = 16 * 1024;

/// The content of a message, as it is sent.
///
/// [`Write`] gathers up to 16 KiB before it sends; [`flush`](Write::flush) sends at once, also the
/// head, which otherwise leaves together with the first content. Dropped before
/// [`finish`](Self::finish), it resets the stream.
#[derive(Debug)]
pub struct SendBody<R: Role> {
    half: SendHalf<R>,
    number: Number,
    /// When the exchange must have ended.
    until: Option<Instant>,
    buffer: Vec<u8>,
    is_unbuffered: bool,
}

impl<R: Role> SendBody<R> {
    pub(crate) const fn new(half: SendHalf<R>, number: Number, until: Option<Instant>) -> Self {
        Self {
            half,
            number,
            until,
            buffer: Vec::new(),
            is_unbuffered: false,
        }
    }

    /// Gathers nothing any more: each [`write`](Write::write) is sent at once, as on a socket.
    #[must_use]
    pub fn unbuffered(mut self) -> Self {
        self.is_unbuffered = true;
        self
    }

    /// Sends a piece of the content, uncopied; blocks while there is no capacity.
    ///
    /// # Errors
    ///
    /// What ended the stream, a time limit, or that the content is longer than `content-length`.
    pub fn send(&mut self, data: impl Into<Bytes>) -> Result<(), Error> {
        self.send_buffer()?;
        self.send_bytes(data.into())
    }

    /// Says whether nobody takes the content any more, because the peer reset the stream, needs no
    /// more of it, or the connection is lost: what waits then fails, and so does what is sent next.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        is_over(self.half.handle())
    }

    /// Ends the message.
    ///
    /// # Errors
    ///
    /// What ended the stream, or that the content is shorter than `content-length`.
    pub fn finish(self) -> Result<(), Error> {
        self.half.finish(self.buffer.into(), None)
    }

    /// Ends the message with trailers.
    ///
    /// # Errors
    ///
    /// Those of [`finish`](Self::finish), and that the trailers are malformed.
    pub fn finish_with_trailers(self, trailers: Trailers) -> Result<(), Error> {
        self.half.finish(self.buffer.into(), Some(trailers))
    }

    /// Ends the stream at once (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.half.reset(code);
    }

    fn send_buffer(&mut self) -> Result<(), Error> {
        let buffer = core::mem::take(&mut self.buffer);
        self.send_bytes(buffer.into())
    }

    fn send_bytes(&mut self, mut data: Bytes) -> Result<(), Error> {
        if data.is_empty() {
            return Ok(());
        }
        let outcome = wait(
            &mut self.half,
            |half| half.handle().session(),
            self.number,
            self.until,
            |half, cx| half.poll_send(cx, |_| core::mem::take(&mut data)),
        );
        if outcome.as_ref().is_err_and(Error::is_timeout) {
            self.half.handle().reset(ErrorCode::CANCEL);
        }
        outcome?
    }
}

/// Says whether a stream has ended, so that nobody takes more of a message that is not whole.
pub(crate) fn is_over<R: Role>(handle: &StreamHandle<R>) -> bool {
    let seen = handle.look(|stream| stream.result().is_some());
    seen.is_ok_and(|seen| seen.unwrap_or(true))
}

impl<R: Role> Write for SendBody<R> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if self.buffer.len() >= BUFFER {
            self.send_buffer()?;
        }
        let space = BUFFER - self.buffer.len();
        let fits = from.get(..space).unwrap_or(from);
        self.buffer.extend_from_slice(fits);
        if self.is_unbuffered {
            self.send_buffer()?;
        }
        Ok(fits.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send_buffer()?;
        Ok(self.half.handle().act(|_| Ok(()))?)
    }
}
