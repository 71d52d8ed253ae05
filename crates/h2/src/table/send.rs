//! Queuing what is to be sent, by the capacity that a stream has (RFC 9113 §6.9, RFC 9113 §8.1).

use core::task::{Poll, Waker};

use bytes::Bytes;
use proto::{
    Client, Request, Response, Role, Server, Stage, StreamId, StreamMut, Trailers,
    UserError as Refusal,
};

use super::{Sending, Slot, Turn, park, to_usize};
use crate::error::Error;
use crate::reason::Reason;
use crate::setup::MAX_WINDOW;
use crate::user_error::UserError;

impl<R: Role> Turn<'_, R> {
    /// Asks for capacity beyond what is queued.
    pub(crate) fn reserve_capacity(&mut self, place: usize, octets: usize) {
        let is_over = self
            .table
            .look(place)
            .is_none_or(|slot| slot.result.is_some());
        if !is_over {
            self.table.capacity.reserve(place, octets);
            self.watch(place);
            self.tell_capacity();
        }
    }

    /// How many octets may be queued.
    pub(crate) fn capacity(&self, place: usize) -> usize {
        self.table.capacity.capacity(place)
    }

    /// Waits for capacity that has grown; `None` where the message does not go on.
    pub(crate) fn poll_capacity(&mut self, place: usize, waker: &Waker) -> Poll<Option<usize>> {
        let Some(slot) = self.table.look(place) else {
            return Poll::Ready(None);
        };
        if slot.sending != Sending::Content || slot.result.is_some() {
            return Poll::Ready(None);
        }
        if let Some(capacity) = self.table.capacity.take_growth(place) {
            return Poll::Ready(Some(capacity));
        }
        if let Some(slot) = self.table.slot(place) {
            slot.awaits_capacity = true;
            park(&mut slot.send, waker, self.spent);
        }
        Poll::Pending
    }

    /// Queues content, with capacity for it or without.
    pub(crate) fn send_data(
        &mut self,
        place: usize,
        data: Bytes,
        is_last: bool,
    ) -> Result<(), UserError> {
        let octets = data.len();
        if octets > to_usize(MAX_WINDOW) {
            return Err(UserError::PayloadTooBig);
        }
        self.check_content(place)?;
        self.with(place, |stream| stream.send_data(data))?;
        self.table.capacity.queued(place, octets);
        self.watch(place);
        if is_last {
            self.end(place, |stream| stream.end())?;
        }
        self.tell_capacity();
        Ok(())
    }

    /// Queues trailers, which end the message.
    pub(crate) fn send_trailers(
        &mut self,
        place: usize,
        trailers: Trailers,
    ) -> Result<(), UserError> {
        let slot = self.table.look(place);
        if slot.is_none_or(|slot| slot.sending != Sending::Content || slot.result.is_some()) {
            return Err(UserError::UnexpectedFrameType);
        }
        self.end(place, |stream| stream.send_trailers(trailers))?;
        self.tell_capacity();
        Ok(())
    }

    /// Waits until the stream is reset; with which code.
    ///
    /// A stream that ends well is waited for without end. Who asks before the response is told when
    /// that has been sent meanwhile.
    pub(crate) fn poll_reset(
        &mut self,
        place: usize,
        before_head: bool,
        waker: &Waker,
    ) -> Poll<Result<Reason, Error>> {
        let Some(slot) = self.table.look(place) else {
            return Poll::Pending;
        };
        if let Some(failure) = self.table.stream_failure(slot) {
            return Poll::Ready(failure.reason().ok_or_else(|| Error::failure(&failure)));
        }
        if before_head && slot.sending == Sending::Content && slot.result.is_none() {
            return Poll::Ready(Err(Error::user(UserError::PollResetAfterSendResponse)));
        }
        if let Some(slot) = self.table.slot(place) {
            park(&mut slot.send, waker, self.spent);
        }
        Poll::Pending
    }

    fn check_content(&self, place: usize) -> Result<(), UserError> {
        match self.table.look(place) {
            Some(slot) if slot.result.is_some() || slot.reset.is_some() => {
                Err(UserError::InactiveStreamId)
            }
            Some(slot) if slot.sending == Sending::Content => Ok(()),
            Some(_) => Err(UserError::UnexpectedFrameType),
            None => Err(UserError::InactiveStreamId),
        }
    }

    /// Ends our message: what is not needed for it any more goes back.
    fn end(
        &mut self,
        place: usize,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<(), Refusal>,
    ) -> Result<(), UserError> {
        self.with(place, action)?;
        if let Some(slot) = self.table.slot(place) {
            slot.sending = Sending::Ended;
        }
        self.table.capacity.end(place);
        Ok(())
    }

    /// Does something with a stream.
    fn with<T>(
        &mut self,
        place: usize,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, Refusal>,
    ) -> Result<T, UserError> {
        let id = self.table.look(place).map(|slot| slot.id);
        let id = id.ok_or(UserError::InactiveStreamId)?;
        let stream = self.connection.stream_mut(id);
        stream
            .and_then(|mut stream| action(&mut stream))
            .map_err(refused)
    }

    /// A stream that we have made, with its first handles.
    fn made(&mut self, id: StreamId, sending: Sending, handles: usize) -> usize {
        let mut slot = Slot::new(id, sending);
        slot.is_pending_open = true;
        let place = self.enter(slot);
        (0..handles).for_each(|_| self.hold(place));
        self.table.pending_open.push_back(place);
        place
    }
}

impl Turn<'_, Server> {
    /// Answers a request; content may follow.
    pub(crate) fn send_response(
        &mut self,
        place: usize,
        response: Response,
        is_last: bool,
    ) -> Result<(), UserError> {
        let slot = self.table.look(place);
        if slot.is_none_or(|slot| slot.sending != Sending::Head || slot.result.is_some()) {
            return Err(UserError::UnexpectedFrameType);
        }
        self.with(place, |stream| stream.respond(response))?;
        if let Some(slot) = self.table.slot(place) {
            slot.sending = Sending::Content;
        }
        if is_last {
            self.end(place, |stream| stream.end())?;
        }
        // The answer is what some wait for.
        self.wake_send(place);
        self.hold(place);
        Ok(())
    }

    /// Sends an informational response.
    pub(crate) fn send_informational(
        &mut self,
        place: usize,
        response: Response,
    ) -> Result<(), UserError> {
        self.with(place, |stream| stream.inform(response))
    }

    /// How many streams we may promise at once.
    pub(crate) fn max_promised_streams(&self) -> usize {
        let peer = self.connection.peer_settings().max_concurrent_streams;
        match peer {
            Some(streams) => to_usize(streams),
            None if self.connection.stage() == Stage::Preface => 0,
            None => usize::MAX,
        }
    }

    /// Promises to answer a request that was not made, with a handle on the stream for that.
    pub(crate) fn push(
        &mut self,
        place: usize,
        request: Request,
    ) -> Result<(usize, StreamId), UserError> {
        let id = self.with(place, |stream| stream.push(request))?;
        Ok((self.made(id, Sending::Head, 1), id))
    }
}

impl Turn<'_, Client> {
    /// Makes a request, with two handles on its stream. Says, too, whether the next one is to wait until
    /// this is opened. `pending` is the one before it.
    pub(crate) fn request(
        &mut self,
        request: Result<Request, UserError>,
        is_last: bool,
        pending: Option<usize>,
    ) -> Result<(usize, StreamId, bool), Error> {
        if let Some(failure) = self.table.connection_failure() {
            return Err(Error::failure(&failure));
        }
        if pending.is_some_and(|pending| self.is_pending_open(pending)) {
            return Err(Error::user(UserError::Rejected));
        }
        let id = self.connection.request(request.map_err(Error::user)?);
        let id = id.map_err(|refusal| Error::user(refused(refusal)))?;
        let place = self.made(id, Sending::Content, 2);
        if is_last {
            let ended = self.end(place, |stream| stream.end());
            ended.map_err(|error| self.take_back(place, error))?;
        }
        let is_full = self.max_send_streams() <= self.table.open.saturating_add(1);
        Ok((place, id, is_full))
    }

    /// A request that cannot be sent is none.
    fn take_back(&mut self, place: usize, error: UserError) -> Error {
        self.release(place, false);
        self.release(place, false);
        Error::user(error)
    }

    /// Waits until a request is opened, if it is not, and more can be made.
    pub(crate) fn poll_ready(
        &mut self,
        pending: Option<usize>,
        waker: &Waker,
    ) -> Poll<Result<(), Error>> {
        if let Some(failure) = self.table.connection_failure() {
            return Poll::Ready(Err(Error::failure(&failure)));
        }
        let waiting = pending.filter(|pending| self.is_pending_open(*pending));
        match waiting.and_then(|waiting| self.table.slot(waiting)) {
            Some(slot) => {
                park(&mut slot.ready, waker, self.spent);
                Poll::Pending
            }
            None => Poll::Ready(Ok(())),
        }
    }

    fn is_pending_open(&self, place: usize) -> bool {
        let slot = self.table.look(place);
        slot.is_some_and(|slot| slot.is_pending_open && slot.result.is_none())
    }

    /// How many streams we may have open at once.
    pub(crate) fn max_send_streams(&self) -> usize {
        let peer = self.connection.peer_settings().max_concurrent_streams;
        match peer {
            Some(streams) => to_usize(streams),
            None if self.connection.stage() == Stage::Preface => self.table.before_settings,
            None => usize::MAX,
        }
    }
}

/// What the machine refuses, in the words of this API.
fn refused(refusal: Refusal) -> UserError {
    match refusal {
        Refusal::Malformed(_) | Refusal::ExtendedConnectNotAllowed | Refusal::NotPushable => {
            UserError::MalformedHeaders
        }
        Refusal::PushDisabled => UserError::PeerDisabledServerPush,
        Refusal::StreamIdsExhausted => UserError::OverflowedStreamId,
        Refusal::UnknownStream | Refusal::StreamClosed | Refusal::Answered => {
            UserError::InactiveStreamId
        }
        Refusal::ConnectionClosed | Refusal::GoingAway => UserError::Rejected,
        _ => UserError::UnexpectedFrameType,
    }
}
