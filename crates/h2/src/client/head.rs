//! The head of a response, to a request of ours or to one that a server has promised to answer.

use core::task::{Context, Poll, ready};

use http::Response;

use crate::convert;
use crate::error::Error;
use crate::link::{Handle, client};
use crate::share::RecvStream;

/// Waits for the head of the response on a stream.
pub(super) fn poll_head(
    handle: &Handle,
    cx: &Context<'_>,
) -> Poll<Result<Response<RecvStream>, Error>> {
    let (place, waker) = (handle.place(), cx.waker());
    let polled = client(handle, |turn| turn.poll_response(place, waker))?;
    let (response, is_ended) = ready!(polled)?;
    let held = handle.counted();
    Poll::Ready(match convert::response_in(response) {
        Ok(response) => Ok(response.map(|()| RecvStream::new(held, is_ended))),
        Err(_) => Err(client(handle, |turn| turn.unsayable(place))?),
    })
}
