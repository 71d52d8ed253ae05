//! A ping of ours (RFC 9113 §6.7).

use alloc::vec::Vec;
use core::task::{Context, Poll, Waker};

use proto::{Role, StreamId};

use crate::error::Error;
use crate::kind::Kind;
use crate::session::Session;
use crate::spent::{Spent, park};

/// The pings that are not answered, or whose answer nobody took: the machine allows but few.
#[derive(Debug, Default)]
pub(crate) struct Pings {
    sent: Vec<Sent>,
    next: u64,
}

#[derive(Debug)]
struct Sent {
    payload: [u8; 8],
    /// Answered, or lost.
    outcome: Option<bool>,
    waker: Option<Waker>,
}

/// A ping that may not be answered yet.
#[derive(Debug)]
pub struct Ping<R: Role> {
    session: Session<R>,
    payload: [u8; 8],
}

impl Pings {
    /// Notes what became of a ping.
    pub(crate) fn note(&mut self, payload: [u8; 8], is_answered: bool, spent: &mut Spent) {
        if let Some(sent) = self.find(payload) {
            sent.outcome = Some(is_answered);
            spent.wake(sent.waker.take());
        }
    }

    fn find(&mut self, payload: [u8; 8]) -> Option<&mut Sent> {
        self.sent.iter_mut().find(|sent| sent.payload == payload)
    }
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
