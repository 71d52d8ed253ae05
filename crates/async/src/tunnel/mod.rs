//! Octets both ways on one stream (RFC 9113 §8.5, RFC 8441 §4).

#[cfg(any(feature = "tokio", feature = "futures-io"))]
mod octets;
mod open;

use proto::{Bytes, ErrorCode, Role};

pub use self::open::Tunneled;
use crate::recv_body::RecvBody;
use crate::send_body::SendBody;

/// Octets both ways on one stream, as CONNECT opens it (RFC 9113 §8.5, RFC 8441 §4).
///
/// With the feature `tokio` it reads and writes as tokio's transports do, and with `futures-io` as
/// those of smol and async-std. What is written waits in the connection's send buffer and no more
/// of it is taken than that holds; what is not read stops the peer. To shut down the writing ends
/// our direction, and the other goes on. A stream that was reset is an error of both directions,
/// of the kind [`ConnectionReset`](std::io::ErrorKind::ConnectionReset) where the peer did it.
///
/// Dropped before both directions have ended, it resets the stream with CANCEL.
#[derive(Debug)]
pub struct Tunnel<R: Role> {
    send: Sending<R>,
    /// What came and was not read yet.
    unread: Bytes,
    recv: RecvBody<R>,
}

/// Our direction; `None` once it has ended.
#[derive(Debug)]
struct Sending<R: Role>(Option<SendBody<R>>);

impl<R: Role> Tunnel<R> {
    /// Joins both directions of a stream. A server answers with a status of 2xx first.
    #[must_use]
    pub const fn new(send: SendBody<R>, recv: RecvBody<R>) -> Self {
        Self {
            send: Sending(Some(send)),
            unread: Bytes::new(),
            recv,
        }
    }

    /// Parts the directions, to move pieces uncopied. What was read into the tunnel and not taken
    /// comes first; the sending half is gone if that direction was shut down.
    #[must_use]
    pub fn into_parts(mut self) -> (Option<SendBody<R>>, Bytes, RecvBody<R>) {
        let send = self.send.0.take();
        (send, self.unread, self.recv)
    }

    /// Ends the stream at once, as with CONNECT_ERROR when what is behind the tunnel failed
    /// (RFC 9113 §8.5).
    pub fn reset(self, code: ErrorCode) {
        self.recv.reset(code);
    }
}

// Nothing in it is pinned in place.
impl<R: Role> Unpin for Tunnel<R> {}

impl<R: Role> Drop for Sending<R> {
    fn drop(&mut self) {
        if let Some(send) = self.0.take() {
            send.reset(ErrorCode::CANCEL);
        }
    }
}
