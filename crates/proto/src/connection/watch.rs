//! What the observer is shown besides frames and fields.

use frame::{Frame, Head, Headers};

use super::Shared;
use crate::observe::{Direction, Record, Window};
use crate::schedule::Blocked;
use crate::stream::Stream;
use crate::violation::{Fault, Violation};

impl Shared {
    /// Counts a frame, and shows it to the observer, if there is one.
    #[inline]
    pub(super) fn show_frame(&mut self, direction: Direction, frame: &Frame<'_>, octets: usize) {
        self.counts.frame(direction);
        if self.observer.is_some() {
            self.record(Record::Frame {
                direction,
                frame: *frame,
                octets,
            });
        }
    }

    /// Shows something to the observer, if there is one.
    pub(super) fn record(&mut self, record: Record<'_>) {
        if let Some(observer) = &mut self.observer {
            observer.record(record);
        }
    }

    /// Shows the frame of which these octets have come, if they have its head.
    pub(super) fn show_partial(&mut self, octets: &[u8]) {
        let (Some(observer), true) = (&mut self.observer, !self.input.expects_preface()) else {
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

    /// Shows the frames of a field block, which are the octets that were appended last.
    pub(super) fn show_block(&mut self, octets: usize, headers: Headers<'_>) {
        let whole = self.peer_settings.record().max_frame_size as usize + Head::LEN;
        // A division is not for the usual.
        self.counts.sent(match octets > whole {
            true => octets.div_ceil(whole),
            false => 1,
        });
        let Some(observer) = &mut self.observer else {
            return;
        };
        let mut rest = self.output.last(octets);
        if let (true, Some(fragment)) = (octets <= whole, rest.get(Head::LEN..)) {
            return observer.record(Record::Frame {
                direction: Direction::Sent,
                frame: Frame::Headers(Headers {
                    fragment,
                    ..headers
                }),
                octets,
            });
        }
        let mut frames = frame::Decoder::new();
        frames.set_max_frame_size(self.peer_settings.record().max_frame_size);
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
    pub(super) fn show_state(&mut self, stream: &mut Stream) {
        if self.observer.is_none() {
            return;
        }
        if let Some(from) = stream.show_state() {
            self.record(Record::State {
                stream_id: stream.id(),
                from,
                to: stream.state(),
            });
        }
    }

    /// Shows what the application queued on a stream.
    pub(super) fn show_queued(&mut self, stream: &Stream, octets: usize) {
        if let Some(observer) = &mut self.observer {
            observer.record(Record::Queued {
                stream_id: stream.id(),
                octets,
                end_stream: stream.is_said(),
            });
        }
    }

    /// Shows what the application took of a stream.
    pub(super) fn show_taken(&mut self, stream: &Stream, octets: u32) {
        let stream_id = stream.id();
        self.record(Record::Taken { stream_id, octets });
    }

    /// A stream cannot send, for this reason.
    pub(super) fn stall(&mut self, stream: &mut Stream, why: Blocked) {
        let window = match why {
            Blocked::OwnWindow => Some(Window::Stream),
            Blocked::SharedWindow => Some(Window::Connection),
            Blocked::Concurrency => None,
        };
        if stream.shown_stall() != window {
            self.end_stall(stream);
            if let (true, Some(window)) = (self.observer.is_some(), window) {
                stream.begin_stall(window, self.timers.now());
                let stream_id = stream.id();
                self.record(Record::StallBegan { stream_id, window });
            }
        }
        match stream.blocked() {
            Some(before) if before == why => return,
            Some(before) => self.counts.release(before),
            None => {}
        }
        self.counts.hold(why);
        stream.block(why);
    }

    /// A stream can send, or has nothing to send any more.
    pub(super) fn end_stall(&mut self, stream: &mut Stream) {
        if let Some(why) = stream.blocked() {
            self.counts.release(why);
        }
        if let Some((window, since)) = stream.unblock() {
            self.record(Record::StallEnded {
                stream_id: stream.id(),
                window,
                waited: self.timers.now().saturating_sub(since),
            });
        }
    }

    /// Shows a rule that was broken, or a limit that was passed.
    pub(super) fn show_fault(&mut self, fault: Fault) {
        let stream_id = fault.stream_id;
        if let Violation::Limit(limit) = fault.violation {
            self.counts.trip(limit);
        }
        self.record(match fault.violation {
            Violation::Limit(limit) => Record::Limit {
                stream_id,
                limit,
                allowed: self.config.limits.allowed(limit),
            },
            violation => Record::Violation {
                stream_id,
                violation,
            },
        });
    }
}
