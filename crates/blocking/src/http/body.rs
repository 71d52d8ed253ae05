//! The content of a message, whichever end it belongs to.

use core::time::Duration;
use std::io::{self, Read};

use proto::{Bytes, Server, UserError};
use tress_http::http::{HeaderMap, Response};
use tress_http::response_from_http;

use super::content::Content;
use super::convert;
use super::incoming::Incoming;
use super::pour::pour;
use super::writer::{BodyWriter, Sink};
use crate::tunnel::Tunnel;
use session::Error;

/// The content of a message: what arrives, and what is to be sent.
///
/// What arrives is read with [`Read`], or piece by piece and uncopied with [`data`](Self::data);
/// dropped before its end, that of a response cancels the stream at once. What is to be sent is
/// made of octets or text, of a [reader](Self::from_reader), or of a closure that
/// [writes](Self::from_writer) it. What has arrived can be sent on as it is, with its trailers.
#[derive(Debug, Default)]
pub struct Body {
    pub(super) content: Content,
    pub(super) trailers: Option<HeaderMap>,
}

impl Body {
    /// Makes one without content.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Makes one of what a reader gives, each piece as it comes.
    #[must_use]
    pub fn from_reader(reader: impl Read + Send + 'static) -> Self {
        Content::Reader(Box::new(reader), None).into()
    }

    /// Makes one of what a reader gives, which has exactly this many octets; `content-length` says
    /// so, and another number of them is an error.
    #[must_use]
    pub fn from_sized_reader(reader: impl Read + Send + 'static, length: u64) -> Self {
        Content::Reader(Box::new(reader), Some(length)).into()
    }

    /// Makes one that is written when it is sent. An error resets the stream, so that half a
    /// message never looks like a whole one.
    #[must_use]
    pub fn from_writer(
        write: impl FnOnce(&mut BodyWriter<'_>) -> Result<(), Error> + Send + 'static,
    ) -> Self {
        Content::Writer(Box::new(write)).into()
    }

    /// Makes one for the 2xx answer to a CONNECT: what is done with the tunnel, once the head has
    /// been sent. At any other response it is no content.
    #[must_use]
    pub fn from_tunnel(
        run: impl FnOnce(Tunnel<Server>) -> Result<(), Error> + Send + 'static,
    ) -> Self {
        Content::Tunnel(Box::new(run)).into()
    }

    /// Sets what is said after the content, in the place of what the content brings itself.
    #[must_use]
    pub fn with_trailers(mut self, trailers: HeaderMap) -> Self {
        self.trailers = Some(trailers);
        self
    }

    pub(super) fn incoming(incoming: Incoming) -> Self {
        Content::Incoming(Box::new(incoming)).into()
    }

    /// How many octets are yet to come, where that is known.
    #[must_use]
    pub fn exact_len(&self) -> Option<u64> {
        match &self.content {
            Content::Bytes(data) => u64::try_from(data.len()).ok(),
            Content::Incoming(incoming) => incoming.left(),
            Content::Reader(_, length) => *length,
            Content::Writer(_) => None,
            Content::Tunnel(_) => Some(0),
        }
    }

    /// Says whether this is the content of a stream that ended before both messages were whole: by a
    /// reset of the client's before all. A handler that works for long asks the content of its
    /// request, also of one that has none.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        match &self.content {
            Content::Incoming(incoming) => incoming.is_canceled(),
            _ => false,
        }
    }

    /// Says whether all of the content was taken. True at once where there is none.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        match &self.content {
            Content::Bytes(data) => data.is_empty(),
            Content::Incoming(incoming) => incoming.is_ended(),
            Content::Reader(..) | Content::Writer(_) => false,
            Content::Tunnel(_) => true,
        }
    }

    /// Sets how long one wait for the peer may take, where this is content that arrives.
    ///
    /// When it took longer, the call fails with [`is_timeout`](Error::is_timeout), and the stream
    /// goes on: try again, answer, or drop the body.
    pub fn set_read_timeout(&mut self, limit: Option<Duration>) {
        if let Content::Incoming(incoming) = &mut self.content {
            incoming.set_read_timeout(limit);
        }
    }

    /// Sends an informational response ahead of the final one, where this is the content of a
    /// request, also of one that has none; a 103 (Early Hints), say.
    ///
    /// # Errors
    ///
    /// That the response is malformed or not informational, that the final one was sent, that this
    /// is no request, or what ended the stream.
    pub fn inform(&self, response: Response<()>) -> Result<(), Error> {
        let response = response_from_http(&response.into_parts().0);
        let informed = match &self.content {
            Content::Incoming(incoming) => incoming.inform(response),
            _ => None,
        };
        informed.unwrap_or_else(|| Err(UserError::OutOfOrder.into()))
    }

    /// Takes the next piece of the content; `None` at the end.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole, or a time limit; what the reader or
    /// the closure returns, where the content is of this end.
    pub fn data(&mut self) -> Result<Option<Bytes>, Error> {
        match &mut self.content {
            Content::Incoming(incoming) => return incoming.data(),
            Content::Bytes(_) => {}
            _ => self.gather()?,
        }
        let Content::Bytes(data) = &mut self.content else {
            return Ok(None);
        };
        Ok(Some(core::mem::take(data)).filter(|data| !data.is_empty()))
    }

    /// Takes all that is left of the content.
    ///
    /// # Errors
    ///
    /// Those of [`data`](Self::data), and that there are more than `limit` octets.
    pub fn collect(&mut self, limit: usize) -> Result<Bytes, Error> {
        let (mut first, mut all) = (None, Vec::new());
        while let Some(piece) = self.data()? {
            let length = first.as_ref().map_or(all.len(), Bytes::len);
            if piece.len() > limit - length {
                return Err(Error::too_long(limit));
            }
            if length == 0 {
                first = Some(piece);
                continue;
            }
            all.extend_from_slice(&first.take().unwrap_or_default());
            all.extend_from_slice(&piece);
        }
        Ok(first.unwrap_or_else(|| all.into()))
    }

    /// Takes the trailers, which are there once the content has ended, if there are any.
    ///
    /// # Errors
    ///
    /// That they are more than a map can hold.
    pub fn trailers(&mut self) -> Result<Option<HeaderMap>, Error> {
        if let Some(trailers) = self.trailers.take() {
            return Ok(Some(trailers));
        }
        let Content::Incoming(incoming) = &mut self.content else {
            return Ok(None);
        };
        incoming.trailers().map(convert::trailers).transpose()
    }

    /// Makes no octets of content that has arrived and ended, so that nobody waits for it.
    pub(super) fn settled(mut self) -> Result<Self, Error> {
        if matches!(&self.content, Content::Incoming(incoming) if incoming.is_ended()) {
            self.trailers = self.trailers()?;
            self.content = Content::default();
        }
        Ok(self)
    }

    /// Sends it, as fast as it comes and the peer takes it; returns its trailers.
    pub(super) fn pour_into(self, into: &mut dyn Sink) -> Result<Option<HeaderMap>, Error> {
        let own = pour(self.content, into)?;
        Ok(self.trailers.or(own))
    }

    /// Makes octets of content that was to be sent, so that it can be read on this end.
    fn gather(&mut self) -> Result<(), Error> {
        let mut all = Vec::new();
        self.trailers = core::mem::take(self).pour_into(&mut all)?;
        self.content = Content::Bytes(all.into());
        Ok(())
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.content {
            Content::Incoming(incoming) => return incoming.read(into),
            Content::Reader(reader, _) => return reader.read(into),
            Content::Bytes(_) => {}
            Content::Writer(_) | Content::Tunnel(_) => self.gather()?,
        }
        let Content::Bytes(data) = &mut self.content else {
            return Ok(0);
        };
        let piece = data.split_to(into.len().min(data.len()));
        (&*piece).read(into)
    }
}
