//! Waiting for a stream to be had (RFC 9113 §5.1.2).
//!
//! Who waits has a number, and the lowest is woken first. Who opens a stream, or stops waiting
//! although it was woken, wakes the next while there are streams left.

use alloc::sync::Arc;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use proto::{Client as Role, Request, StreamId, UserError};

use crate::error::Error;
use crate::shared::{Shared, State};

/// A request that waits for its stream.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    shared: &'a Arc<Shared<Role>>,
    request: Option<Request>,
    number: Option<u64>,
}

impl<'a> Opening<'a> {
    pub(crate) fn new(shared: &'a Arc<Shared<Role>>, request: Request) -> Self {
        Self {
            shared,
            request: Some(request),
            number: None,
        }
    }
}

impl Future for Opening<'_> {
    type Output = Result<StreamId, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        this.shared
            .act(|state| match state.open(&mut this.request, this.number) {
                Some(outcome) => {
                    state.stop_waiting(this.number.take());
                    Poll::Ready(outcome)
                }
                None => {
                    this.number = Some(state.wait_to_open(this.number, cx.waker()));
                    Poll::Pending
                }
            })
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        if self.number.is_some() {
            self.shared.act(|state| state.stop_waiting(self.number));
        }
    }
}

impl State<Role> {
    /// Opens a stream with two holders, if there is one to be had and nobody came before.
    fn open(
        &mut self,
        request: &mut Option<Request>,
        number: Option<u64>,
    ) -> Option<Result<StreamId, Error>> {
        let is_ending = self.is_going_away || self.closed.is_some();
        let first = self
            .openers
            .waiting
            .first_key_value()
            .map(|(first, _)| *first);
        let is_turn = match (first, number) {
            (None, _) => true,
            (Some(first), Some(number)) => number <= first,
            (Some(_), None) => false,
        };
        if !is_ending && (!is_turn || self.machine.connection().available() == 0) {
            return None;
        }
        let request = request.take()?;
        Some(match self.machine.connection().request(request) {
            Ok(id) => {
                self.slots.open(id);
                self.slots.hold(id);
                self.slots.hold(id);
                Ok(id)
            }
            Err(UserError::ConnectionClosed) => Err(self.connection_error()),
            Err(error) => Err(error.into()),
        })
    }

    fn wait_to_open(&mut self, number: Option<u64>, waker: &Waker) -> u64 {
        let number = number.unwrap_or_else(|| {
            self.openers.next += 1;
            self.openers.next
        });
        self.openers.waiting.insert(number, waker.clone());
        number
    }

    /// Waits no more, and lets the next have a try.
    fn stop_waiting(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            self.openers.waiting.remove(&number);
        }
        if self.machine.connection().available() > 0 {
            self.rouse_next_opener();
        }
    }
}
