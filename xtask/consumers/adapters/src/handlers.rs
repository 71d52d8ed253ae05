//! The handlers of one connection, which whoever drives it polls in each round.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, StreamExt};
use tress_session::proto::Server;
use tress_session::{Accepted, Error, Session, StreamId};

use crate::service::answer;

/// The handlers of one connection. A handler that is woken calls the waker of the connection's task.
#[derive(Default)]
pub struct Handlers(FuturesUnordered<Pin<Box<dyn Future<Output = StreamId>>>>);

impl Handlers {
    /// Begins with the requests that have come, and goes on with the handlers that were woken.
    ///
    /// There may be only so many handlers, also those whose streams were reset (RFC 9113 §10.5): so the
    /// session hears how many run, and which have ended, and only then gives others.
    pub fn work(&mut self, session: &Session<Server>, cx: &mut Context<'_>) -> Result<(), Error> {
        loop {
            let mut ended = Vec::new();
            for accepted in session.accept(self.0.len(), &mut ended)? {
                self.0.push(Box::pin(handle(accepted)));
            }
            while let Poll::Ready(Some(id)) = self.0.poll_next_unpin(cx) {
                ended.push(id);
            }
            if ended.is_empty() {
                return Ok(());
            }
            session.end_handlers(ended)?;
        }
    }
}

/// Answers, and says which stream that was.
async fn handle(accepted: Accepted) -> StreamId {
    let id = accepted.id();
    if let Err(error) = answer(accepted).await {
        eprintln!("stream {id}: {error:#}");
    }
    id
}
