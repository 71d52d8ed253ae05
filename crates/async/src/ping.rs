//! A ping of ours (RFC 9113 §6.7).

use core::task::{Context, Poll};

use proto::{Client as Role, StreamId};

use crate::error::{Error, Kind};
use crate::flavor::Flavor;
use crate::local::Machine as _;
use crate::shared::Shared;
use crate::state::Ping;

/// A ping that is not answered yet.
pub(crate) struct Outstanding<'a, F: Flavor> {
    shared: &'a Shared<Role, F>,
    payload: [u8; 8],
}

impl<'a, F: Flavor> Outstanding<'a, F> {
    pub(crate) fn send(shared: &'a Shared<Role, F>) -> Result<Self, Error> {
        shared.act(|state| {
            let payload = state.next_ping.to_be_bytes();
            state.next_ping += 1;
            match state.machine.connection().ping(payload) {
                Ok(()) => {
                    state.pings.insert(payload, Ping::default());
                    Ok(Self { shared, payload })
                }
                Err(error) => Err(state.refusal(StreamId::MAX, error)),
            }
        })
    }

    /// Waits for the answer.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.act(|state| {
            let Some(ping) = state.pings.get_mut(&self.payload) else {
                return Poll::Ready(Err(Kind::Closed.into()));
            };
            match ping.outcome {
                Some(true) => Poll::Ready(Ok(())),
                Some(false) => Poll::Ready(Err(state.connection_error())),
                None => {
                    let before = ping.waker.replace(cx.waker().clone());
                    state.replaced.extend(before);
                    Poll::Pending
                }
            }
        })
    }
}

impl<F: Flavor> Drop for Outstanding<'_, F> {
    fn drop(&mut self) {
        let payload = self.payload;
        self.shared.act_soon(move |state| {
            let ping = state.pings.remove(&payload);
            state.replaced.extend(ping.and_then(|ping| ping.waker));
        });
    }
}
