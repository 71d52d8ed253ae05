//! A ping of ours (RFC 9113 §6.7).

use core::task::{Context, Poll};

use proto::{Role, StreamId};

use crate::error::Error;
use crate::kind::Kind;
use crate::pings::Sent;
use crate::session::Session;
use crate::spent::park;

/// A ping that may not be answered yet.
#[derive(Debug)]
pub struct Ping<R: Role> {
    session: Session<R>,
    payload: [u8; 8],
}

impl<R: Role> Session<R> {
    /// Sends a PING with a payload of its own (RFC 9113 §6.7).
    ///
    /// # Errors
    ///
    /// What ended the connection, that many pings are unanswered,
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn ping(&self) -> Result<Ping<R>, Error> {
        self.ping_with(None)
    }

    /// Sends a PING with this payload (RFC 9113 §6.7), or with one that no other has.
    ///
    /// # Errors
    ///
    /// Those of [`ping`](Self::ping).
    pub fn ping_with(&self, payload: Option<[u8; 8]>) -> Result<Ping<R>, Error> {
        self.act(|locked| {
            let number = locked.pings.next.to_be_bytes();
            let payload = payload.unwrap_or(number);
            locked.pings.next += u64::from(payload == number);
            match locked.machine.connection().ping(payload) {
                Ok(()) => {
                    locked.pings.sent.push(Sent {
                        payload,
                        outcome: None,
                        waker: None,
                    });
                    let session = self.clone();
                    Ok(Ping { session, payload })
                }
                Err(error) => Err(locked.refusal(StreamId::MAX, error)),
            }
        })
    }
}

impl<R: Role> Ping<R> {
    /// Waits for the answer.
    ///
    /// # Errors
    ///
    /// What ended the connection first, [`is_reentrant`](Error::is_reentrant).
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.session.poll(|locked| {
            let Some(sent) = locked.pings.find(self.payload) else {
                return Poll::Ready(Err(Kind::Closed.into()));
            };
            match sent.outcome {
                Some(true) => Poll::Ready(Ok(())),
                Some(false) => Poll::Ready(Err(locked.connection_error())),
                None => {
                    park(&mut sent.waker, cx.waker(), &mut locked.spent);
                    Poll::Pending
                }
            }
        })
    }
}

impl<R: Role> Drop for Ping<R> {
    fn drop(&mut self) {
        let payload = self.payload;
        self.session.act_soon(move |locked| {
            let sent = &mut locked.pings.sent;
            if let Some(place) = sent.iter().position(|sent| sent.payload == payload) {
                locked.spent.discard(sent.swap_remove(place).waker);
            }
        });
    }
}
