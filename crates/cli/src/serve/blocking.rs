//! The server on threads.

use alloc::boxed::Box;
use alloc::sync::Arc;
use std::thread;

use blocking::proto::ErrorCode;
use blocking::{Bytes, Error, Exchange, Machine, Server};

use super::Listening;
use super::answer::{Answer, DRAINED_OCTETS, DRAINED_TIME};
use super::files::Pieces;
use super::gate::Gate;
use super::shutdown::{Drain, Ending};
use super::sink;
use super::site::Site;
use crate::exit::{Failure, Result};
use crate::rate::{Pace, Rate};
use crate::talk::say;

/// Serves until Ctrl-C; `announce` is called when that can come.
pub(crate) fn run(
    site: Arc<Site>,
    listening: Listening,
    gate: Gate,
    drain: Drain,
    announce: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let failed = |error: Error| Failure::transfer(format_args!("the server failed: {error:#}"));
    let server = server(listening).map_err(failed)?.prepare(move |stream| {
        gate.look(stream)?;
        Ok(gate.machine(
            stream.peer_addr().ok(),
            |machine| Box::new(machine) as Box<dyn Machine<_>>,
            #[cfg(feature = "tls")]
            |machine| Box::new(machine) as Box<dyn Machine<_>>,
        )?)
    });
    let handle = server.handle();
    let ending = Ending::on_termination(drain, move |limit| handle.shutdown(limit))?;
    announce()?;
    server
        .serve_inline(move |exchange| answer(&site, exchange))
        .map_err(failed)?;
    ending.wait();
    Ok(())
}

fn server(listening: Listening) -> core::result::Result<Server, Error> {
    #[cfg(unix)]
    if listening.is_shared {
        return Server::from_shared_listener(listening.listener);
    }
    Server::from_listener(listening.listener)
}

/// Answers at once what can be, and leaves to another thread what may have to wait.
fn answer(site: &Site, exchange: Exchange) -> core::result::Result<(), Error> {
    match site.answer(&exchange.request) {
        Answer::Whole(response, content) if exchange.body.is_ended() => {
            exchange.reply(response, content)
        }
        Answer::Whole(response, content) => {
            exchange.spawn(move |exchange| refuse(exchange, response, content))
        }
        Answer::File(response, pieces) => {
            exchange.spawn(move |exchange| send(exchange, response, pieces))
        }
        Answer::Echo(response) => exchange.spawn(move |exchange| echo(exchange, response)),
        Answer::Sink(rate) => exchange.spawn(move |exchange| swallow(exchange, rate)),
    }
}

/// Takes some of the content that nobody wants, unless the client waits before it sends it, and answers.
fn refuse(
    mut exchange: Exchange,
    response: blocking::Response,
    content: Bytes,
) -> core::result::Result<(), Error> {
    let mut left = match exchange.request.expects_continue() {
        true => 0,
        false => DRAINED_OCTETS,
    };
    exchange.body.set_read_timeout(Some(DRAINED_TIME));
    while left > 0 {
        let Ok(Some(piece)) = exchange.body.data() else {
            break;
        };
        left = left.saturating_sub(piece.len());
    }
    exchange.reply(response, content)
}

fn send(
    exchange: Exchange,
    response: blocking::Response,
    mut pieces: Pieces,
) -> core::result::Result<(), Error> {
    let mut body = exchange.respond(response)?;
    loop {
        match pieces.next() {
            Ok(Some(piece)) => body.send(piece)?,
            Ok(None) => return body.finish(),
            Err(error) => {
                say(format_args!(
                    "a file could not be sent to its end: {error:#}"
                ));
                body.reset(ErrorCode::INTERNAL_ERROR);
                return Ok(());
            }
        }
    }
}

fn echo(mut exchange: Exchange, response: blocking::Response) -> core::result::Result<(), Error> {
    exchange.body.invite();
    let mut out = exchange.responder.respond(response)?;
    while let Some(piece) = exchange.body.data()? {
        out.send(piece)?;
    }
    match exchange.body.trailers() {
        Some(trailers) => out.finish_with_trailers(trailers),
        None => out.finish(),
    }
}

fn swallow(mut exchange: Exchange, rate: Option<Rate>) -> core::result::Result<(), Error> {
    let pace = Pace::new(rate);
    let mut octets = 0;
    while let Some(piece) = exchange.body.data()? {
        octets += piece.len() as u64;
        if let Some(pause) = pace.wait(octets) {
            thread::sleep(pause);
        }
    }
    let (response, text) = sink::receipt(octets);
    exchange.responder.reply(response, text)
}
