//! Bodies and tunnels as readers and writers of tokio's.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use ::tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use proto::Role;

use crate::recv_body::RecvBody;
use crate::send_body::SendBody;
use crate::tunnel::Tunnel;

macro_rules! reads {
    ($name:ident) => {
        #[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
        impl<R: Role> AsyncRead for $name<R> {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffer: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                let count = ready!(self.get_mut().read(cx, buffer.initialize_unfilled()))?;
                buffer.advance(count);
                Poll::Ready(Ok(()))
            }
        }
    };
}

macro_rules! writes {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
        impl<R: Role> AsyncWrite for $name<R> {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                from: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.get_mut().write(cx, from)
            }

            /// Is ready at once: what was taken leaves by itself.
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(self.get_mut().shut_down())
            }
        }
    };
}

reads!(RecvBody);
reads!(Tunnel);
writes!(
    /// To shut it down ends the message, as [`finish`](SendBody::finish) does. Dropped without either, it
    /// resets the stream.
    SendBody
);
writes!(Tunnel);
