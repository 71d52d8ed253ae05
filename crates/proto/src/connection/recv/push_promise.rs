//! PUSH_PROMISE arrives (RFC 9113 §6.6, RFC 9113 §8.4).

use frame::{PushPromise, StreamId};

use crate::connection::{Core, Shared};
use crate::event::Event;
use crate::input::{FieldBlock, Purpose};
use crate::message::{Assembled, Kind};
use crate::role::Side;
use crate::stream::{ClosedBy, Past, Phase, Received, State, Step, Stream};
use crate::streams::Absent;
use crate::violation::{ConnectionRule, Fault, Limit, MessageRule, On, Violation};

impl Core {
    pub(super) fn recv_push_promise(&mut self, frame: PushPromise<'_>) -> Result<(), Fault> {
        let shared = &mut self.shared;
        // RFC 9113 §8.4: a server takes no promises. RFC 9113 §6.6: neither does a client that has
        // said so before its first request, which a promise must follow.
        if shared.side == Side::Server || !shared.config.push {
            return Err(ConnectionRule::PushNotAllowed.into());
        }
        let parent = self.store.resolve(frame.stream_id);
        let is_tunnel = parent
            .as_ref()
            .is_some_and(|parent| parent.is_tunnel() && parent.receiving() != Phase::Head);
        let is_wanted =
            shared.check_parent(frame.stream_id, parent.map(|parent| parent.state()))?;
        shared.streams.peer_opens(frame.promised_id)?;
        let purpose = if is_wanted && is_tunnel {
            shared.purpose_in_tunnel(&frame)
        } else {
            shared.purpose_of_promise(frame.promised_id, is_wanted)
        };
        let block = FieldBlock::new(frame.stream_id, false, purpose);
        let block = block.promising(frame.promised_id);
        match shared.feed(block, frame.fragment, frame.end_headers)? {
            Some(block) => self.recv_new_stream(&block),
            None => Ok(()),
        }
    }

    /// The promised request is whole.
    pub(super) fn recv_promise(
        &mut self,
        stream_id: StreamId,
        promised_id: StreamId,
        message: Assembled,
    ) -> Result<(), Violation> {
        let shared = &mut self.shared;
        let window = shared.local_settings.record().initial_window_size;
        let mut stream = Stream::new(self.store.next_key(), promised_id, window);
        stream.recv(Step::Promise)?;
        shared.check_decoded(&message)?;
        stream.say_nothing();
        stream.requested(message.is_head, false);
        let promise = Received::Promise(message.section);
        shared.streams.store_fields(&mut stream, promise);
        shared.adopt(&mut stream);
        self.store.insert(stream);
        shared.signals.push(Event::Promised {
            stream_id,
            promised_id,
        });
        Ok(())
    }
}

impl Shared {
    /// RFC 9113 §6.6: a promise comes on a stream of ours that the server may send on. On one that we
    /// reset it may have been under way, and what it promises is refused.
    fn check_parent(&self, id: StreamId, state: Option<State>) -> Result<bool, ConnectionRule> {
        // RFC 9113 §8.4.1: a stream that was pushed itself promises nothing, open as it is.
        if !self.streams.is_local(id) {
            return Err(ConnectionRule::PushNotAllowed);
        }
        let state = state.unwrap_or_else(|| match self.streams.absent(id) {
            Absent::Past(Past::Closed(how)) => State::Closed(how),
            Absent::Past(Past::Skipped) | Absent::Idle => State::Idle,
        });
        match state {
            State::Open | State::HalfClosedLocal => Ok(true),
            State::Closed(ClosedBy::ResetSent) => Ok(false),
            _ => Err(ConnectionRule::PushNotAllowed),
        }
    }

    /// RFC 9113 §8.5: a tunnel carries nothing but DATA. What was promised is not heard of.
    fn purpose_in_tunnel(&mut self, frame: &PushPromise<'_>) -> Purpose {
        self.streams.ignore(frame.promised_id);
        Purpose::Fault(MessageRule::TunnelFields.on(frame.stream_id))
    }

    fn purpose_of_promise(&self, promised: StreamId, is_wanted: bool) -> Purpose {
        // RFC 9113 §8.4: a client bounds the streams that wait to be pushed.
        let is_full = self.streams.active_peer() >= self.max_peer_streams();
        if !is_wanted || is_full || self.life.ignores(promised) {
            return Purpose::Fault(Limit::ConcurrentStreams.on(promised));
        }
        if !self.windows.has_capacity(0) {
            return Purpose::Fault(Limit::Untaken.on(promised));
        }
        Purpose::NewStream(Kind::PromisedRequest)
    }
}
