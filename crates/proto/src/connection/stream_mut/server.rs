//! What a server says before it answers: promises, and informational responses (RFC 9113 §8.1,
//! RFC 9113 §8.4).

use frame::StreamId;

use super::StreamMut;
use crate::connection::Core;
use crate::error::UserError;
use crate::message::{self, Kind, Request, Response, Rules, Signal};
use crate::role::{Role, Server, Side};
use crate::stream::{Queued, Stream};
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
    #[doc(alias("push_request", "nghttp2_submit_push_promise"))]
    pub fn push(&mut self, request: Request) -> Result<StreamId, UserError> {
        message::check_promise(&request).map_err(|rule| {
            let judged = (Kind::PromisedRequest, Rules::ours(false, false));
            self.core
                .shared
                .refuse_message(request.section(), judged, rule)
        })?;
        let (parent, shared) = self.parts()?;
        // RFC 9113 §8.5: a tunnel carries nothing but DATA.
        if parent.is_tunnel() {
            return Err(UserError::Malformed(MessageRule::TunnelFields));
        }
        if shared.streams.is_local(parent.id()) {
            return Err(UserError::NotPushable);
        }
        if parent.is_said() {
            return Err(UserError::OutOfOrder);
        }
        if !shared.peer_settings.record().enable_push {
            return Err(UserError::PushDisabled);
        }
        let id = parent.id();
        self.core.promise(id, request)
    }

    /// Sends an informational response ahead of the final one.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], [`UserError::OutOfOrder`] after the final response,
    /// [`UserError::StreamClosed`].
    #[doc(alias("send_informational", "nghttp2_submit_headers"))]
    pub fn inform(&mut self, response: Response) -> Result<(), UserError> {
        message::check_informational(&response).map_err(|rule| {
            let judged = (Kind::Response, Rules::ours(false, false));
            self.core
                .shared
                .refuse_message(response.section(), judged, rule)
        })?;
        let (stream, shared) = self.parts()?;
        stream.say_informational()?;
        shared.queue(stream, Queued::Informational(response.into_section()));
        Ok(())
    }
}

impl<R: Role> StreamMut<'_, R> {
    /// Says that the peer's content is welcome, which may wait for that: a server's 100 (Continue), ahead of
    /// its final response (RFC 9110 §10.1.1). A client has no such word, and says nothing.
    ///
    /// # Errors
    ///
    /// [`UserError::OutOfOrder`] after the final response, [`UserError::StreamClosed`].
    pub fn invite(&mut self) -> Result<(), UserError> {
        if R::SIDE == Side::Client {
            return Ok(());
        }
        let (stream, shared) = self.parts()?;
        stream.say_informational()?;
        let word = Response::new(100).into_section();
        shared.queue(stream, Queued::Informational(word));
        Ok(())
    }
}

impl Core {
    fn promise(&mut self, parent: StreamId, request: Request) -> Result<StreamId, UserError> {
        let shared = &mut self.shared;
        // RFC 9113 §6.8: no streams are opened once either end has sent GOAWAY.
        if shared.life.is_going_away() {
            return Err(UserError::GoingAway);
        }
        let id = shared.streams.take_id()?;
        let window = shared.local_settings.record().initial_window_size;
        let mut stream = Stream::new(self.store.next_key(), id, window);
        stream.requested(request.method() == b"HEAD", false);
        stream.prioritize(Signal::of_request(request.section()));
        // The request was never sent, and is whole.
        stream.hear_nothing();
        let promise = Queued::Promise(parent, request.into_section());
        shared.streams.queue(&mut stream, promise);
        shared.wait_to_open(&stream);
        self.store.insert(stream);
        Ok(id)
    }
}
