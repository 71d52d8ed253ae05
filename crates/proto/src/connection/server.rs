//! What a server says before it answers: promises, and informational responses (RFC 9113 §8.1,
//! RFC 9113 §8.4).

use frame::StreamId;

use super::{Core, StreamMut};
use crate::error::UserError;
use crate::message::{self, Request, Response, Signal};
use crate::observe::Record;
use crate::role::Server;
use crate::stream::{Phase, PhaseStep, Queued, Stream};
use crate::violation::MessageRule;

impl StreamMut<'_, Server> {
    /// Promises to answer a request that the client will make, and opens the stream for the response
    /// (RFC 9113 §8.4). The promise leaves before anything that is queued on this stream later.
    ///
    /// # Errors
    ///
    /// [`UserError::PushDisabled`], [`UserError::NotPushable`] on a stream that was pushed itself,
    /// [`UserError::OutOfOrder`] after the end of our message, [`UserError::Malformed`] unless the
    /// request is safe, has no content and names an authority, and in a tunnel,
    /// [`UserError::GoingAway`],
    /// [`UserError::StreamIdsExhausted`], [`UserError::StreamClosed`].
    pub fn push(&mut self, request: Request) -> Result<StreamId, UserError> {
        message::check_promise(&request).map_err(UserError::Malformed)?;
        let parent = self.open()?;
        // RFC 9113 §8.5: a tunnel carries nothing but DATA.
        if parent.is_connect {
            return Err(UserError::Malformed(MessageRule::TunnelFields));
        }
        let (parent_id, sending) = (parent.id, parent.sending);
        if self.core.streams.is_local(parent_id) {
            return Err(UserError::NotPushable);
        }
        if sending == Phase::Ended {
            return Err(UserError::OutOfOrder);
        }
        if !self.core.settings.peer.enable_push {
            return Err(UserError::PushDisabled);
        }
        self.core.promise(parent_id, request)
    }

    /// Sends an informational response ahead of the final one.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], [`UserError::OutOfOrder`] after the final response,
    /// [`UserError::StreamClosed`].
    pub fn inform(&mut self, response: Response) -> Result<(), UserError> {
        message::check_informational(&response).map_err(UserError::Malformed)?;
        let stream = self.open()?;
        stream.sending = stream.sending.send(PhaseStep::Informational)?;
        self.queue(Queued::Informational(response.into_section()));
        Ok(())
    }
}

impl Core {
    fn promise(&mut self, parent: StreamId, request: Request) -> Result<StreamId, UserError> {
        // RFC 9113 §6.8: no streams are opened once either end has sent GOAWAY.
        if self.life.is_going_away() {
            return Err(UserError::GoingAway);
        }
        let id = self.streams.local.ids.take()?;
        let mut stream = Stream::new(id, self.settings.local.initial_window_size);
        stream.is_head = request.method() == b"HEAD";
        stream.priority = Signal::of_request(request.section());
        // The request was never sent, and is whole.
        stream.receiving = Phase::Ended;
        stream.inbox.end();
        let promise = Queued::Promise(parent, request.into_section());
        stream.outbox.push(&mut self.streams.queued, promise);
        self.streams.store.insert(stream);
        self.streams.running += 1;
        self.outbound.openings.push_back(id);
        self.record(Record::Created { stream_id: id });
        self.signals.wake_writer();
        Ok(id)
    }
}
