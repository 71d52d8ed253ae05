//! So many octets, in pieces.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

static PIECE: [u8; 64 * 1024] = [b'x'; 64 * 1024];

/// So many octets are left.
pub struct Octets(pub u64);

impl Body for Octets {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let count = usize::try_from(self.0)
            .unwrap_or(PIECE.len())
            .min(PIECE.len());
        self.0 -= count as u64;
        let piece = PIECE.get(..count).filter(|piece| !piece.is_empty());
        Poll::Ready(piece.map(|piece| Ok(Frame::data(Bytes::from_static(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.0 == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}
