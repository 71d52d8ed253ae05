//! What is sent on a stream (RFC 9113 §8.1).

use core::future::poll_fn;
use core::task::{Context, Poll};

use proto::{Bytes, ErrorCode, Role, Trailers};
use session::{Error, SendHalf};

/// The content of a message, as it is sent. Dropped before [`finish`](Self::finish), it resets the
/// stream.
#[derive(Debug)]
pub struct SendBody<R: Role>(SendHalf<R>);

impl<R: Role> SendBody<R> {
    pub(crate) const fn new(half: SendHalf<R>) -> Self {
        Self(half)
    }

    /// Sends a piece of the content, uncopied; waits while there is no capacity.
    ///
    /// Dropped before it is finished, it has sent nothing of the piece.
    ///
    /// # Errors
    ///
    /// What ended the stream, or that the content is longer than `content-length`.
    pub async fn send(&mut self, data: impl Into<Bytes>) -> Result<(), Error> {
        let mut data = data.into();
        poll_fn(|cx| self.0.poll_send(cx, |_| core::mem::take(&mut data))).await
    }

    /// Queues a piece, whether there is capacity or not.
    #[cfg(feature = "http-body")]
    pub(crate) fn queue(&self, data: Bytes) -> Result<(), Error> {
        self.0.send_data(data)
    }

    /// Waits for capacity; returns how many octets can be queued before there is none.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn poll_capacity(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Error>> {
        self.0.poll_capacity(cx)
    }

    /// Waits until nobody takes the content any more, because the peer reset the stream, needs no more
    /// of it, or the connection is lost; returns why. It is for tasks that wait for the next piece.
    pub async fn canceled(&mut self) -> Error {
        poll_fn(|cx| self.0.poll_over(cx)).await
    }

    /// The half that sends.
    #[cfg(any(feature = "futures-io", feature = "http-body", feature = "tokio"))]
    pub(crate) const fn half(&self) -> &SendHalf<R> {
        &self.0
    }

    #[cfg(feature = "tower")]
    pub(crate) fn into_half(self) -> SendHalf<R> {
        self.0
    }

    #[cfg(any(feature = "futures-io", feature = "tokio"))]
    pub(crate) const fn half_mut(&mut self) -> &mut SendHalf<R> {
        &mut self.0
    }

    /// Ends the message with a last piece.
    #[cfg(feature = "http-body")]
    pub(crate) fn finish_with(self, data: Bytes) -> Result<(), Error> {
        self.0.finish(data, None)
    }

    /// Ends the message.
    ///
    /// # Errors
    ///
    /// What ended the stream, or that the content is shorter than `content-length`.
    pub fn finish(self) -> Result<(), Error> {
        self.0.finish(Bytes::new(), None)
    }

    /// Ends the message with trailers.
    ///
    /// # Errors
    ///
    /// Those of [`finish`](Self::finish), and that the trailers are malformed.
    pub fn finish_with_trailers(self, trailers: Trailers) -> Result<(), Error> {
        self.0.finish(Bytes::new(), Some(trailers))
    }

    /// Ends the stream at once (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.0.reset(code);
    }
}
