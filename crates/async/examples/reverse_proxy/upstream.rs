//! The server behind the gateway: it sends content back, or much of its own.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use tokio::sync::watch;
use tress_async::proto::Sensitivity;
use tress_async::{Error, ErrorCode, Exchange, Response};

use crate::AMOUNT;

/// What content is made of.
pub(crate) const OCTET: u8 = 7;

/// A piece of content.
pub(crate) const PIECE: &[u8] = &[OCTET; 16 * 1024];

/// What the server has seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    sent: AtomicUsize,
    /// Why it could not go on with what it sends.
    failure: watch::Sender<Option<ErrorCode>>,
}

impl Tally {
    /// Waits until the server sends no more, and returns how many octets it has sent by then.
    pub(crate) async fn at_rest(&self) -> usize {
        let mut before = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let sent = self.sent.load(Ordering::Relaxed);
            if sent > 0 && sent == before {
                return sent;
            }
            before = sent;
        }
    }

    /// Waits until the server hears that nobody takes what it sends; returns the code.
    pub(crate) async fn failure(&self) -> Option<ErrorCode> {
        let mut failure = self.failure.subscribe();
        let heard = failure.wait_for(Option::is_some).await;
        heard.ok().and_then(|code| *code)
    }
}

pub(crate) async fn serve(exchange: Exchange, tally: Arc<Tally>) -> Result<(), Error> {
    match exchange.request.path() {
        Some(b"/echo") => echo(exchange).await,
        _ => stream(exchange, &tally).await,
    }
}

async fn echo(exchange: Exchange) -> Result<(), Error> {
    let Exchange {
        request,
        mut body,
        responder,
        ..
    } = exchange;
    let mut head = Response::new(200);
    for field in request.fields() {
        if field.sensitivity == Sensitivity::NeverIndexed {
            head = head.field("was-marked", field.name);
        }
    }
    let mut answer = responder.respond(head)?;
    while let Some(data) = body.data().await? {
        answer.send(data).await?;
    }
    answer.finish_with_trailers(body.trailers().unwrap_or_default())
}

async fn stream(exchange: Exchange, tally: &Tally) -> Result<(), Error> {
    tally.sent.store(0, Ordering::Relaxed);
    let mut answer = exchange.respond(Response::new(200))?;
    for _ in 0..AMOUNT / PIECE.len() {
        if let Err(error) = answer.send(PIECE).await {
            tally.failure.send_replace(error.reason());
            return Err(error);
        }
        tally.sent.fetch_add(PIECE.len(), Ordering::Relaxed);
    }
    answer.finish()
}
