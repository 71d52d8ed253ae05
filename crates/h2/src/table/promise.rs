//! Taking what a server promises (RFC 9113 §8.4).

use core::task::{Poll, Waker};

use http::Request;
use proto::{Client, Phase, StreamId};

use super::{Turn, park};
use crate::convert;
use crate::error::Error;

impl Turn<'_, Client> {
    /// Takes a promise that came on a stream, with a handle on the one that was promised; `None` where
    /// none will come.
    #[expect(clippy::type_complexity, reason = "it is what the caller hands on")]
    pub(crate) fn poll_promise(
        &mut self,
        place: usize,
        waker: &Waker,
    ) -> Poll<Option<Result<(usize, StreamId, Request<()>), Error>>> {
        loop {
            let Some(slot) = self.table.slot(place) else {
                return Poll::Ready(None);
            };
            let id = slot.id;
            let next = slot.look_rare().and_then(|rare| rare.promises.pop_front());
            let Some(promised) = next else {
                let stream = self.connection.stream(id);
                let is_heard = stream.is_none_or(|stream| stream.receiving() == Phase::Ended);
                return self.end_of_promises(place, waker, is_heard);
            };
            self.hold(promised);
            let Some(slot) = self.table.slot(promised) else {
                continue;
            };
            let id = slot.id;
            let request = slot.look_rare().and_then(|rare| rare.promised.take());
            self.connection.promise_accepted(id);
            let request = request.and_then(|request| convert::request_in(request).ok());
            match request {
                Some(request) => return Poll::Ready(Some(Ok((promised, id, request)))),
                None => {
                    let error = self.unsayable(promised);
                    self.release(promised, false);
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    fn end_of_promises<T>(
        &mut self,
        place: usize,
        waker: &Waker,
        is_heard: bool,
    ) -> Poll<Option<Result<T, Error>>> {
        let Some(slot) = self.table.look(place).filter(|_| !is_heard) else {
            return Poll::Ready(None);
        };
        if let Some(failure) = self.table.stream_failure(slot) {
            return Poll::Ready(Some(Err(Error::failure(&failure))));
        }
        if let Some(slot) = self.table.slot(place) {
            park(&mut slot.rare().push, waker, self.spent);
        }
        Poll::Pending
    }

    /// A server has reset a stream, which it may have promised and nobody took yet.
    pub(crate) fn note_withdrawn(&mut self, id: StreamId) {
        let slot = self.place(id).and_then(|place| self.table.look(place));
        if slot.is_some_and(super::Slot::is_promised) {
            self.connection.promise_withdrawn(id);
        }
    }

    /// A server has promised to answer a request that was not made (RFC 9113 §8.4).
    pub(crate) fn note_promised(&mut self, id: StreamId, promised: StreamId) {
        let parent = self.place(id);
        let request = self.connection.stream_mut(promised).ok();
        let request = request.and_then(|mut stream| stream.take_promise());
        let mut slot = super::Slot::new(promised, super::Sending::Ended);
        slot.rare().promised = request;
        let place = self.enter(slot);
        let parent = parent.filter(|parent| {
            let slot = self.table.look(*parent);
            slot.is_some_and(|slot| slot.handles > 0)
        });
        let Some(parent) = parent else {
            // Nobody is there to take it.
            if let Some(slot) = self.table.slot(place) {
                slot.rare().promised = None;
                slot.leaves_with = Some(proto::ErrorCode::CANCEL);
            }
            return self.reset_leaving(place);
        };
        if let Some(slot) = self.table.slot(parent) {
            slot.rare().promises.push_back(place);
            self.spent.wake(slot.take_push());
        }
    }
}
