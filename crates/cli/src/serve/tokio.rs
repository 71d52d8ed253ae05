//! The server on tokio.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::io;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle};
use tokio::time;
use tress_async::proto::ErrorCode;
use tress_async::{Bytes, Error, Exchange, Machine, Response, Server};

use super::Listening;
use super::answer::{Answer, DRAINED_OCTETS, DRAINED_TIME};
use super::files::Pieces;
use super::gate::{self, Admission, Gate, PATIENCE, PAUSE};
use super::http1::DETECT_LEN;
use super::shutdown::{Drain, Ending};
use super::sink;
use super::site::Site;
use crate::exit::{Failure, Result};
use crate::rate::{Pace, Rate};
use crate::talk::say;

/// A machine, and the socket that it belongs to.
type Prepared = (Box<dyn Machine<tress_async::proto::Server>>, TcpStream);

/// Serves until Ctrl-C; `announce` is called when that can come.
pub(crate) fn run(
    site: Arc<Site>,
    listening: Listening,
    workers: Option<u16>,
    gate: Gate,
    drain: Drain,
    announce: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let failed = |error: io::Error| Failure::transfer(format_args!("the server failed: {error:#}"));
    let mut builder = match workers {
        // Workers have runtimes of their own, and this one only accepts.
        Some(_) => Builder::new_current_thread(),
        None => Builder::new_multi_thread(),
    };
    let runtime = builder.enable_all().build().map_err(failed)?;
    listening.listener.set_nonblocking(true).map_err(failed)?;
    let serving = async {
        let server = server(listening)?.workers(workers.unwrap_or(0).into());
        serve(site, server, gate, drain, announce).await
    };
    let result = runtime.block_on(serving);
    // What reads a file is not waited for.
    runtime.shutdown_background();
    result
}

fn failed(error: Error) -> Failure {
    Failure::transfer(format_args!("the server failed: {error:#}"))
}

fn server(listening: Listening) -> Result<Server> {
    let listener = TcpListener::from_std(listening.listener);
    let server = listener
        .map_err(Error::from)
        .and_then(Server::from_listener);
    let server = server.map_err(failed)?;
    Ok(match listening.is_shared {
        true => server.shares_listener(),
        false => server,
    })
}

async fn serve(
    site: Arc<Site>,
    server: Server,
    gate: Gate,
    drain: Drain,
    announce: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let handle = server.handle();
    let runtime = Handle::current();
    let ending = Ending::on_termination(drain, move |limit| {
        runtime.block_on(handle.shutdown(limit));
    })?;
    announce()?;
    server
        .serve_with(
            move |stream| prepare(gate.clone(), stream),
            move |exchange| {
                let site = Arc::clone(&site);
                async move { answer(&site, exchange).await }
            },
        )
        .await
        .map_err(failed)?;
    // It blocks, and what it waits for needs this runtime.
    let _ = tokio::task::spawn_blocking(move || ending.wait()).await;
    Ok(())
}

async fn prepare(gate: Gate, stream: TcpStream) -> core::result::Result<Prepared, Error> {
    let peer = stream.peer_addr().ok();
    let admission = time::timeout(PATIENCE, async {
        let mut octets = [0; DETECT_LEN];
        loop {
            let len = stream.peek(&mut octets).await?;
            if len == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match gate.judge(octets.get(..len).unwrap_or_default(), peer) {
                Some(admission) => return admission,
                None => time::sleep(PAUSE).await,
            }
        }
    });
    match admission.await.map_err(io::Error::from)?? {
        Admission::Welcome => {
            let machine = gate.machine(
                peer,
                |machine| Box::new(machine) as Box<dyn Machine<_>>,
                #[cfg(feature = "tls")]
                |machine| Box::new(machine) as Box<dyn Machine<_>>,
            )?;
            Ok((machine, stream))
        }
        Admission::Refuse(answer) => Err(turn_away(answer, stream).await.into()),
    }
}

/// Tells a client that it is wrong here; returns what becomes of its connection.
async fn turn_away(answer: Vec<u8>, stream: TcpStream) -> io::Error {
    let refusing = tokio::task::spawn_blocking(move || {
        let stream = stream.into_std()?;
        stream.set_nonblocking(false)?;
        gate::refuse(&stream, &answer)
    });
    match refusing.await {
        Ok(Err(error)) => error,
        _ => io::ErrorKind::InvalidData.into(),
    }
}

async fn answer(site: &Site, exchange: Exchange) -> core::result::Result<(), Error> {
    match site.answer(&exchange.request) {
        Answer::Whole(response, content) if exchange.body.is_ended() => {
            exchange.reply(response, content)
        }
        Answer::Whole(response, content) => refuse(exchange, response, content).await,
        Answer::File(response, pieces) => send(exchange, response, pieces).await,
        Answer::Echo(response) => echo(exchange, response).await,
        Answer::Sink(rate) => swallow(exchange, rate).await,
    }
}

/// Takes some of the content that nobody wants, unless the client waits before it sends it, and answers.
async fn refuse(
    mut exchange: Exchange,
    response: Response,
    content: Bytes,
) -> core::result::Result<(), Error> {
    if !exchange.request.expects_continue() {
        let body = &mut exchange.body;
        let draining = async {
            let mut left = DRAINED_OCTETS;
            while let Ok(Some(piece)) = body.data().await {
                left = left.saturating_sub(piece.len());
                if left == 0 {
                    break;
                }
            }
        };
        let _ = time::timeout(DRAINED_TIME, draining).await;
    }
    exchange.reply(response, content)
}

async fn send(
    exchange: Exchange,
    response: Response,
    pieces: Pieces,
) -> core::result::Result<(), Error> {
    let mut body = exchange.respond(response)?;
    let mut pieces = Some(pieces);
    while let Some(rest) = pieces.take() {
        match read(rest).await {
            Ok(None) => break,
            Ok(Some((piece, rest))) => {
                body.send(piece).await?;
                pieces = Some(rest);
            }
            Err(error) => {
                say(format_args!(
                    "a file could not be sent to its end: {error:#}"
                ));
                body.reset(ErrorCode::INTERNAL_ERROR);
                return Ok(());
            }
        }
    }
    body.finish()
}

/// Reads a piece where it may block; returns it with what is left.
async fn read(mut pieces: Pieces) -> io::Result<Option<(Bytes, Pieces)>> {
    tokio::task::spawn_blocking(move || Ok(pieces.next()?.map(|piece| (piece, pieces))))
        .await
        .map_err(io::Error::from)?
}

async fn echo(mut exchange: Exchange, response: Response) -> core::result::Result<(), Error> {
    exchange.body.invite();
    let mut out = exchange.responder.respond(response)?;
    while let Some(piece) = exchange.body.data().await? {
        out.send(piece).await?;
    }
    match exchange.body.trailers() {
        Some(trailers) => out.finish_with_trailers(trailers),
        None => out.finish(),
    }
}

async fn swallow(mut exchange: Exchange, rate: Option<Rate>) -> core::result::Result<(), Error> {
    let pace = Pace::new(rate);
    let mut octets = 0;
    while let Some(piece) = exchange.body.data().await? {
        octets += piece.len() as u64;
        // A sleep of nothing takes until the next tick of tokio's clock, which is a millisecond.
        if let Some(pause) = pace.wait(octets) {
            time::sleep(pause).await;
        }
    }
    let (response, text) = sink::receipt(octets);
    exchange.responder.reply(response, text)
}
