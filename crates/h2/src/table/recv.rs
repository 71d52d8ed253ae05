//! Taking what arrives (RFC 9113 §8.1).

use core::task::{Poll, Waker};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use proto::{Client, Part, Phase, Role, Server, StreamId};

use super::{Turn, park};
use crate::convert;
use crate::error::Error;
use crate::failure::{Failure, Initiator};
use crate::reason::Reason;
use crate::user_error::UserError;

/// How many informational responses wait to be taken; the last ones count.
const INFORMATIONAL: usize = 8;

/// A request that was taken, as it came: it is converted without the lock.
pub(crate) struct Arrived {
    pub(crate) place: usize,
    pub(crate) id: StreamId,
    pub(crate) head: proto::Request,
    /// It has no content.
    pub(crate) is_ended: bool,
    /// Others came with it.
    pub(crate) has_more: bool,
}

/// What is there to be taken.
enum Next {
    Part,
    Nothing,
    Failed(Failure),
}

impl<R: Role> Turn<'_, R> {
    /// Takes the next piece of content; `None` where trailers, or the end, come next. Says whether that was
    /// all.
    pub(crate) fn poll_data(
        &mut self,
        place: usize,
        waker: &Waker,
        is_ended: &mut bool,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            match self.next(place) {
                Next::Part => {}
                Next::Nothing => return self.park_recv(place, waker),
                Next::Failed(failure) => return Poll::Ready(Some(Err(Error::failure(&failure)))),
            }
            let Some(slot) = self.table.slot(place) else {
                return Poll::Ready(None);
            };
            match slot.next.take() {
                Some(Part::Data(data)) if data.is_empty() => {}
                Some(Part::Data(data)) => {
                    self.taken(place, data.len());
                    *is_ended = self.has_ended(place);
                    return Poll::Ready(Some(Ok(data)));
                }
                next => {
                    *is_ended = matches!(next, Some(Part::End));
                    slot.next = next;
                    return Poll::Ready(None);
                }
            }
        }
    }

    /// Takes the trailers; waits where content comes next, which is to be taken before.
    pub(crate) fn poll_trailers(
        &mut self,
        place: usize,
        waker: &Waker,
    ) -> Poll<Result<Option<HeaderMap>, Error>> {
        match self.next(place) {
            Next::Part => {}
            Next::Nothing => return self.park_recv(place, waker),
            Next::Failed(failure) => return Poll::Ready(Err(Error::failure(&failure))),
        }
        let Some(slot) = self.table.slot(place) else {
            return Poll::Ready(Ok(None));
        };
        match slot.next.take() {
            Some(Part::Trailers(trailers)) => {
                let trailers = convert::trailers_in(trailers);
                Poll::Ready(trailers.map(Some).map_err(|_| self.unsayable(place)))
            }
            next => {
                let is_end = matches!(next, Some(Part::End));
                slot.next = next;
                match is_end {
                    true => Poll::Ready(Ok(None)),
                    false => self.park_recv(place, waker),
                }
            }
        }
    }

    /// Says whether the message is whole and all of it was taken, trailers included.
    pub(crate) fn is_end_stream(&mut self, place: usize) -> bool {
        let is_part = matches!(self.next(place), Next::Part);
        let slot = self.table.slot(place).filter(|_| is_part);
        slot.is_some_and(|slot| matches!(slot.next, Some(Part::End)))
    }

    /// The same where nothing more is waited for; otherwise it is not known.
    fn has_ended(&mut self, place: usize) -> bool {
        let id = self.table.look(place).map(|slot| slot.id);
        let stream = id.and_then(|id| self.connection.stream(id));
        stream.is_some_and(|stream| stream.is_received()) && self.is_end_stream(place)
    }

    /// The octets that came and whose credit was not returned.
    pub(crate) fn used_capacity(&self, place: usize) -> u32 {
        let Some(slot) = self.table.look(place) else {
            return 0;
        };
        let next = match &slot.next {
            Some(Part::Data(data)) => u32::try_from(data.len()).unwrap_or(u32::MAX),
            _ => 0,
        };
        let stream = self.connection.stream(slot.id);
        let untaken = stream.map_or(0, |stream| stream.untaken());
        (slot.held + next + untaken).saturating_sub(slot.early)
    }

    /// The octets that the peer may send when it has learned of all credit that was returned; negative
    /// after our window has shrunk.
    pub(crate) fn available_capacity(&self, place: usize) -> isize {
        let window = i64::from(self.table.settings.initial_window);
        let available = window - i64::from(self.used_capacity(place));
        isize::try_from(available).unwrap_or(isize::MAX)
    }

    /// Returns the credit of octets that came, taken or not.
    pub(crate) fn release_capacity(&mut self, place: usize, octets: u32) -> Result<(), Error> {
        if octets > self.used_capacity(place) {
            return Err(Error::user(UserError::ReleaseCapacityTooBig));
        }
        let Some(slot) = self.table.slot(place) else {
            return Ok(());
        };
        let now = octets.min(slot.held);
        slot.early += octets - now;
        self.return_credit(place, now);
        Ok(())
    }

    /// The application has taken content. What it has returned before, it returns now.
    fn taken(&mut self, place: usize, octets: usize) {
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        slot.held += u32::try_from(octets).unwrap_or(u32::MAX);
        let early = slot.early.min(slot.held);
        slot.early -= early;
        self.return_credit(place, early);
    }

    fn return_credit(&mut self, place: usize, octets: u32) {
        let Some(slot) = self.table.slot(place) else {
            return;
        };
        slot.held -= octets;
        let id = slot.id;
        if let (Ok(mut stream), true) = (self.connection.stream_mut(id), octets > 0) {
            // With a stream that has left, its credit went back.
            let _ = stream.release_credit(octets);
        }
    }

    /// Has the next part at hand, if there is one.
    fn next(&mut self, place: usize) -> Next {
        let Some(slot) = self.table.slot(place) else {
            return Next::Nothing;
        };
        if slot.next.is_some() {
            return Next::Part;
        }
        let id = slot.id;
        if let Ok(mut stream) = self.connection.stream_mut(id) {
            if let Ok(Some(part)) = stream.recv() {
                slot.next = Some(part);
                return Next::Part;
            }
        }
        let failure = self.table.look(place);
        match failure.and_then(|slot| self.table.stream_failure(slot)) {
            Some(failure) => Next::Failed(failure),
            None => Next::Nothing,
        }
    }

    fn park_recv<T>(&mut self, place: usize, waker: &Waker) -> Poll<T> {
        if let Some(slot) = self.table.slot(place) {
            park(&mut slot.recv, waker, self.spent);
        }
        Poll::Pending
    }

    /// A message came that cannot be said in the types of `http`: the stream ends for it.
    fn unsayable(&mut self, place: usize) -> Error {
        self.reset_by(place, Reason::PROTOCOL_ERROR, Initiator::Library);
        let failure = self.table.look(place);
        let failure = failure.and_then(|slot| self.table.stream_failure(slot));
        Error::failure(&failure.unwrap_or(Failure::Closed))
    }
}

impl Turn<'_, Server> {
    /// Takes the next request, with two handles on its stream. Without one, all that came was taken on.
    pub(crate) fn accept(&mut self) -> Option<Arrived> {
        let arrived = self.take_arrived();
        if arrived.is_none() && core::mem::take(&mut self.table.has_come) {
            self.connection.accepted(StreamId::MAX);
        }
        arrived
    }

    /// The same, while the connection lasts, of those that came when it was driven last.
    pub(crate) fn accept_next(&mut self) -> Option<Arrived> {
        match self.table.has_ended() {
            true => None,
            false => self.take_arrived(),
        }
    }

    /// A request that was taken cannot be said in the types of `http`: its stream ends for it.
    pub(crate) fn refuse(&mut self, place: usize) {
        self.reset_by(place, Reason::PROTOCOL_ERROR, Initiator::Library);
        self.release(place, false);
        self.release(place, false);
    }

    fn take_arrived(&mut self) -> Option<Arrived> {
        loop {
            let place = self.table.arrived.pop_front()?;
            let part = self.next(place);
            let Some(slot) = self.table.slot(place) else {
                continue;
            };
            slot.has_arrived = false;
            let id = slot.id;
            self.connection.accepted(id);
            if let (Next::Part, Some(Part::Head(head))) = (part, slot.next.take()) {
                self.hold(place);
                self.hold(place);
                // Most have no content, which is known so without asking again.
                let is_ended = self.has_ended(place);
                return Some(Arrived {
                    place,
                    id,
                    head,
                    is_ended,
                    has_more: !self.table.arrived.is_empty(),
                });
            }
            self.reset_by(place, Reason::PROTOCOL_ERROR, Initiator::Library);
            self.forget_if_unknown(place);
        }
    }
}

impl Turn<'_, Client> {
    /// Takes the response, with another handle on its stream; says whether it has no content. Informational
    /// ones are kept for whoever asks for them.
    pub(crate) fn poll_response(
        &mut self,
        place: usize,
        waker: &Waker,
        is_ended: &mut bool,
    ) -> Poll<Result<proto::Response, Error>> {
        loop {
            match self.next(place) {
                Next::Part => {}
                Next::Nothing => return self.park_recv(place, waker),
                Next::Failed(failure) => return Poll::Ready(Err(Error::failure(&failure))),
            }
            let Some(slot) = self.table.slot(place) else {
                return Poll::Ready(Err(Error::user(UserError::InactiveStreamId)));
            };
            match slot.next.take() {
                Some(Part::Informational(response)) => {
                    let kept = &mut slot.rare().informational;
                    if kept.len() == INFORMATIONAL {
                        kept.pop_front();
                    }
                    kept.push_back(response);
                }
                Some(Part::Head(head)) => {
                    self.hold(place);
                    *is_ended = self.has_ended(place);
                    return Poll::Ready(Ok(head));
                }
                next => {
                    // It was taken before.
                    slot.next = next;
                    return Poll::Ready(Err(Error::user(UserError::UnexpectedFrameType)));
                }
            }
        }
    }

    /// The response that was taken cannot be said in the types of `http`: its stream ends for it.
    pub(crate) fn refuse_response(&mut self, place: usize) -> Error {
        let error = self.unsayable(place);
        self.release(place, false);
        error
    }

    /// Takes an informational response; `None` where the final one, or nothing more, comes.
    pub(crate) fn poll_informational(
        &mut self,
        place: usize,
        waker: &Waker,
    ) -> Poll<Option<Result<Response<()>, Error>>> {
        let kept = self.table.slot(place);
        let kept = kept.and_then(|slot| slot.look_rare()?.informational.pop_front());
        let response = match (kept, self.next_of_head(place)) {
            (Some(response), _) | (None, Ok(Some(response))) => response,
            (None, Ok(None)) => return self.park_recv(place, waker),
            (None, Err(end)) => return Poll::Ready(end.map(Err)),
        };
        let response = convert::response_in(response);
        Poll::Ready(Some(response.map_err(|_| self.unsayable(place))))
    }

    /// The next informational response, or nothing yet; an error where none will come, with why.
    fn next_of_head(&mut self, place: usize) -> Result<Option<proto::Response>, Option<Error>> {
        match self.next(place) {
            Next::Part => {}
            Next::Nothing => return Ok(None),
            Next::Failed(failure) => return Err(Some(Error::failure(&failure))),
        }
        let Some(slot) = self.table.slot(place) else {
            return Err(None);
        };
        match slot.next.take() {
            Some(Part::Informational(response)) => Ok(Some(response)),
            next => {
                slot.next = next;
                Err(None)
            }
        }
    }

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
