//! What a handle can ask of the machine, and how it reaches it.
//!
//! A command may carry the callbacks of a request, they are given a reader, a reader is a handle, and a
//! handle reaches the queue of commands: these files are one subject, for their types contain each other.

use proto::{Bytes, ErrorCode, Request, Response, StreamError, Trailers, UserError};
use runtime::Exn;

use self::handlers::Handlers;
use self::link::{Link, Sending};
use self::queue::Life;
use crate::cell::{Call, Ref};
use crate::error::{Error, Flushed, PingError};

pub(crate) mod handlers;
pub(crate) mod link;
pub(crate) mod queue;
pub(crate) mod reader;

/// One thing that was asked.
pub(crate) enum Command {
    /// Of one stream.
    Stream(Link, Order),
    Ping([u8; 8], Call<Result<(), PingError>>),
    GoAway,
    Abort(ErrorCode),
}

/// What is asked of one stream.
pub(crate) enum Order {
    Read(Read),
    CloseReader,
    /// The last handle of the reader is gone.
    DropReader,
    /// A new stream of a client's.
    Request(Request, Handlers),
    Write(Bytes),
    Trailers(Trailers),
    End,
    Flush(Call<Flushed>),
    Reset(ErrorCode),
    /// A head, and how much content follows, where that is known.
    Respond(Response, Option<u64>),
    Inform(Response),
    /// The stream that will carry the response, and the request that it answers.
    Push(Link, Ref<Request>),
    /// What failed, and how far the response was.
    Exn(Exn, Sending),
    OnTrailers(Call<Trailers>),
    OnFinished(Call<Result<(), StreamError>>),
}

/// A scheduled read, of which one callback is called.
pub(crate) struct Read {
    pub(crate) on_eof: Call<Result<(), StreamError>>,
    pub(crate) on_read: Call<Bytes>,
}

impl Command {
    /// The last part of its life in which the machine can carry this out.
    pub(crate) fn needs(&self) -> Life {
        match self {
            Self::Ping(..) | Self::Stream(_, Order::Request(..) | Order::Flush(_)) => Life::Open,
            _ => Life::Over,
        }
    }

    /// Calls back what would never be called otherwise.
    pub(crate) fn refuse(self) {
        match self {
            Self::Ping(_, answer) => answer(Err(PingError::Lost)),
            Self::Stream(link, order) => order.refuse(&link),
            Self::GoAway | Self::Abort(_) => {}
        }
    }
}

impl Order {
    /// Calls back what would never be called otherwise.
    pub(crate) fn refuse(self, link: &Link) {
        match self {
            Self::Request(_, handlers) => {
                link.finish(Err(StreamError::Unsent));
                (handlers.error)(Error::User(UserError::ConnectionClosed));
            }
            Self::Read(read) => {
                link.read_done();
                (read.on_eof)(link.received().unwrap_or(Err(StreamError::ConnectionLost)));
            }
            Self::Flush(flushed) => flushed(Flushed::Closed),
            Self::OnFinished(finished) => {
                finished(link.result().unwrap_or(Err(StreamError::ConnectionLost)));
            }
            _ => {}
        }
    }
}
