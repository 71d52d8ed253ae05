//! The pump: control frames first, then requests that wait, then whose turn it is.

mod continuation;
mod data;
mod extension;
mod field_section;
mod goaway;
mod headers;
mod pending_request;
mod ping;
mod priority_update;
mod push_promise;
mod rst_stream;
mod settings;
mod window_update;

use frame::Frame;

use super::{Core, Shared};
use crate::observe::Direction;
use crate::schedule::Blocked;
use crate::stream::{Next, State, Stream};

impl Core {
    /// Makes output ready: as much as one write takes, in the order in which it is to leave.
    pub(super) fn pump(&mut self) {
        // What one round does may make more ready: a stream that ends makes space for the next.
        while self.shared.signals.take_output() {
            self.send_control();
            let mut has_opened = false;
            while self.shared.has_capacity() && self.send_pending_request() {
                has_opened = true;
            }
            let shared = &mut self.shared;
            // GOAWAY waits for the last pending request.
            if has_opened && shared.control.has_goaway() {
                shared.signals.keep_output();
            }
            while self.shared.has_capacity() && self.send_turn() {}
            if !self.shared.has_capacity() {
                // The rest is looked at again when the driver has written.
                self.shared.signals.keep_output();
                break;
            }
        }
    }

    /// Appends control frames, as long as there is space: those that others rely on first.
    fn send_control(&mut self) {
        let was_paused = self.shared.is_paused();
        self.shared.send_preface();
        self.shared.send_settings();
        self.shared.send_first_goaway();
        self.shared.send_pings();
        self.shared.send_resets();
        self.send_credit();
        self.send_priorities();
        self.shared.send_extensions();
        self.shared.send_goaways();
        if was_paused && !self.shared.is_paused() {
            self.shared.signals.wake_reader();
        }
        self.settle(None);
    }

    /// Gives one stream its turn: the fields that are due, and at most one DATA frame.
    fn send_turn(&mut self) -> bool {
        let shared = &mut self.shared;
        if shared.life.is_over() {
            return false;
        }
        let Some(key) = shared.streams.next_turn() else {
            return false;
        };
        let Some(stream) = self.store.get_mut(key) else {
            return true;
        };
        shared.use_turn(stream);
        let has_left = shared.take_left(stream);
        self.settle(has_left);
        true
    }
}

impl Shared {
    fn has_capacity(&self) -> bool {
        self.output.has_capacity()
    }

    fn use_turn(&mut self, stream: &mut Stream) {
        if stream.is_corked() {
            // Letting it go gives it a turn.
            return;
        }
        if self.waits_for_others(stream) {
            return self.park(stream, Blocked::Concurrency);
        }
        while let Some(piece) = self.streams.take_fields(stream) {
            self.send_fields(stream, piece);
        }
        match self.streams.next_piece(stream) {
            Some(Next::Data(octets)) => self.send_data(stream, octets),
            Some(Next::End) => self.send_data(stream, 0),
            Some(Next::Fields) | None => {}
        }
        self.note_sent(stream);
    }

    /// Lets a stream wait that cannot use its turn.
    fn park(&mut self, stream: &mut Stream, why: Blocked) {
        self.stall(stream, why);
        self.streams.park(stream, why);
    }

    /// RFC 9113 §8.4: a promised stream counts from its HEADERS on, and waits until the peer takes
    /// one more.
    fn waits_for_others(&self, stream: &Stream) -> bool {
        stream.state() == State::ReservedLocal && !self.may_activate()
    }

    /// Appends a frame.
    fn send_frame(&mut self, frame: Frame<'_>) {
        self.output.append(|octets| frame.encode(octets));
        let octets = frame.head().frame_len();
        self.show_frame(Direction::Sent, &frame, octets);
    }
}
