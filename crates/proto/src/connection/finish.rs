//! How a stream ends, and when it leaves (RFC 9113 §5.1, RFC 9113 §5.4.2).

use frame::{ErrorCode, StreamId};

use super::{Core, Shared};
use crate::error::StreamError;
use crate::limits::SuspiciousFrame;
use crate::stream::{Key, Notification, State, Step, Stream};
use crate::violation::{Fault, Limit, Violation};

impl Core {
    /// Takes hold of a stream that lives there, and lets it be acted on.
    #[inline]
    pub(super) fn act<T>(
        &mut self,
        key: Key,
        act: impl FnOnce(&mut Shared, &mut Stream) -> T,
    ) -> Option<T> {
        let stream = self.store.get_mut(key)?;
        let result = act(&mut self.shared, stream);
        let has_left = self.shared.take_left(stream);
        self.settle(has_left);
        Some(result)
    }

    /// Does what is left to do for others after something was done with a stream: one that has left
    /// gives its slot back, and requests that waited start.
    #[inline]
    pub(super) fn settle(&mut self, has_left: Option<Key>) {
        if let Some(key) = has_left {
            self.store.remove(key);
        }
        if self.shared.streams.may_start() {
            self.start_waiting();
        }
    }

    /// Closes a stream because of what the peer did on it (RFC 9113 §5.4.2).
    pub(super) fn reset_for(&mut self, fault: Fault) {
        let (_, code) = fault.violation.scope_and_code();
        let charged = self.shared.charge_reset(fault.violation);
        match charged {
            // The connection ends, and the stream with it.
            Err(limit) if !limit.lets_finish() => return self.end_spent(limit),
            _ => {}
        }
        let key = self.store.find(fault.stream_id);
        let was_running = key.and_then(|key| {
            self.act(key, |shared, stream| {
                let is_running = stream.is_running();
                if is_running {
                    shared.reset(stream, code, fault.violation.into());
                }
                is_running
            })
        });
        if was_running != Some(true) {
            self.reset_absent(fault.stream_id, code);
        }
        if let Err(limit) = charged {
            self.end_spent(limit);
        }
    }

    /// Answers a frame on a stream that is over, or never came to be.
    pub(super) fn reset_absent(&mut self, id: StreamId, code: ErrorCode) {
        if self.shared.streams.reset_absent(id) {
            self.note_reset(id);
            self.shared.queue_reset(id, code, false);
        } else {
            // The peer came late.
            self.suspicious_frame(SuspiciousFrame::Late);
        }
    }

    /// Whether the application has taken all of a stream makes no difference to the peer.
    fn note_reset(&mut self, id: StreamId) {
        if let Some(stream) = self.store.resolve(id) {
            // A state that takes no RST_STREAM is that of a stream which was reset already.
            let _ = stream.send(Step::RstStream);
            self.shared.show_state(stream);
        }
    }
}

impl Shared {
    /// Takes note that a stream is closed on the wire, or will never get there.
    pub(super) fn finish(&mut self, stream: &mut Stream, result: Result<(), StreamError>) {
        let Some(result) = stream.finish(result) else {
            return;
        };
        self.show_state(stream);
        self.end_stall(stream);
        self.resolve_finished(stream, result);
        // What was never sent is kept, to be sent elsewhere.
        if !matches!(result, Ok(()) | Err(StreamError::Unsent)) {
            self.streams.drop_queued(stream);
        }
        self.streams.finish(stream);
        self.close_share(stream);
        if result.is_ok() {
            self.limits.exchange_completed();
        }
        self.tell_finished(stream, result);
        // The peer's limit may have held back another stream, and what goes away waits for all.
        if self.waits_for_end() {
            self.signals.wake_writer();
        }
        self.tell_available();
        self.close_if_done();
    }

    /// Says whether something may leave now that a stream has ended.
    fn waits_for_end(&self) -> bool {
        self.streams.first_pending_request().is_some()
            || self.control.has_goaway()
            || self.streams.has_turn()
    }

    fn tell_finished(&mut self, stream: &mut Stream, result: Result<(), StreamError>) {
        if stream.is_unheard(result) {
            // Nobody has heard of it, and nobody waits for the answer.
            self.release_stream(stream);
            return;
        }
        if result.is_err() {
            self.streams.tell(stream, Notification::Readable);
        }
        self.streams.tell(stream, Notification::Finished);
    }

    /// Closes a stream from our side, and says so to the peer.
    pub(super) fn reset(&mut self, stream: &mut Stream, code: ErrorCode, error: StreamError) {
        if !stream.is_running() {
            return;
        }
        // RFC 9113 §6.4: RST_STREAM is not sent on an idle stream: it is taken back instead.
        if stream.send(Step::RstStream).is_ok() {
            // RFC 9113 §10.5: what we ask for ourselves the peer has not made us say.
            let is_asked = match error {
                StreamError::Limit(limit) => limit.is_timeout() || limit == Limit::NotStarted,
                error => error == StreamError::Canceled,
            };
            self.queue_reset(stream.id(), code, is_asked);
        }
        self.finish(stream, Err(error));
    }

    /// Charges a reset that the peer made us send. A stream that it could not know to be one too many
    /// counts as one that it opened and reset itself (RFC 9113 §6.5.3): before our limit was
    /// acknowledged, or because of what the application has not taken.
    fn charge_reset(&mut self, violation: Violation) -> Result<(), Limit> {
        let is_known = self.is_max_peer_streams_known()
            && self.streams.active_peer() >= self.max_peer_streams();
        match violation {
            Violation::Limit(Limit::ConcurrentStreams) if is_known => self.limits.reset_sent(),
            Violation::Limit(Limit::ConcurrentStreams | Limit::Untaken) => {
                self.limits.reset_received()
            }
            _ => self.limits.reset_sent(),
        }
    }

    /// Resets a stream whose content nobody wants, once our own message is sent.
    pub(super) fn stop_if_sent(&mut self, stream: &mut Stream) {
        let Some(code) = stream.stop_code() else {
            return;
        };
        let is_asked = stream.refusal().is_none();
        if stream.state() == State::HalfClosedLocal && stream.send(Step::RstStream).is_ok() {
            self.queue_reset(stream.id(), code, is_asked);
            self.finish(stream, Ok(()));
        }
    }

    /// Forgets what the application will not ask for: its part of the stream is done.
    pub(super) fn release_stream(&mut self, stream: &mut Stream) {
        self.streams.withdraw(stream);
        self.drop_inbox(stream);
        stream.release();
        self.streams.end_work(stream);
        self.streams.let_leave();
    }

    /// Drops what has arrived, and returns its credit.
    pub(super) fn drop_inbox(&mut self, stream: &mut Stream) {
        let (octets, cost) = self.streams.drop_received(stream);
        self.held.given_back(cost.held());
        self.left(stream, octets);
        self.credit(stream, octets);
    }

    /// Takes a stream out of all that is counted and held, once nobody can ask about it any more.
    /// Returns the slot that is to be given back, unless it carries a word of the application's.
    #[inline]
    pub(super) fn take_left(&mut self, stream: &mut Stream) -> Option<Key> {
        match self.streams.leaves(stream) {
            true => self.leave(stream),
            false => None,
        }
    }

    fn leave(&mut self, stream: &mut Stream) -> Option<Key> {
        let key = stream.key();
        self.streams.end_work(stream);
        self.drop_inbox(stream);
        self.streams.leave(stream);
        self.credit_connection(stream.release_all_credit());
        // What is known of it the application still reads where its word leads to.
        stream.user_data().is_none().then_some(key)
    }
}
