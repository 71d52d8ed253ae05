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
    let mut is_ended = false;
    let polled = client(handle, |turn| {
        turn.poll_response(place, waker, &mut is_ended)
    })?;
    // It is converted without the lock.
    match convert::response_in(ready!(polled)?) {
        Ok(response) => {
            let body = RecvStream::new(handle.counted(), is_ended);
            Poll::Ready(Ok(response.map(|()| body)))
        }
        Err(_) => Poll::Ready(Err(client(handle, |turn| turn.refuse_response(place))?)),
    }
}
