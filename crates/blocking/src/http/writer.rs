//! Content that is written as it goes.

use core::fmt;
use std::io::{self, Write};

use proto::{Bytes, Role};
use tress_http::http::HeaderMap;

use crate::send_body::SendBody;
use session::Error;

/// Where content goes: to a stream, or into memory.
pub(super) trait Sink: Write {
    fn send(&mut self, data: Bytes) -> Result<(), Error>;
}

impl<R: Role> Sink for SendBody<R> {
    fn send(&mut self, data: Bytes) -> Result<(), Error> {
        Self::send(self, data)
    }
}

impl Sink for Vec<u8> {
    fn send(&mut self, data: Bytes) -> Result<(), Error> {
        self.extend_from_slice(&data);
        Ok(())
    }
}

/// Takes the content of a message as it is made; blocks while the peer takes no more.
///
/// [`Write`] gathers up to 16 KiB; [`flush`](Write::flush) sends at once.
pub struct BodyWriter<'a> {
    sink: &'a mut dyn Sink,
    trailers: Option<HeaderMap>,
}

impl<'a> BodyWriter<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink) -> Self {
        Self {
            sink,
            trailers: None,
        }
    }

    /// Sends a piece of the content, uncopied.
    ///
    /// # Errors
    ///
    /// What ended the stream, a time limit, or that the content is longer than `content-length`.
    pub fn send(&mut self, data: impl Into<Bytes>) -> Result<(), Error> {
        self.sink.send(data.into())
    }

    /// Sets what is said after the content.
    pub fn set_trailers(&mut self, trailers: HeaderMap) {
        self.trailers = Some(trailers);
    }

    pub(super) fn into_trailers(self) -> Option<HeaderMap> {
        self.trailers
    }
}

impl Write for BodyWriter<'_> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.sink.write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl fmt::Debug for BodyWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyWriter")
            .field("trailers", &self.trailers)
            .finish_non_exhaustive()
    }
}
