//! What arrives as a stream of pieces.

use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;
use proto::{Bytes, Role};
use session::Error;

use crate::recv_body::RecvBody;

/// The pieces of the content, uncopied, as [`data`](RecvBody::data) gives them.
#[cfg_attr(docsrs, doc(cfg(feature = "stream")))]
impl<R: Role> Stream for RecvBody<R> {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_data(cx).map(Result::transpose)
    }
}
