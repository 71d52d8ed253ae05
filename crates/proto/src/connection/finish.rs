//! How a stream ends, and when it leaves (RFC 9113 §5.1, RFC 9113 §5.4.2).

use frame::{ErrorCode, StreamId};

use super::Core;
use crate::error::StreamError;
use crate::limits::Glitch;
use crate::stream::{ClosedBy, Key, Past, State, Step, Work};
use crate::violation::{Fault, Limit, Violation};

impl Core {
    /// Takes note that a stream is closed on the wire, or will never get there.
    pub(super) fn finish(&mut self, key: Key, result: Result<(), StreamError>) {
        let Some(result) = self.note_result(key, result) else {
            return;
        };
        self.show_state(key);
        self.end_stall(key);
        self.resolve_finished(key, result);
        self.take_out(key, result);
        self.close_share(key);
        if result.is_ok() {
            self.limits.exchange_completed();
        }
        self.tell_finished(key, result);
        self.leave_if_done(key);
        // The peer's limit may have held back another stream, and what goes away waits for all.
        if self.waits_for_end() {
            self.signals.wake_writer();
        }
        self.tell_available();
        self.close_if_done();
    }

    /// Keeps how a stream finished. `None` says that it had already.
    fn note_result(
        &mut self,
        key: Key,
        result: Result<(), StreamError>,
    ) -> Option<Result<(), StreamError>> {
        let stream = self.streams.store.get_mut(key)?;
        if stream.result.is_some() {
            return None;
        }
        // RFC 9113 §10.5: an answer to what should not have been asked is no useful work.
        let refused = stream.refused.filter(|_| result.is_ok());
        stream.result = Some(match refused {
            Some(refusal) => Err(Violation::from(refusal).into()),
            None => result,
        });
        stream.result
    }

    /// Takes a stream out of everything in which there are only running ones.
    fn take_out(&mut self, key: Key, result: Result<(), StreamError>) {
        let streams = &mut self.streams;
        let Some(stream) = streams.store.get_mut(key) else {
            return;
        };
        let (id, state) = (stream.id, stream.state());
        let was_counted = core::mem::take(&mut stream.counted);
        // What was never sent is kept, to be sent elsewhere.
        if !matches!(result, Ok(()) | Err(StreamError::Unsent)) {
            stream.outbox.clear(&mut streams.queued);
        }
        streams.running -= 1;
        streams.finished += 1;
        streams.schedule.remove(&mut streams.store, key);
        streams.credit.remove(&mut streams.store, key);
        streams.schedule.concurrency_opened(&mut streams.store);
        let initiated = streams.initiated(id);
        initiated.active -= u32::from(was_counted);
        match state {
            State::Closed(how) => initiated.recent.note(id, how),
            State::Idle => self.take_back(id),
            _ => {}
        }
    }

    /// Says whether something may leave now that a stream has ended.
    fn waits_for_end(&self) -> bool {
        !self.outbound.openings.is_empty()
            || !self.outbound.control.farewells.is_empty()
            || self.streams.schedule.has_ready()
    }

    /// Forgets that a stream waits to be opened.
    fn take_back(&mut self, id: StreamId) {
        if let Ok(place) = self.outbound.openings.binary_search(&id) {
            self.outbound.openings.remove(place);
        }
    }

    fn tell_finished(&mut self, key: Key, result: Result<(), StreamError>) {
        let Some(stream) = self.streams.store.get(key) else {
            return;
        };
        let is_reset = matches!(result, Err(StreamError::Reset(_)));
        if stream.work == Work::Waiting || (stream.pending.opened && is_reset) {
            // Nobody has heard of it, and nobody waits for the answer.
            self.release_stream(key);
            return;
        }
        if result.is_err() {
            self.notify(key, |pending| &mut pending.readable);
        }
        self.notify(key, |pending| &mut pending.finished);
    }

    /// Closes a stream from our side, and says so to the peer.
    pub(super) fn reset(&mut self, key: Key, code: ErrorCode, error: StreamError) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        if stream.result.is_some() {
            return;
        }
        let id = stream.id;
        // RFC 9113 §6.4: RST_STREAM is not sent on an idle stream: it is taken back instead.
        if stream.send(Step::RstStream).is_ok() {
            // RFC 9113 §10.5: what we ask for ourselves the peer has not made us say.
            let is_asked = match error {
                StreamError::Limit(limit) => limit.is_timeout() || limit == Limit::NotStarted,
                error => error == StreamError::Canceled,
            };
            self.queue_reset(id, code, is_asked);
        }
        self.finish(key, Err(error));
    }

    /// Closes a stream because of what the peer did on it (RFC 9113 §5.4.2).
    pub(super) fn reset_for(&mut self, fault: Fault) {
        let (_, code) = fault.violation.verdict();
        let charged = self.charge_reset(fault.violation);
        match self.streams.store.find(fault.stream_id) {
            Some(key) if self.is_running(key) => {
                self.reset(key, code, fault.violation.into());
            }
            _ => self.reset_absent(fault.stream_id, code),
        }
        if let Err(limit) = charged {
            self.end_flood(limit);
        }
    }

    /// Charges a reset that the peer made us send. A stream that it could not know to be one too many
    /// counts as one that it opened and reset itself (RFC 9113 §6.5.3): before our limit was
    /// acknowledged, or because of what the application has not taken.
    fn charge_reset(&mut self, violation: Violation) -> Result<(), Limit> {
        let is_known =
            self.is_max_peer_streams_known() && self.streams.peer.active >= self.max_peer_streams();
        match violation {
            Violation::Limit(Limit::ConcurrentStreams) if is_known => self.limits.reset_sent(),
            Violation::Limit(Limit::ConcurrentStreams | Limit::Untaken) => {
                self.limits.reset_received()
            }
            _ => self.limits.reset_sent(),
        }
    }

    /// Answers a frame on a stream that is over, or never came to be.
    pub(super) fn reset_absent(&mut self, id: StreamId, code: ErrorCode) {
        let recent = &mut self.streams.initiated(id).recent;
        match recent.past(id) {
            Past::Skipped | Past::Closed(ClosedBy::ResetReceived) => {
                recent.note(id, ClosedBy::ResetSent);
                self.note_reset(id);
                self.queue_reset(id, code, false);
            }
            // RFC 9113 §5.1: nothing is sent on a stream that is closed; the peer came late.
            Past::Closed(ClosedBy::EndStream | ClosedBy::ResetSent) => self.glitch(Glitch::Late),
        }
    }

    /// Whether the application has taken all of a stream makes no difference to the peer.
    fn note_reset(&mut self, id: StreamId) {
        let Some(key) = self.streams.store.find(id) else {
            return;
        };
        if let Some(stream) = self.streams.store.get_mut(key) {
            // A state that takes no RST_STREAM is that of a stream which was reset already.
            let _ = stream.send(Step::RstStream);
        }
        self.show_state(key);
    }

    fn is_running(&self, key: Key) -> bool {
        self.streams
            .store
            .get(key)
            .is_some_and(|stream| stream.result.is_none())
    }

    /// Forgets what the application will not ask for: its part of the stream is done.
    pub(super) fn release_stream(&mut self, key: Key) {
        self.withdraw(key);
        self.drop_inbox(key);
        if let Some(stream) = self.streams.store.get_mut(key) {
            stream.released = true;
            stream.discards = true;
        }
        self.end_work(key);
        self.leave_if_done(key);
    }

    /// Drops what has arrived, and returns its credit.
    pub(super) fn drop_inbox(&mut self, key: Key) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        let octets = stream.inbox.clear(&mut self.streams.received);
        self.left(key, octets);
        self.credit(key, octets);
    }

    /// Takes a stream out once nobody can ask about it any more: out of all that is counted and held,
    /// and out of its slot as well, unless it carries a word of the application's.
    pub(super) fn leave_if_done(&mut self, key: Key) {
        if !self
            .streams
            .store
            .get(key)
            .is_some_and(|stream| stream.may_leave())
        {
            return;
        }
        self.end_work(key);
        self.signals.streams.remove(&mut self.streams.store, key);
        self.drop_inbox(key);
        let streams = &mut self.streams;
        let Some(stream) = streams.store.get_mut(key) else {
            return;
        };
        let held = core::mem::take(&mut stream.held);
        stream.outbox.clear(&mut streams.queued);
        // What is known of it the application still reads where its word leads to.
        if stream.user_data.is_none() {
            streams.store.remove(key);
        }
        self.credit_connection(held);
    }
}
