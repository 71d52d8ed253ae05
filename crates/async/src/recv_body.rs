//! What arrives on a stream (RFC 9113 §8.1).

use core::future::poll_fn;
use core::task::{Context, Poll};

use proto::{Bytes, ErrorCode, Role, Server, Trailers};
#[cfg(feature = "http-body")]
use session::StreamHandle;
use session::{Error, Gathered, RecvHalf};

/// The content of a message, as it arrives.
///
/// What is not taken is back-pressure: the peer may send no more than the window holds. Dropped
/// before its end, a client's cancels the stream, and a server's lets the rest pass by.
#[derive(Debug)]
pub struct RecvBody<R: Role> {
    half: RecvHalf<R>,
}

impl<R: Role> RecvBody<R> {
    pub(crate) const fn new(half: RecvHalf<R>) -> Self {
        Self { half }
    }

    /// Takes the next piece of the content, uncopied; `None` at the end.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub async fn data(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_data(cx)).await
    }

    /// Takes the next piece of the content, if one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream before its message was whole.
    pub fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        self.half.poll_data(cx)
    }

    /// Reads some octets; 0 is the end.
    #[cfg(any(feature = "tokio", feature = "futures-io"))]
    pub(crate) fn read(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<std::io::Result<usize>> {
        self.half.poll_read(cx, into).map_err(Into::into)
    }

    /// Takes all that is left of the content.
    ///
    /// # Errors
    ///
    /// Those of [`data`](Self::data), and that there are more than `limit` octets.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        let mut gathered = Gathered::new(limit);
        while let Some(piece) = self.data().await? {
            gathered.add(piece)?;
        }
        Ok(gathered.into_bytes())
    }

    /// Takes the trailers, which are there once the content has ended, if the peer sent any.
    pub fn trailers(&mut self) -> Option<Trailers> {
        self.half.trailers()
    }

    /// Says whether all of the content was taken. True at once where there is none.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.half.is_ended()
    }

    /// Ends the stream at once (RFC 9113 §6.4).
    pub fn reset(self, code: ErrorCode) {
        self.half.reset(code);
    }

    pub(crate) const fn half(&mut self) -> &mut RecvHalf<R> {
        &mut self.half
    }

    /// The stream.
    #[cfg(feature = "http-body")]
    pub(crate) const fn handle(&self) -> &StreamHandle<R> {
        self.half.handle()
    }

    /// The stream.
    #[cfg(feature = "pool")]
    pub(crate) const fn stream_id(&self) -> proto::StreamId {
        self.half.handle().id()
    }

    /// Says whether there is nothing more to take, trailers included.
    #[cfg(feature = "http-body")]
    pub(crate) const fn is_spent(&self) -> bool {
        self.half.is_spent()
    }
}

impl RecvBody<Server> {
    /// Says that content is welcome, where the client waits for that and none has come
    /// (RFC 9110 §10.1.1): what is first read does so by itself, and this is for whoever answers before he
    /// reads.
    pub fn invite(&mut self) {
        self.half.invite();
    }
}
