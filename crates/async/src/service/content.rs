//! Sends a body, as fast as the stream takes it and no faster (RFC 9113 §8.1).

use core::error::Error as StdError;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use http_body::{Body, Frame};
use pin_project_lite::pin_project;
use proto::bytes::Buf;
use proto::{ErrorCode, Role, Side};
use session::{Error, FailureKind};
use tress_http::trailers_from_http;

use super::BoxError;
use crate::send_body::SendBody;

pin_project! {
    /// A body, and the stream it goes to.
    pub(crate) struct Sending<B, R: Role> {
        #[pin]
        body: B,
        // `None` once the message is whole.
        send: Option<SendBody<R>>,
    }
}

impl<B, R: Role> Sending<B, R> {
    pub(crate) const fn new(body: B, send: SendBody<R>) -> Self {
        Self {
            body,
            send: Some(send),
        }
    }
}

impl<B, R: Role> Sending<B, R>
where
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    /// Goes on as far as the body and the stream let it. A body that fails resets the stream.
    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut this = self.project();
        loop {
            let Some(send) = this.send.as_mut() else {
                return Poll::Ready(Ok(()));
            };
            ready!(send.poll_capacity(cx))?;
            let Poll::Ready(frame) = this.body.as_mut().poll_frame(cx) else {
                // The body may have nothing to say for ever, and nobody to say it to.
                return send.half().poll_over(cx).map(Err);
            };
            let last = frame.is_none() || this.body.is_end_stream();
            match frame.transpose() {
                Err(error) => {
                    let error = fail(send, error.into());
                    return Poll::Ready(Err(error));
                }
                Ok(frame) => pass(this.send, frame, last)?,
            }
        }
    }
}

/// Passes a piece of the body on.
fn pass<D: Buf, R: Role>(
    send: &mut Option<SendBody<R>>,
    frame: Option<Frame<D>>,
    last: bool,
) -> Result<(), Error> {
    let Some(open) = send.take() else {
        return Ok(());
    };
    match frame.map(Frame::into_data) {
        None => return open.finish(),
        Some(Ok(mut data)) => {
            let data = data.copy_to_bytes(data.remaining());
            if last {
                return open.finish_with(data);
            }
            if let Err(error) = open.queue(data) {
                // More than was promised: whoever waits for the other direction is told.
                let handle = open.half().handle();
                handle.fail(code_of_ours::<R>(), error.clone());
                return Err(error);
            }
        }
        Some(Err(frame)) => match frame.into_trailers() {
            Ok(trailers) => return open.finish_with_trailers(trailers_from_http(&trailers)),
            // Something that nobody here knows.
            Err(_) if last => return open.finish(),
            Err(_) => {}
        },
    }
    *send = Some(open);
    Ok(())
}

/// Resets the stream, and keeps the cause for whoever waits for the other direction.
fn fail<R: Role>(send: &SendBody<R>, cause: BoxError) -> Error {
    let code = reason_within(&*cause).unwrap_or(code_of_ours::<R>());
    let report = send.half().report();
    report.fail(FailureKind::Content, Some(&*cause));
    let error = Error::content(cause);
    send.half().handle().fail(code, error.clone());
    error
}

/// The code for content that we cannot go on with.
const fn code_of_ours<R: Role>() -> ErrorCode {
    match R::SIDE {
        Side::Client => ErrorCode::CANCEL,
        Side::Server => ErrorCode::INTERNAL_ERROR,
    }
}

/// The code with which another stream ended, where its content is what we pass on.
fn reason_within(error: &(dyn StdError + 'static)) -> Option<ErrorCode> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<Error>() {
            return error.reason();
        }
        next = error.source();
    }
    None
}
