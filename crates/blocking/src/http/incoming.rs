//! Content that arrives.

use alloc::sync::Arc;
use core::time::Duration;
use std::io::{self, Read};

use proto::{Bytes, Client, Response, Server, Trailers};

use super::upload::Upload;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use session::Error;

/// Content that arrives on a stream.
#[derive(Debug)]
pub(super) struct Incoming {
    source: Source,
    /// How much of what `content-length` says is yet to come.
    left: Option<u64>,
}

#[derive(Debug)]
enum Source {
    Response(RecvBody<Client>, Sending),
    Request(RecvBody<Server>),
}

/// What becomes of the request while its response is read.
#[derive(Debug, Default)]
pub(super) enum Sending {
    /// It is whole.
    #[default]
    Done,
    /// A thread sends it, and may say why it failed.
    Upload(Arc<Upload>),
    /// The server wanted none of it. The stream is reset when the response is dropped.
    Unwanted(#[expect(dead_code, reason = "it is held until it is dropped")] SendBody<Client>),
}

impl Sending {
    /// Why the response failed: where the sending of the request did, that.
    pub(super) fn cause(&self, error: Error) -> Error {
        match self {
            Self::Upload(upload) => upload.cause(error),
            Self::Done | Self::Unwanted(_) => error,
        }
    }
}

/// Does the same with either kind of body.
macro_rules! either {
    ($source:expr, $body:ident => $action:expr) => {
        match $source {
            Source::Response($body, _) => $action,
            Source::Request($body) => $action,
        }
    };
}

impl Incoming {
    pub(super) fn of_response(
        mut body: RecvBody<Client>,
        length: Option<u64>,
        sending: Sending,
    ) -> Self {
        if matches!(sending, Sending::Upload(_)) {
            body.own_upload();
        }
        let left = if body.is_ended() { Some(0) } else { length };
        let source = Source::Response(body, sending);
        Self { source, left }
    }

    pub(super) fn of_request(body: RecvBody<Server>, length: Option<u64>) -> Self {
        let left = if body.is_ended() { Some(0) } else { length };
        let source = Source::Request(body);
        Self { source, left }
    }

    /// How much is yet to come, where that is known.
    pub(super) fn left(&self) -> Option<u64> {
        if self.is_ended() { Some(0) } else { self.left }
    }

    pub(super) fn is_ended(&self) -> bool {
        either!(&self.source, body => body.is_ended())
    }

    pub(super) fn is_canceled(&self) -> bool {
        either!(&self.source, body => body.is_canceled())
    }

    pub(super) fn set_read_timeout(&mut self, limit: Option<Duration>) {
        either!(&mut self.source, body => body.set_read_timeout(limit));
    }

    /// Sends an informational response ahead of the final one, where this is a request.
    pub(super) fn inform(&self, response: Response) -> Option<Result<(), Error>> {
        match &self.source {
            Source::Request(body) => Some(body.inform(response)),
            Source::Response(..) => None,
        }
    }

    pub(super) fn data(&mut self) -> Result<Option<Bytes>, Error> {
        let outcome = either!(&mut self.source, body => body.data());
        let data = outcome.map_err(|error| self.cause(error))?;
        self.count(data.as_ref().map_or(0, Bytes::len));
        Ok(data)
    }

    pub(super) fn trailers(&mut self) -> Option<Trailers> {
        either!(&mut self.source, body => body.trailers())
    }

    /// Says that content is welcome, where the client waits for that.
    pub(super) fn invite(&mut self) {
        if let Source::Request(body) = &mut self.source {
            body.invite();
        }
    }

    /// Why it failed: where the sending of the request did, that.
    fn cause(&self, error: Error) -> Error {
        match &self.source {
            Source::Response(_, sending) => sending.cause(error),
            Source::Request(_) => error,
        }
    }

    fn count(&mut self, octets: usize) {
        let octets = u64::try_from(octets).unwrap_or(u64::MAX);
        self.left = self.left.map(|left| left.saturating_sub(octets));
    }
}

impl Read for Incoming {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let outcome = either!(&mut self.source, body => body.read(into));
        let count = outcome.map_err(|error| io::Error::from(self.cause(error.into())))?;
        self.count(count);
        Ok(count)
    }
}
