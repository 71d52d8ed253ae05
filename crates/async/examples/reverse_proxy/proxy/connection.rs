//! The one connection to the server, which all exchanges share.

use core::future::Future;

use tokio::sync::Mutex;
use tress_async::proto::Client as Role;
use tress_async::{Client, Error, Pending, Request, SendBody};

/// A request that is on its way: where its content goes, if there is any, and its answer.
type Sent = (Option<SendBody<Role>>, Pending);

/// The connection, and what makes the next one when the server has gone away.
pub(crate) struct Connection<C> {
    connect: C,
    /// Which connection it is, counted from 1, and its handle.
    present: Mutex<(u64, Option<Client>)>,
}

impl<C, F> Connection<C>
where
    C: Fn() -> F,
    F: Future<Output = Result<Client, Error>>,
{
    pub(crate) fn new(connect: C) -> Self {
        Self {
            connect,
            present: Mutex::new((0, None)),
        }
    }

    /// Sends the head of a request. `is_whole` says that there is nothing behind it.
    pub(crate) async fn ask(&self, request: Request, is_whole: bool) -> Result<Sent, Error> {
        let (number, client) = self.client(0).await?;
        match ask(&client, request.clone(), is_whole).await {
            // The server has gone away, and nothing of the request was sent.
            Err(error) if error.is_retryable() => {
                let (_, client) = self.client(number).await?;
                ask(&client, request, is_whole).await
            }
            outcome => outcome,
        }
    }

    /// Returns the present connection, or one made now if that is of no use or `spent` is its number.
    async fn client(&self, spent: u64) -> Result<(u64, Client), Error> {
        let (number, client) = &mut *self.present.lock().await;
        match client {
            Some(client) if *number > spent && !client.is_closed() => Ok((*number, client.clone())),
            _ => {
                let fresh = (self.connect)().await?;
                *number += 1;
                *client = Some(fresh.clone());
                Ok((*number, fresh))
            }
        }
    }
}

async fn ask(client: &Client, request: Request, is_whole: bool) -> Result<Sent, Error> {
    if is_whole {
        return Ok((None, client.send_whole(request, "").await?));
    }
    let (content, pending) = client.send(request).await?;
    Ok((Some(content), pending))
}
