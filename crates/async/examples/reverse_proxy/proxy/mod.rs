//! A gateway to one server: messages pass as they are, both ways at once.
//!
//! Fields keep their order, their duplicates and their never-indexed marks, for a message is passed on
//! as it came. A piece is taken only when the one before it has found space on the other side, and
//! taking it is what returns its credit: who reads slowly slows down who sends.

mod connection;
mod refusal;
mod streams;

use core::future::Future;

use tress_async::{Client, Error, Exchange};

use self::connection::Connection;

/// What the gateway calls itself in `via`.
const VIA: &str = "2 tress-proxy";

/// A gateway to the server that `connect` connects to.
pub(crate) struct Proxy<C> {
    connection: Connection<C>,
}

impl<C, F> Proxy<C>
where
    C: Fn() -> F,
    F: Future<Output = Result<Client, Error>>,
{
    pub(crate) fn new(connect: C) -> Self {
        Self {
            connection: Connection::new(connect),
        }
    }

    /// Passes one request on, and its answer back. Whoever gives the exchange up, at either end, gives
    /// it up at the other.
    pub(crate) async fn pass(&self, exchange: Exchange) -> Result<(), Error> {
        let Exchange {
            request,
            body,
            mut responder,
            ..
        } = exchange;
        // RFC 9110 §7.6.3: a gateway says so in each request that it passes on.
        let request = request.field("via", VIA);
        let asked = tokio::select! {
            biased;
            error = responder.canceled() => return Err(error),
            asked = self.connection.ask(request, body.is_ended()) => asked,
        };
        let (content, pending) = match asked {
            Ok(asked) => asked,
            Err(error) => return refusal::before_the_head(responder, &error),
        };
        let upload = async {
            if let Some(content) = content {
                streams::upload(body, content).await;
            }
        };
        let ((), answered) = tokio::join!(upload, streams::answer(pending, responder));
        answered.map(drop)
    }
}
