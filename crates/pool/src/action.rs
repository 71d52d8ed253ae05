//! What the policy asks for, and what it is told.

use crate::connection::ConnectionId;
use crate::error::Failure;
use crate::waiting::RequestId;

/// What is to be done. Taken by [`Origin::poll`](crate::Origin::poll), in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action<A> {
    /// Resolve the name, and say [`resolved`](crate::Origin::resolved).
    Resolve,
    /// Make a connection; say [`opened`](crate::Origin::opened) once the peer's SETTINGS are there or
    /// the handshake is done, or [`connect_failed`](crate::Origin::connect_failed).
    Connect {
        /// The name of the connection from now on.
        connection: ConnectionId,
        /// Where to.
        address: A,
    },
    /// Send a request, and say [`finished`](crate::Origin::finished) or
    /// [`dropped`](crate::Origin::dropped) when it has ended.
    Send {
        /// The request.
        request: RequestId,
        /// Where it goes.
        connection: ConnectionId,
    },
    /// Give the request up. Nothing more is to be said about it.
    Fail {
        /// The request.
        request: RequestId,
        /// Why.
        failure: Failure,
    },
    /// Ask the peer for a sign that it is alive (RFC 9113 §6.7); say
    /// [`heard`](crate::Origin::heard) when one comes.
    Ping {
        /// The connection.
        connection: ConnectionId,
    },
    /// End the connection in good order: it gets no new requests, and
    /// [`Close`](Self::Close) follows when those that it has are done.
    Retire {
        /// The connection.
        connection: ConnectionId,
    },
    /// Close the connection. Requests that still run on it are lost: say
    /// [`finished`](crate::Origin::finished) for each. Nothing more is to be said about the
    /// connection itself.
    Close {
        /// The connection.
        connection: ConnectionId,
    },
}

/// How a request that was sent has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// An answer came, of whatever status but 421.
    Answered,
    /// It failed, and the server may have processed it: a reset, a lost connection.
    Failed,
    /// The caller's limit for an answer passed.
    TimedOut,
    /// The server refused the stream, and so did not process it: REFUSED_STREAM (RFC 9113 §8.7).
    Refused,
    /// It was not sent, or GOAWAY says that it was not processed (RFC 9113 §6.8).
    Unprocessed {
        /// The code of GOAWAY is NO_ERROR.
        graceful: bool,
    },
    /// The server is not the right one: the status 421 (RFC 9110 §15.5.20).
    Misdirected,
}

/// Whether the content of a request can be sent once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum Content {
    /// There is none, it was not begun, it is in memory, or it can be made anew.
    Again,
    /// Some of it was taken, and is gone.
    Spent,
}

/// What becomes of a request that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
#[expect(
    clippy::exhaustive_enums,
    reason = "every caller must know what becomes of its request"
)]
pub enum Decision {
    /// Its outcome is the caller's.
    Done {
        /// No server has processed any of it, so that it is safe to send it again.
        unprocessed: bool,
    },
    /// It is kept, and sent again; [`Action::Send`] or [`Action::Fail`] follows.
    Again,
}

/// What a GOAWAY of the peer means for the policy (RFC 9113 §6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GoAway {
    /// NO_ERROR: the server restarts, or sheds load.
    Graceful,
    /// ENHANCE_YOUR_CALM: our PINGs may have been too many.
    Calm,
    /// Any other code.
    Error,
}

/// Why a connection could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The transport, or its handshake, failed.
    Transport,
    /// The server speaks another protocol, such as `http/1.1` by ALPN. No address of the origin is
    /// expected to do better.
    Protocol,
}
