//! Flush tokens: what was queued has been written, or never will be. Each is resolved exactly once.

use alloc::collections::VecDeque;

use frame::StreamId;

use super::Core;
use crate::error::StreamError;
use crate::event::Event;
use crate::stream::Key;

/// Stands for all that was queued on a stream when it was made; resolved by
/// [`Event::Flushed`](crate::Event::Flushed).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlushToken(u64);

/// The tokens that are not resolved.
#[derive(Debug, Default)]
pub(super) struct Flushes {
    last: u64,
    waiting: VecDeque<Waiting>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    token: FlushToken,
    stream_id: StreamId,
    until: Until,
}

#[derive(Clone, Copy, Debug)]
enum Until {
    /// The stream has handed out as much as this.
    Sent(u64),
    /// The transport has taken as many octets as this.
    Written(u64),
}

impl Core {
    /// Makes a token for all that is queued on a stream.
    pub(super) fn flush(&mut self, stream_id: StreamId, queued: u64) -> FlushToken {
        let flushes = &mut self.outbound.flushes;
        flushes.last += 1;
        let token = FlushToken(flushes.last);
        flushes.waiting.push_back(Waiting {
            token,
            stream_id,
            until: Until::Sent(queued),
        });
        self.signals.wake_writer();
        token
    }

    /// Says whether any token is not resolved.
    pub(super) fn has_flushes(&self) -> bool {
        !self.outbound.flushes.waiting.is_empty()
    }

    /// Looks which tokens' content is among the output now.
    pub(super) fn note_sent(&mut self) {
        let written = Until::Written(self.outbound.output.appended());
        let store = &self.streams.store;
        for waiting in &mut self.outbound.flushes.waiting {
            let stream = store.find(waiting.stream_id).and_then(|key| store.get(key));
            let sent = stream.map_or(0, |stream| stream.outbox.taken());
            if matches!(waiting.until, Until::Sent(queued) if sent >= queued) {
                waiting.until = written;
            }
        }
        self.resolve_written();
    }

    /// Resolves the tokens whose content the transport has taken.
    pub(super) fn resolve_written(&mut self) {
        let written = self.outbound.output.written_in_all();
        self.resolve(|waiting| match waiting.until {
            Until::Written(octets) if octets <= written => Some(Ok(())),
            _ => None,
        });
    }

    /// Resolves the tokens of a stream that ends, as far as their content was not sent.
    pub(super) fn resolve_finished(&mut self, key: Key, result: Result<(), StreamError>) {
        if self.outbound.flushes.waiting.is_empty() {
            return;
        }
        self.note_sent();
        let id = self.streams.store.get(key).map(|stream| stream.id);
        let error = result.err().unwrap_or(StreamError::Canceled);
        self.resolve(|waiting| match waiting.until {
            Until::Sent(_) if Some(waiting.stream_id) == id => Some(Err(error)),
            _ => None,
        });
    }

    /// Resolves all tokens, for nothing will be written any more.
    pub(super) fn resolve_lost(&mut self) {
        self.resolve(|_| Some(Err(StreamError::ConnectionLost)));
    }

    fn resolve(&mut self, judge: impl Fn(&Waiting) -> Option<Result<(), StreamError>>) {
        let signals = &mut self.signals;
        self.outbound.flushes.waiting.retain(|waiting| {
            let result = judge(waiting);
            if let Some(result) = result {
                signals.push(Event::Flushed {
                    token: waiting.token,
                    result,
                });
            }
            result.is_none()
        });
    }
}
