//! What only a client does: open streams (RFC 9113 §8.1).

use alloc::vec::Vec;

use bytes::Bytes;
use frame::StreamId;

use super::{Connection, Core, Shared, StreamMut};
use crate::error::{StreamError, UserError};
use crate::message::{self, Checked, ContentLength, Kind, Request, Rules, Signal};
use crate::observe::Record;
use crate::role::Client;
use crate::stream::{Key, Queued, Stream};

impl Connection<Client> {
    /// Opens a stream with a request, whose content may follow; it waits as long as the peer lets no
    /// more streams be opened. [`StreamMut::end`] says that the request is whole.
    ///
    /// # Errors
    ///
    /// [`UserError::ConnectionClosed`], [`UserError::GoingAway`], [`UserError::StreamIdsExhausted`],
    /// [`UserError::Malformed`], or [`UserError::ExtendedConnectNotAllowed`].
    #[doc(alias("send_request", "nghttp2_submit_request"))]
    pub fn request(&mut self, request: Request) -> Result<StreamId, UserError> {
        self.core.request(request)
    }

    /// How many more streams the peer lets us open at once.
    #[doc(alias("poll_ready", "nghttp2_session_check_request_allowed"))]
    #[must_use]
    pub fn available(&self) -> usize {
        self.core.shared.available()
    }
}

impl Core {
    fn request(&mut self, request: Request) -> Result<StreamId, UserError> {
        let key = self.store.next_key();
        let stream = self.shared.request(key, request)?;
        let id = stream.id();
        self.store.insert(stream);
        Ok(id)
    }
}

impl Shared {
    fn request(&mut self, key: Key, request: Request) -> Result<Stream, UserError> {
        if self.life.is_over() {
            return Err(UserError::ConnectionClosed);
        }
        // RFC 9113 §6.8: no streams are opened once either end has sent GOAWAY.
        if self.life.is_going_away() {
            return Err(UserError::GoingAway);
        }
        let (extended, is_known) = (self.knows_extended_connect(), self.peer_settings.is_known());
        let may_wait = !is_known && self.config.stand_in.before_settings.extended_connect;
        let waits = !extended && may_wait && request.protocol().is_some();
        let extended = extended || waits;
        let rules = self.own_rules(extended);
        let checked = message::check_request(&request, rules);
        let checked = checked.map_err(|rule| match request.protocol() {
            Some(_) if !extended => UserError::ExtendedConnectNotAllowed,
            _ => self.refuse_message(request.section(), (Kind::Request, rules), rule),
        })?;
        let id = self.streams.take_id()?;
        let window = self.local_settings.record().initial_window_size;
        let mut stream = Stream::new(key, id, window);
        self.begin_request(&mut stream, request, checked)?;
        if waits {
            self.streams.wait_for_settings(id);
        }
        self.wait_to_open(&stream);
        self.signals.looked(self.available() > 0);
        Ok(stream)
    }

    /// Says whether the server has announced that it knows extended CONNECT (RFC 8441 §3).
    pub(super) fn knows_extended_connect(&self) -> bool {
        self.peer_settings.record().enable_connect_protocol
    }

    /// What holds for a request of ours.
    fn own_rules(&self, extended_connect: bool) -> Rules {
        Rules::ours(extended_connect, self.config.stand_in.host_may_differ)
    }

    /// Lets a stream begin with this request.
    fn begin_request(
        &mut self,
        stream: &mut Stream,
        request: Request,
        checked: Checked,
    ) -> Result<(), UserError> {
        stream.requested(checked.is_head, checked.is_connect);
        let declared = checked.content_length.filter(|_| !checked.is_connect);
        // Choice: RFC 9218 §9 lets a client schedule by the priorities of its requests; an urgent
        // response needs its request first.
        if checked.has_priority {
            stream.prioritize(Signal::of_request(request.section()));
        }
        stream.say_head(ContentLength::new(declared))?;
        let head = Queued::Head(request.into_section());
        self.streams.queue(stream, head);
        Ok(())
    }

    /// A stream of ours waits to be opened.
    pub(super) fn wait_to_open(&mut self, stream: &Stream) {
        if self.streams.active_local() >= self.max_local_streams() {
            self.counts.wait_to_open();
        }
        self.streams.wait_to_open(stream);
        let stream_id = stream.id();
        self.record(Record::Created { stream_id });
        self.signals.wake_writer();
    }

    pub(super) fn available(&self) -> usize {
        if self.life.is_over() || self.life.is_going_away() {
            return 0;
        }
        let waiting = self.streams.pending_requests().len();
        let left = self
            .max_local_streams()
            .saturating_sub(self.streams.active_local());
        usize::try_from(left)
            .unwrap_or(usize::MAX)
            .saturating_sub(waiting)
    }

    /// How many streams of ours the peer takes at once (RFC 9113 §5.1.2).
    pub(super) fn max_local_streams(&self) -> u32 {
        let announced = self.peer_settings.record().max_concurrent_streams;
        let default = if self.peer_settings.is_known() {
            u32::MAX
        } else {
            self.config.stand_in.before_settings.streams
        };
        announced
            .unwrap_or(default)
            .min(self.config.concurrent_requests)
    }

    /// Tells an application that found no stream available that there is one.
    pub(super) fn tell_available(&mut self) {
        let available = self.available();
        self.signals.tell_available(available > 0);
    }
}

impl StreamMut<'_, Client> {
    /// Takes the request that this stream answers, if the server promised it (RFC 9113 §8.4). It is
    /// gone once the response was taken.
    pub fn take_promise(&mut self) -> Option<Request> {
        let section = self.act(|shared, stream| shared.streams.take_promise(stream))?;
        section.map(Request::from_section)
    }

    /// Takes back a request of which nothing was sent, with its content, to send it elsewhere.
    pub fn take_unsent(&mut self) -> Option<(Request, Vec<Bytes>)> {
        self.act(Shared::take_unsent)?
    }
}

impl Shared {
    fn take_unsent(&mut self, stream: &mut Stream) -> Option<(Request, Vec<Bytes>)> {
        if stream.error() != Some(StreamError::Unsent) {
            return None;
        }
        let Some(Queued::Head(section)) = self.streams.take_fields(stream) else {
            return None;
        };
        let mut content = Vec::new();
        while let Some(data) = self.streams.take_data(stream, usize::MAX) {
            content.push(data);
        }
        Some((Request::from_section(section), content))
    }
}
