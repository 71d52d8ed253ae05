//! A server on the crate `h2`, with a task for each request.

use std::future::poll_fn;

use bytes::Bytes;
use h2::server::{Builder, SendResponse};
use h2::{RecvStream, SendStream};
use http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};

use super::{Wanted, announce, pieces, small};
use crate::sockets::{FIELDS, Outcome, WINDOW, Windows};

pub(super) async fn serve(windows: Windows) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr()?)?;
    let mut builder = Builder::new();
    if windows == Windows::Large {
        builder.initial_window_size(WINDOW);
        builder.initial_connection_window_size(WINDOW);
    }
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(builder.clone(), stream));
    }
}

async fn connection(builder: Builder, stream: TcpStream) -> Result<(), h2::Error> {
    let mut connection = builder.handshake(stream).await?;
    while let Some(accepted) = connection.accept().await {
        let (request, respond) = accepted?;
        tokio::spawn(answer(request, respond));
    }
    Ok(())
}

async fn answer(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
) -> Result<(), h2::Error> {
    let wanted = Wanted::of(
        request.method().as_str().as_bytes(),
        request.uri().path().as_bytes(),
    );
    match wanted {
        Wanted::Small => {
            let mut head = Response::builder();
            for (name, value) in FIELDS {
                head = head.header(name, value);
            }
            let head = head.body(()).expect("the fields are good");
            respond.send_response(head, false)?.send_data(small(), true)
        }
        Wanted::Large => {
            let mut stream = respond.send_response(Response::new(()), false)?;
            let (piece, count) = pieces();
            for _ in 0..count {
                send(&mut stream, piece.clone()).await?;
            }
            stream.send_data(Bytes::new(), true)
        }
        Wanted::Upload => {
            let octets = take(request.into_body()).await?;
            let mut stream = respond.send_response(Response::new(()), false)?;
            stream.send_data(octets.to_string().into(), true)
        }
    }
}

/// Sends a piece as there is capacity for it.
pub(in crate::sockets) async fn send(
    stream: &mut SendStream<Bytes>,
    mut piece: Bytes,
) -> Result<(), h2::Error> {
    while !piece.is_empty() {
        stream.reserve_capacity(piece.len());
        let space = match poll_fn(|cx| stream.poll_capacity(cx)).await {
            Some(space) => space?,
            None => return Ok(()),
        };
        stream.send_data(piece.split_to(space.min(piece.len())), false)?;
    }
    Ok(())
}

/// Takes all of the content; returns its length.
pub(in crate::sockets) async fn take(mut body: RecvStream) -> Result<usize, h2::Error> {
    let mut octets = 0;
    while let Some(data) = body.data().await {
        let length = data?.len();
        octets += length;
        body.flow_control().release_capacity(length)?;
    }
    Ok(octets)
}
