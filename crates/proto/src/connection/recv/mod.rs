//! Octets to frames, frames to modules; and the one place where a violation has consequences.

mod continuation;
mod data;
mod extension;
mod field_section;
mod goaway;
mod headers;
mod ping;
mod priority;
mod priority_update;
mod push_promise;
mod rst_stream;
mod settings;
mod window_update;

use frame::{Frame, FrameType, Scope, StreamId};

use super::{Core, Shared};
use crate::limits::SuspiciousFrame;
use crate::observe::Direction;
use crate::stats::Slowdown;
use crate::streams::Absent;
use crate::violation::{ConnectionRule, Fault, Limit, Violation};

impl Core {
    /// Takes input. Returns how many octets of it were consumed.
    pub(super) fn recv(&mut self, input: &[u8]) -> usize {
        let mut consumed = 0;
        let was_paused = self.shared.is_paused();
        while let Some(rest) = input.get(consumed..).filter(|rest| !rest.is_empty()) {
            if self.shared.life.is_over() {
                // Whatever comes after the end changes nothing.
                return input.len();
            }
            if !was_paused && self.shared.is_paused() {
                break;
            }
            match self.recv_some(rest) {
                0 => {
                    self.shared.show_partial(rest);
                    break;
                }
                count => consumed += count,
            }
        }
        self.shared.counts.received(consumed);
        if !was_paused {
            self.shared.count_pause();
        }
        consumed
    }

    /// Takes the preface, or one frame. Returns how many octets that were; none if it is not whole.
    fn recv_some(&mut self, input: &[u8]) -> usize {
        let shared = &mut self.shared;
        if shared.input.expects_preface() {
            return shared.recv_preface(input).unwrap_or_else(|rule| {
                self.absorb(rule.into());
                input.len()
            });
        }
        match shared.input.decode(input) {
            Ok(Some((frame, octets))) => {
                shared.timers.heard();
                shared.show_frame(Direction::Received, &frame, octets);
                let result = self.recv_frame(frame);
                self.shared.note_heard(&frame);
                self.show_states(&frame);
                if let Err(fault) = result {
                    self.absorb(fault);
                }
                octets
            }
            Ok(None) => 0,
            Err(error) => {
                self.absorb(self.shared.malformed(error));
                error.head().frame_len().min(input.len())
            }
        }
    }

    /// Shows the states that a frame may have changed.
    fn show_states(&mut self, frame: &Frame<'_>) {
        if self.shared.observer.is_none() {
            return;
        }
        for id in streams_of(frame).into_iter().flatten() {
            if let Some(stream) = self.store.resolve(id) {
                self.shared.show_state(stream);
            }
        }
    }

    fn recv_frame(&mut self, frame: Frame<'_>) -> Result<(), Fault> {
        self.shared.check_order(&frame)?;
        match frame {
            Frame::Data(frame) => self.recv_data(frame),
            Frame::Headers(frame) => self.recv_headers(frame),
            Frame::Priority(frame) => {
                self.recv_priority(frame);
                Ok(())
            }
            Frame::RstStream(frame) => self.recv_rst_stream(frame),
            Frame::Settings(frame) => self.recv_settings(frame),
            Frame::PushPromise(frame) => self.recv_push_promise(frame),
            Frame::Ping(frame) => self.recv_ping(frame),
            Frame::GoAway(frame) => self.recv_goaway(frame),
            Frame::WindowUpdate(frame) => self.recv_window_update(frame),
            Frame::Continuation(frame) => self.recv_continuation(frame),
            Frame::PriorityUpdate(frame) => self.recv_priority_update(frame),
            frame => {
                self.recv_extension(frame);
                Ok(())
            }
        }
    }

    /// Turns a fault into frames and events: the one place that does.
    fn absorb(&mut self, fault: Fault) {
        match fault.violation {
            Violation::Limit(limit) if limit.lets_finish() => return self.end_spent(limit),
            _ => {}
        }
        self.shared.show_fault(fault);
        let (scope, _) = fault.violation.scope_and_code();
        let is_idle = self.store.find(fault.stream_id).is_none()
            && matches!(self.shared.streams.absent(fault.stream_id), Absent::Idle);
        // RFC 9113 §5.1: what goes wrong on an idle stream is an error of the connection.
        if scope == Scope::Connection || fault.stream_id.is_connection() || is_idle {
            self.fail(fault.violation);
        } else {
            self.reset_for(fault);
        }
    }

    /// Takes note of something that is allowed but suspicious.
    pub(super) fn suspicious_frame(&mut self, suspicious_frame: SuspiciousFrame) {
        if let Err(limit) = self.shared.limits.suspicious_frame(suspicious_frame) {
            self.fail_for(limit);
        }
    }
}

impl Shared {
    /// Says whether we stop listening: until the peer reads what it made us answer, or because it
    /// sends its content in tiny pieces.
    pub(super) fn is_paused(&self) -> bool {
        let (frames, octets) = self.control.replies();
        self.pace.is_paced()
            || frames >= self.config.limits.replies / 2
            || octets >= self.config.limits.replies_octets
    }

    /// Counts why we stop listening, if we do.
    fn count_pause(&mut self) {
        if self.is_paused() {
            self.counts.slow(match self.pace.is_paced() {
                true => Slowdown::SmallData,
                false => Slowdown::Replies,
            });
        }
    }

    /// RFC 9113 §10.5: replies that are not read end the connection before they cost much.
    fn check_replies(&mut self) -> Result<(), Fault> {
        if self.control.is_shut() {
            self.control.shut();
        }
        let (frames, _) = self.control.replies();
        if frames >= self.config.limits.replies {
            Err(Limit::Replies.into())
        } else {
            Ok(())
        }
    }

    /// A frame on a stream that we opened behind our settings shows that the peer has these.
    fn note_heard(&mut self, frame: &Frame<'_>) {
        if self.local_settings.oldest_unacknowledged().is_none() {
            return;
        }
        let id = frame.stream_id();
        if !id.is_connection() && self.streams.is_local(id) {
            self.local_settings.heard_on(id);
        }
    }

    /// Judges what depends on the frame before this one.
    fn check_order(&mut self, frame: &Frame<'_>) -> Result<(), ConnectionRule> {
        if self.life.is_preface() {
            // RFC 9113 §3.4: both prefaces begin with SETTINGS, which may be empty.
            let Frame::Settings(frame::Settings { ack: false, .. }) = frame else {
                return Err(ConnectionRule::FirstFrame);
            };
            self.life.open();
        }
        self.input.check_order(frame)
    }

    /// Judges a frame that is wrong in itself by what else is known.
    fn malformed(&self, error: frame::Error) -> Fault {
        let frame_type = error.frame_type();
        // RFC 9113 §3.4: whatever comes in place of the first SETTINGS, HTTP/1.1 above all, is an
        // invalid preface.
        if self.life.is_preface() && frame_type != FrameType::SETTINGS {
            return ConnectionRule::FirstFrame.into();
        }
        // What interrupts a field block is worse than what is wrong with it.
        if self.input.unended().is_some() && frame_type != FrameType::CONTINUATION {
            return ConnectionRule::BlockInterrupted.into();
        }
        Fault {
            stream_id: error.stream_id(),
            violation: error.into(),
        }
    }
}

/// The streams that a frame concerns.
fn streams_of(frame: &Frame<'_>) -> [Option<StreamId>; 2] {
    let promised = match frame {
        Frame::PushPromise(frame) => Some(frame.promised_id),
        _ => None,
    };
    [Some(frame.stream_id()), promised]
}
