//! What happened ([`Event`]), and what arrived ([`Part`]).

use alloc::boxed::Box;

use bytes::Bytes;
use frame::{ErrorCode, StreamId};

use crate::error::{ConnectionError, StreamError};
use crate::extension::ExtensionFrame;
use crate::message::{Response, Trailers};
use crate::output::FlushToken;
use crate::role::Role;
use crate::violation::Violation;

/// A notification. Content waits in its stream's inbox until it is taken.
#[doc(alias("nghttp2_session_callbacks"))]
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The peer opened a stream. Withdrawn if the peer reset it before this was polled.
    ///
    /// The application is notified of no more streams than the peer may have open at once, before it
    /// has released others: taken their end or their error, or [released](crate::StreamMut::release)
    /// them. So it must do that, also for streams that the peer has reset; until then further requests
    /// wait (RFC 9113 §10.5).
    Opened {
        /// The new stream.
        stream_id: StreamId,
    },
    /// The server promised to answer a request that was not made (RFC 9113 §8.4): see
    /// [`take_promise`](crate::StreamMut::take_promise). To refuse it, reset the promised stream.
    Promised {
        /// The stream that the promise came on.
        stream_id: StreamId,
        /// The stream that will carry the response.
        promised_id: StreamId,
    },
    /// Something can be taken with [`recv`](crate::StreamMut::recv): a part, or an error.
    Readable {
        /// The stream.
        stream_id: StreamId,
    },
    /// There is capacity again after there was none.
    Writable {
        /// The stream.
        stream_id: StreamId,
    },
    /// What a [`flush`](crate::StreamMut::flush) was for has been written, or never will be.
    Flushed {
        /// What `flush` returned.
        token: FlushToken,
        /// Whether all of it was written.
        result: Result<(), StreamError>,
    },
    /// The stream is closed on the wire. What arrived before can still be taken, and nothing more can
    /// be sent.
    Finished {
        /// The stream.
        stream_id: StreamId,
        /// Whether it ended well: the messages of both directions are whole, or the answer is, and
        /// the request was cut short because of it (RFC 9113 §8.1). What is sent after that fails
        /// with [`UserError::Answered`](crate::UserError::Answered).
        result: Result<(), StreamError>,
    },
    /// The peer lets us open a stream again, after there was none available.
    Available,
    /// The peer changed its settings.
    SettingsChanged,
    /// The peer acknowledged our settings: they are in force (RFC 9113 §6.5.3).
    SettingsAcked,
    /// The peer answered a ping.
    Pong {
        /// What the ping carried.
        payload: [u8; 8],
    },
    /// The connection ended before the peer answered a ping.
    PingLost {
        /// What the ping carried.
        payload: [u8; 8],
    },
    /// A frame of another document arrived: ALTSVC or ORIGIN at a client, or, where the
    /// configuration asks for them, one of a type that nobody here knows (RFC 9113 §5.5).
    Extension(Box<ExtensionFrame>),
    /// The peer is going away (RFC 9113 §6.8). Streams above the last identifier have finished with
    /// [`StreamError::Unprocessed`] or [`StreamError::Unsent`].
    GoAway {
        /// The last stream that the peer may have processed.
        last_stream_id: StreamId,
        /// Why.
        code: ErrorCode,
    },
    /// The connection is over. Always the last event; unread content can still be taken.
    Closed(Result<(), ConnectionError>),
}

/// A piece of the peer's message, in the order in which it was sent (RFC 9113 §8.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<R: Role> {
    /// An informational response; comes to clients only (RFC 9113 §8.1).
    Informational(Response),
    /// The request, or the final response.
    Head(R::Head),
    /// A request whose head breaks a rule; comes to servers that ask for it only
    /// ([`Config::receive_malformed`](crate::Config::receive_malformed)). Nothing comes after it.
    ///
    /// It may be answered with the status 400 or 431, as [`Violation::status`] says, and with content
    /// (RFC 9113 §8.1.1). Once that is sent, RST_STREAM asks to be spared the rest of the request. One
    /// that is [released](crate::StreamMut::release) without an answer is reset with the code of the
    /// rule. It counts towards the limit on streams that had to be reset in either case.
    Malformed(Violation),
    /// Some of the content.
    Data(Bytes),
    /// The trailers. Nothing but the end comes after them.
    Trailers(Trailers),
    /// The message is whole.
    End,
}
