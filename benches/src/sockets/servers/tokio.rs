//! Our server on tokio.

use tress_async::proto::Server as Role;
use tress_async::{Error, Exchange, RecvBody, Responder, Response, Server};

use super::{Wanted, announce, config, pieces, small};
use crate::sockets::{FIELDS, Outcome, Windows};

pub(super) async fn serve(windows: Windows) -> Outcome<()> {
    let server = Server::bind("127.0.0.1:0").await?.config(config(windows)?);
    announce(server.local_addr())?;
    Ok(server.serve(answer).await?)
}

async fn answer(exchange: Exchange) -> Result<(), Error> {
    match Wanted::of(
        exchange.request.method(),
        exchange.request.path().unwrap_or_default(),
    ) {
        Wanted::Small => exchange.reply(head(), small()),
        Wanted::Large => large(exchange.responder).await,
        Wanted::Upload => {
            let Exchange {
                request,
                body,
                responder,
                ..
            } = exchange;
            // What waits for content needs no head meanwhile.
            drop(request);
            upload(body, responder).await
        }
    }
}

fn head() -> Response {
    FIELDS
        .iter()
        .fold(Response::new(200), |head, (name, value)| {
            head.field(name, value)
        })
}

async fn large(responder: Responder) -> Result<(), Error> {
    let mut body = responder.respond(Response::new(200))?;
    let (piece, count) = pieces();
    for _ in 0..count {
        body.send(piece.clone()).await?;
    }
    body.finish()
}

async fn upload(mut body: RecvBody<Role>, responder: Responder) -> Result<(), Error> {
    let mut octets = 0;
    while let Some(data) = body.data().await? {
        octets += data.len();
    }
    responder.reply(Response::new(200), octets.to_string())
}
