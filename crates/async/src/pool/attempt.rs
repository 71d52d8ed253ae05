//! A request and its attempts.

use alloc::sync::Arc;
use core::future::Future;

use ::pool::{Content, Decision, Outcome, Request};
use proto::{Blame, StreamId};
use session::Error;

use super::error::PoolError;
use super::origin::Origin;
use super::ticket::Ticket;
use crate::client::Client;

/// RFC 9110 §15.5.20.
const MISDIRECTED: u16 = 421;

/// A request that can be sent, and sent again as long as its content is there.
pub(super) trait Attempt: Send {
    /// What comes of it.
    type Answer: Send;

    /// Sends it, and waits for the head of the answer.
    fn send(&mut self, client: Client) -> impl Future<Output = Result<Self::Answer, Error>> + Send;

    /// The status of an answer.
    fn status(answer: &Self::Answer) -> u16;

    /// Says whether the content can be sent once more, and gets it ready.
    fn renew(&mut self) -> Content;

    /// The stream of the latest attempt, as far as that is to be told.
    fn stream_id(&self) -> Option<StreamId> {
        None
    }
}

/// Sends a request, again as often as the policy has it, and returns the answer with what is to be told
/// when its content has ended.
pub(super) async fn run<A: Attempt>(
    origin: Arc<Origin>,
    request: Request,
    mut attempt: A,
) -> Result<(A::Answer, Ticket), PoolError> {
    let mut ticket = Ticket::new(&origin, request)?;
    drop(origin);
    let mut before: Option<(Error, bool)> = None;
    loop {
        let placed = ticket.connection().await;
        let (connection, client) = placed.map_err(|error| error.after(before.take()))?;
        match attempt.send(client).await {
            Ok(answer) if A::status(&answer) == MISDIRECTED => {
                let decision = ticket.finished(Outcome::Misdirected, attempt.renew());
                if decision != Decision::Again {
                    return Ok((answer, ticket));
                }
            }
            Ok(answer) => {
                ticket.answered();
                return Ok((answer, ticket));
            }
            Err(error) if is_of_the_request(&error) => {
                return Err(PoolError::exchange(error, false).on(attempt.stream_id()));
            }
            Err(error) => {
                let decision = ticket.failed(connection, &error, attempt.renew());
                let was_unprocessed = before.is_none_or(|(_, unprocessed)| unprocessed);
                if let Decision::Done { unprocessed } = decision {
                    let unprocessed = unprocessed && was_unprocessed;
                    let failed = PoolError::exchange(error, unprocessed);
                    return Err(failed.on(attempt.stream_id()));
                }
                let unprocessed = error.is_retryable() && was_unprocessed;
                before = Some((error, unprocessed));
            }
        }
    }
}

/// Says whether the request itself cannot be sent, anywhere, so that no server is to blame. A connection
/// that the policy has given up ends with a code of ours.
fn is_of_the_request(error: &Error) -> bool {
    error.blame() == Blame::Local && !error.is_retryable() && error.reason().is_none()
}
