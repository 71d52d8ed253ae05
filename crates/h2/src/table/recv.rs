//! Taking what arrives (RFC 9113 §8.1).

use core::task::{Poll, Waker};

use bytes::Bytes;
use http::HeaderMap;
use proto::{Part, Role};

use super::{Turn, park};
use crate::convert;
use crate::error::Error;
use crate::failure::{Failure, Initiator};
use crate::reason::Reason;
use crate::user_error::UserError;

/// What is there to be taken.
pub(super) enum Next {
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
    pub(super) fn has_ended(&mut self, place: usize) -> bool {
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
    pub(super) fn next(&mut self, place: usize) -> Next {
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

    pub(super) fn park_recv<T>(&mut self, place: usize, waker: &Waker) -> Poll<T> {
        if let Some(slot) = self.table.slot(place) {
            park(&mut slot.recv, waker, self.spent);
        }
        Poll::Pending
    }

    /// A message came that cannot be said in the types of `http`: the stream ends for it.
    pub(super) fn unsayable(&mut self, place: usize) -> Error {
        self.reset_by(place, Reason::PROTOCOL_ERROR, Initiator::Library);
        let failure = self.table.look(place);
        let failure = failure.and_then(|slot| self.table.stream_failure(slot));
        Error::failure(&failure.unwrap_or(Failure::Closed))
    }
}
