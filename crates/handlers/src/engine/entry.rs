//! One stream, and what is called back for it.

use proto::{Request, Response, StreamError, Trailers};

use crate::cell::{Call, CallMut, Ref};
use crate::command::Read;
use crate::command::link::Link;
use crate::command::reader::Reader;
use crate::error::Error;

/// A stream as the machine keeps it, until it has finished and nobody can read it any more.
pub(crate) struct Entry {
    pub(crate) link: Link,
    /// The read that is scheduled.
    pub(crate) reading: Option<Read>,
    pub(crate) reader: Holder,
    pub(crate) is_finished: bool,
    /// The client waits for a word before it sends content (RFC 9110 §10.1.1).
    pub(crate) is_word_due: bool,
    /// Why we reset the stream.
    pub(crate) failed: Option<Error>,
    /// The error handler has heard why the stream will end, and it will end so.
    pub(crate) reported: Option<StreamError>,
    /// Trailers that came before their handler was set.
    pub(crate) early_trailers: Option<Trailers>,
    pub(crate) on_trailers: Option<Call<Trailers>>,
    pub(crate) on_informational: Option<CallMut<Response>>,
    pub(crate) on_response: Option<Call<(Response, Reader)>>,
    pub(crate) on_error: Option<Call<Error>>,
    pub(crate) on_finished: Option<Call<Result<(), StreamError>>>,
    /// What a server was asked, for its error handler.
    pub(crate) request: Option<Ref<Request>>,
}

/// Who holds the reader of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Nobody yet, or nobody ever.
    Nobody,
    Application,
    /// Nobody any more.
    Gone,
}

impl Entry {
    pub(crate) fn new(link: Link, reader: Holder) -> Self {
        Self {
            link,
            reading: None,
            reader,
            is_finished: false,
            is_word_due: false,
            failed: None,
            reported: None,
            early_trailers: None,
            on_trailers: None,
            on_informational: None,
            on_response: None,
            on_error: None,
            on_finished: None,
            request: None,
        }
    }

    /// Says whether nothing of the stream can matter any more.
    pub(super) fn is_done(&self) -> bool {
        let is_read = self.link.received().is_some() || self.reader != Holder::Application;
        self.is_finished && self.reading.is_none() && is_read
    }

    /// Ends the read that is scheduled.
    pub(super) fn end_read(&mut self, result: Result<(), StreamError>) {
        if let Some(read) = self.reading.take() {
            self.link.read_done();
            (read.on_eof)(result);
        }
    }

    /// Calls back what waits, for the machine goes.
    pub(super) fn lose(mut self) {
        let lost = Err(StreamError::ConnectionLost);
        self.link.finish(lost);
        self.end_read(self.link.received().unwrap_or(lost));
        if let Some(finished) = self.on_finished.take() {
            finished(lost);
        }
        let error = self.on_error.take().filter(|_| !self.is_finished);
        if let Some(error) = error {
            error(Error::Stream(StreamError::ConnectionLost));
        }
    }
}
