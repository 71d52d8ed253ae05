//! A server on hyper.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Frame};
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

use super::{Wanted, announce, pieces, small};
use crate::sockets::{FIELDS, Outcome, WINDOW, Windows};

pub(super) async fn serve(windows: Windows) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?)?;
    let mut builder = Builder::new(TokioExecutor::new());
    if windows == Windows::Large {
        builder.initial_stream_window_size(WINDOW);
        builder.initial_connection_window_size(WINDOW);
    }
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let connection = builder.serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection);
    }
}

/// What an answer holds.
pub(super) type Content = Either<Full<Bytes>, Pieces>;

/// Answers a request, of any server that speaks in the types of `http`.
pub(super) async fn answer<B>(request: Request<B>) -> Result<Response<Content>, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let wanted = Wanted::of(
        request.method().as_str().as_bytes(),
        request.uri().path().as_bytes(),
    );
    Ok(match wanted {
        Wanted::Small => {
            let mut head = Response::builder();
            for (name, value) in FIELDS {
                head = head.header(name, value);
            }
            let content = Either::Left(Full::new(small()));
            head.body(content).expect("the fields are good")
        }
        Wanted::Large => {
            let (piece, left) = pieces();
            Response::new(Either::Right(Pieces { piece, left }))
        }
        Wanted::Upload => {
            let mut body = request.into_body();
            let mut octets = 0;
            while let Some(frame) = body.frame().await {
                octets += frame?.data_ref().map_or(0, Bytes::len);
            }
            Response::new(Either::Left(Full::from(octets.to_string())))
        }
    })
}

/// The same piece, so often.
pub(super) struct Pieces {
    piece: Bytes,
    left: usize,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(left) = self.left.checked_sub(1) else {
            return Poll::Ready(None);
        };
        self.left = left;
        Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))))
    }
}
