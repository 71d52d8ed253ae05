//! What the observer is shown besides frames and fields.

use alloc::boxed::Box;
use frame::{Head, StreamId};

use super::Core;
use crate::observe::{Direction, Record, Window};
use crate::schedule::Blocked;
use crate::stream::{Key, Phase};
use crate::violation::{Fault, Violation};

impl Core {
    /// Shows something to the observer, if there is one.
    pub(super) fn record(&mut self, record: Record<'_>) {
        if let Some(observer) = &mut self.observer {
            observer.record(record);
        }
    }

    /// Shows the frame of which these octets have come, if they have its head.
    pub(super) fn show_partial(&mut self, octets: &[u8]) {
        let (Some(observer), true) = (&mut self.observer, self.inbound.preface.is_empty()) else {
            return;
        };
        if let Some(head) = Head::parse_prefix(octets) {
            observer.record(Record::Partial {
                frame_type: head.frame_type,
                stream_id: head.stream_id,
                octets: octets.len(),
            });
        }
    }

    /// Shows the frames in the octets that were appended last.
    pub(super) fn show_sent(&mut self, octets: usize) {
        let Some(observer) = &mut self.observer else {
            return;
        };
        let mut frames = frame::Decoder::new();
        frames.set_max_frame_size(self.settings.peer.max_frame_size);
        let mut rest = self.outbound.output.last(octets);
        while let Ok(Some((frame, octets))) = frames.decode(rest) {
            observer.record(Record::Frame {
                direction: Direction::Sent,
                frame,
                octets,
            });
            rest = rest.get(octets..).unwrap_or_default();
        }
    }

    /// Shows the state of a stream, if it is another than was shown last.
    pub(super) fn show_state(&mut self, key: Key) {
        if self.observer.is_none() {
            return;
        }
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        let (stream_id, to) = (stream.id, stream.state());
        let from = core::mem::replace(&mut stream.shown, to);
        if from != to {
            self.record(Record::State {
                stream_id,
                from,
                to,
            });
        }
    }

    /// Shows the states that a frame may have changed.
    pub(super) fn show_states(&mut self, ids: [Option<StreamId>; 2]) {
        if self.observer.is_none() {
            return;
        }
        for id in ids.into_iter().flatten() {
            if let Some(key) = self.streams.store.find(id) {
                self.show_state(key);
            }
        }
    }

    /// Shows what the application queued on a stream.
    pub(super) fn show_queued(&mut self, key: Key, octets: usize) {
        let (Some(observer), Some(stream)) = (&mut self.observer, self.streams.store.get(key))
        else {
            return;
        };
        observer.record(Record::Queued {
            stream_id: stream.id,
            octets,
            end_stream: stream.sending == Phase::Ended,
        });
    }

    /// Shows what the application took of a stream.
    pub(super) fn show_taken(&mut self, key: Key, octets: u32) {
        if let (Some(observer), Some(stream)) = (&mut self.observer, self.streams.store.get(key)) {
            observer.record(Record::Taken {
                stream_id: stream.id,
                octets,
            });
        }
    }

    /// A stream cannot send, for this reason.
    pub(super) fn stall(&mut self, key: Key, why: Blocked) {
        let window = match why {
            Blocked::OwnWindow => Some(Window::Stream),
            Blocked::SharedWindow => Some(Window::Connection),
            Blocked::Concurrency => None,
        };
        let Some(stream) = self.streams.store.get(key) else {
            return;
        };
        let (stream_id, before) = (stream.id, stream.stalled.as_ref().map(|stall| stall.0));
        if before != window {
            self.end_stall(key);
            let is_observed = self.observer.is_some();
            if let (true, Some(window)) = (is_observed, window) {
                self.begin_stall(key, window);
                self.record(Record::StallBegan { stream_id, window });
            }
        }
        if let Some(stream) = self.streams.store.get_mut(key) {
            stream.blocked = Some(why);
        }
    }

    fn begin_stall(&mut self, key: Key, window: Window) {
        if let Some(stream) = self.streams.store.get_mut(key) {
            stream.stalled = Some(Box::new((window, self.clock.now)));
        }
    }

    /// A stream can send, or has nothing to send any more.
    pub(super) fn end_stall(&mut self, key: Key) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        stream.blocked = None;
        let stream_id = stream.id;
        if let Some((window, since)) = stream.stalled.take().map(|stall| *stall) {
            self.record(Record::StallEnded {
                stream_id,
                window,
                waited: self.clock.now.saturating_sub(since),
            });
        }
    }

    /// Shows a limit that was passed.
    pub(super) fn show_fault(&mut self, fault: Fault) {
        if let Violation::Limit(limit) = fault.violation {
            self.record(Record::Limit {
                stream_id: fault.stream_id,
                limit,
                allowed: self.config.limits.allowed(limit),
            });
        }
    }
}
