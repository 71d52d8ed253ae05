//! The content of a request, which the driver sends by itself (RFC 9113 §8.1).

use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;

use http_body::Body;
use proto::Client as Role;
use proto::bytes::Buf;

use super::BoxError;
use super::content::Sending;
use crate::jobs::Job;
use crate::send_body::SendBody;

/// The content of a request, and when it is sent.
pub(super) enum Content<J> {
    /// There is none.
    None,
    AtOnce(J),
    /// When the server asks for it (RFC 9110 §10.1.1).
    OnContinue(J),
}

/// What a body says about itself before it is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    pub(super) is_none: bool,
    pub(super) exact: Option<u64>,
}

impl Length {
    pub(crate) fn of(body: &impl Body) -> Self {
        Self {
            is_none: body.is_end_stream(),
            exact: body.size_hint().exact(),
        }
    }
}

/// Sends a body that is taken when it is needed.
pub(super) fn upload<B>(
    take: impl FnOnce() -> Option<B> + Send + 'static,
    send: SendBody<Role>,
) -> Job
where
    B: Body + Send + 'static,
    B::Data: Buf,
    B::Error: Into<BoxError>,
{
    Box::pin(async move {
        // The body of a request that was never sent is left to be handed back.
        let over = poll_fn(|cx| Poll::Ready(send.half().poll_over(cx))).await;
        let body = if over.is_pending() { take() } else { None };
        if let Some(body) = body {
            let mut sending = pin!(Sending::new(body, send));
            // Whoever waits for the response is told what failed.
            let _ = poll_fn(|cx| sending.as_mut().poll(cx)).await;
        }
    })
}
