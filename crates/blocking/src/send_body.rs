//! What is sent on a stream (RFC 9113 §8.1).

use std::io::{self, Write};

use proto::{Bytes, ErrorCode, Role, Trailers};

use crate::error::Error;
use crate::handle::SendHalf;

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
    buffer: Vec<u8>,
    is_unbuffered: bool,
}

impl<R: Role> SendBody<R> {
    pub(crate) fn new(half: SendHalf<R>) -> Self {
        Self {
            half,
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
        self.half.is_canceled()
    }

    /// Ends the message.
    ///
    /// # Errors
    ///
    /// What ended the stream, or that the content is shorter than `content-length`.
    pub fn finish(self) -> Result<(), Error> {
        self.half.finish(self.buffer.into(), None, |_| Ok(()))
    }

    /// Ends the message with trailers.
    ///
    /// # Errors
    ///
    /// Those of [`finish`](Self::finish), and that the trailers are malformed.
    pub fn finish_with_trailers(self, trailers: Trailers) -> Result<(), Error> {
        self.half
            .finish(self.buffer.into(), Some(trailers), |_| Ok(()))
    }

    /// Ends the stream at once (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.half.reset(code);
    }

    fn send_buffer(&mut self) -> Result<(), Error> {
        let buffer = core::mem::take(&mut self.buffer);
        self.send_bytes(buffer.into())
    }

    fn send_bytes(&mut self, data: Bytes) -> Result<(), Error> {
        if data.is_empty() {
            return Ok(());
        }
        let mut data = Some(data);
        self.half.handle().wait(|state, id| {
            let sent = state.with(id, |stream| {
                let runs = stream
                    .as_ref()
                    .is_some_and(|stream| stream.result().is_none());
                if runs && stream.capacity() == 0 {
                    return Ok(None);
                }
                stream.send_data(data.take().unwrap_or_default()).map(Some)
            });
            sent.transpose()
        })
    }
}

impl<R: Role> Write for SendBody<R> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        if self.buffer.len() >= BUFFER {
            self.send_buffer()?;
        }
        let room = BUFFER - self.buffer.len();
        let fits = from.get(..room).unwrap_or(from);
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
