//! The two directions of an exchange.

use tress_async::proto::{Client, Server};
use tress_async::{Error, Pending, RecvBody, Reply, Responder, SendBody};

use super::refusal;

/// Passes the content of a request on. Where that ends early, dropping the halves says so: to the
/// server CANCEL, and to the client, behind the answer, that no more is needed (RFC 9113 §8.1).
pub(crate) async fn upload(mut from: RecvBody<Server>, mut to: SendBody<Client>) {
    loop {
        let taken = tokio::select! {
            biased;
            _ = to.canceled() => return,
            taken = from.data() => taken,
        };
        match taken {
            Ok(Some(data)) => {
                if to.send(data).await.is_err() {
                    return;
                }
            }
            Ok(None) => break,
            Err(_) => return,
        }
    }
    // A server that needs no more, or fails, says so in its answer.
    let _ = match from.trailers() {
        Some(trailers) => to.finish_with_trailers(trailers),
        None => to.finish(),
    };
}

/// Passes an answer back: what informs before it, its head, its content, its trailers. What is left of
/// it is returned: as long as it is held, a server that reads on gets the rest of the request.
pub(crate) async fn answer(
    mut pending: Pending,
    mut responder: Responder,
) -> Result<Option<RecvBody<Client>>, Error> {
    loop {
        let informed = tokio::select! {
            biased;
            // Dropping what is pending cancels it.
            error = responder.canceled() => return Err(error),
            informed = pending.informational() => informed,
        };
        match informed {
            Ok(Some(response)) => responder.inform(response)?,
            Ok(None) => break,
            Err(error) => return refusal::before_the_head(responder, &error).map(|()| None),
        }
    }
    let Reply { head, body, .. } = pending.await?;
    if body.is_ended() {
        // The end goes with the head.
        responder.reply(head, "")?;
        return Ok(Some(body));
    }
    download(body, responder.respond(head)?).await
}

async fn download(
    mut from: RecvBody<Client>,
    mut to: SendBody<Server>,
) -> Result<Option<RecvBody<Client>>, Error> {
    loop {
        let taken = tokio::select! {
            biased;
            error = to.canceled() => return Err(error),
            taken = from.data() => taken,
        };
        match taken {
            Ok(Some(data)) => to.send(data).await?,
            Ok(None) => break,
            Err(error) => {
                to.reset(refusal::code(&error));
                return Ok(None);
            }
        }
    }
    match from.trailers() {
        Some(trailers) => to.finish_with_trailers(trailers)?,
        None => to.finish()?,
    }
    Ok(Some(from))
}
