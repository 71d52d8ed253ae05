//! A response with its body, whose head waits for the first word of that (RFC 9113 §8.1).

use core::pin::Pin;
use core::task::{Context, Poll};

use http_body::Body;
use pin_project_lite::pin_project;
use proto::bytes::Buf;
use proto::{Response, Server as Role};
use session::Error;

use super::BoxError;
use super::content::{First, Sending};
use crate::send_body::SendBody;

pin_project! {
    /// The head of a response, until its body was asked once, and the body.
    ///
    /// What the body has by then leaves in one turn with the head, and the end of the message, too, where
    /// nothing follows. A body that has nothing yet does not keep the head back.
    pub(super) struct Replying<B> {
        head: Option<Response>,
        #[pin]
        content: Sending<B, Role>,
    }
}

impl<B> Replying<B> {
    pub(super) const fn new(head: Response, body: B, send: SendBody<Role>) -> Self {
        Self {
            head: Some(head),
            content: Sending::new(body, send),
        }
    }
}

impl<B> Replying<B>
where
    B: Body,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    /// Goes on as far as the body and the stream let it. A body that fails resets the stream.
    pub(super) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let this = self.project();
        let mut content = this.content;
        let Some(head) = this.head.take() else {
            return content.poll(cx);
        };
        let Poll::Ready(piece) = content.as_mut().poll_piece(cx) else {
            content.as_mut().begin(head, None)?;
            return content.poll_over(cx);
        };
        match piece.first() {
            First::Whole(all) => return Poll::Ready(content.reply(head, all)),
            First::Data(data) => content.as_mut().begin(head, Some(data))?,
            First::Other(piece) => {
                content.as_mut().begin(head, None)?;
                content.as_mut().pass(piece)?;
            }
        }
        content.poll(cx)
    }
}
