//! Our server on threads.

use tress_blocking::{Error, Exchange, Response, Server};

use super::{Wanted, announce, config, pieces, small};
use crate::sockets::{FIELDS, Outcome, Windows};

pub(super) fn serve(windows: Windows) -> Outcome<()> {
    let server = Server::bind("127.0.0.1:0")?.config(config(windows)?);
    announce(server.local_addr())?;
    Ok(server.serve_inline(answer)?)
}

fn answer(exchange: Exchange) -> Result<(), Error> {
    match Wanted::of(
        exchange.request.method(),
        exchange.request.path().unwrap_or_default(),
    ) {
        Wanted::Small => exchange.reply(head(), small()),
        Wanted::Large => exchange.spawn(large),
        Wanted::Upload => exchange.spawn(upload),
    }
}

fn head() -> Response {
    FIELDS
        .iter()
        .fold(Response::new(200), |head, (name, value)| {
            head.field(name, value)
        })
}

fn large(exchange: Exchange) -> Result<(), Error> {
    let mut body = exchange.respond(Response::new(200))?;
    let (piece, count) = pieces();
    for _ in 0..count {
        body.send(piece.clone())?;
    }
    body.finish()
}

fn upload(mut exchange: Exchange) -> Result<(), Error> {
    let mut octets = 0;
    while let Some(data) = exchange.body.data()? {
        octets += data.len();
    }
    exchange
        .responder
        .reply(Response::new(200), octets.to_string())
}
