//! Sends a body, as fast as the stream takes it and no faster (RFC 9113 §8.1).

use core::error::Error as StdError;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use http_body::{Body, Frame};
use pin_project_lite::pin_project;
use proto::bytes::Buf;
use proto::{Bytes, ErrorCode, Role, Side};
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

/// What a body says next.
pub(super) struct Piece<D> {
    /// `None` at its end.
    frame: Result<Option<Frame<D>>, BoxError>,
    /// Nothing follows.
    is_last: bool,
}

/// A piece, as the head of its message is sent with it or before it.
#[cfg(feature = "tower")]
pub(super) enum First<D> {
    /// All of the content.
    Whole(Bytes),
    /// The first of the content.
    Data(Bytes),
    /// Something else than content, or why there is none.
    Other(Piece<D>),
}

#[cfg(feature = "tower")]
impl<D: Buf> Piece<D> {
    pub(super) fn first(self) -> First<D> {
        let data = match self.frame {
            Ok(None) => return First::Whole(Bytes::new()),
            Ok(Some(frame)) => frame.into_data().map_err(|frame| Ok(Some(frame))),
            Err(error) => Err(Err(error)),
        };
        match data {
            Ok(data) if self.is_last => First::Whole(all_of(data)),
            Ok(data) => First::Data(all_of(data)),
            Err(frame) => First::Other(Self { frame, ..self }),
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
    pub(crate) fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            let Some(send) = self.as_mut().project().send.as_mut() else {
                return Poll::Ready(Ok(()));
            };
            ready!(send.poll_capacity(cx))?;
            match self.as_mut().poll_piece(cx) {
                Poll::Ready(piece) => self.as_mut().pass(piece)?,
                Poll::Pending => return self.poll_over(cx),
            }
        }
    }

    /// Asks the body for its next piece, whether there is capacity or not.
    pub(super) fn poll_piece(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Piece<B::Data>> {
        let mut body = self.project().body;
        body.as_mut().poll_frame(cx).map(|frame| Piece {
            is_last: frame.is_none() || body.is_end_stream(),
            frame: frame.transpose().map_err(Into::into),
        })
    }

    /// Waits for the end of the stream: the body may have nothing to say for ever, and nobody to say it
    /// to.
    pub(super) fn poll_over(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self.project().send {
            Some(send) => send.half().poll_over(cx).map(Err),
            None => Poll::Ready(Ok(())),
        }
    }

    /// Passes a piece on.
    pub(super) fn pass(self: Pin<&mut Self>, piece: Piece<B::Data>) -> Result<(), Error> {
        let send = self.project().send;
        match (piece.frame, &*send) {
            (Ok(frame), _) => pass(send, frame, piece.is_last),
            (Err(error), Some(open)) => Err(fail(open, error)),
            (Err(_), None) => Ok(()),
        }
    }
}

#[cfg(feature = "tower")]
impl<B> Sending<B, proto::Server> {
    /// Begins a response, with a first piece of its content where there is one.
    pub(super) fn begin(
        self: Pin<&mut Self>,
        head: proto::Response,
        first: Option<Bytes>,
    ) -> Result<(), Error> {
        match (self.project().send, first) {
            (Some(send), Some(first)) => send.half().respond_with(head, first),
            (Some(send), None) => send.half().respond(head).map(drop),
            (None, _) => Ok(()),
        }
    }

    /// Sends a response whole.
    pub(super) fn reply(
        self: Pin<&mut Self>,
        head: proto::Response,
        content: Bytes,
    ) -> Result<(), Error> {
        match self.project().send.take() {
            Some(send) => send.into_half().reply(None, head, content, None),
            None => Ok(()),
        }
    }
}

/// The octets of a piece.
fn all_of(mut data: impl Buf) -> Bytes {
    data.copy_to_bytes(data.remaining())
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
        Some(Ok(data)) => {
            let data = all_of(data);
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
