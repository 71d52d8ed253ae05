//! The pump: control frames first, then openings, then whose turn it is.

mod control;
mod data;
mod headers;
mod opening;
mod priority_update;
mod push_promise;

use frame::Frame;

pub(super) use self::control::Control;
use super::{Core, Shared};
use crate::observe::{Direction, Record};
use crate::schedule::Blocked;
use crate::stream::{Next, State, Stream};

/// So many octets are made ready for one write; what comes after waits for its turn.
const BATCH: usize = 64 * 1024;

impl Core {
    /// Makes output ready: as much as one write takes, in the order in which it is to leave.
    pub(super) fn pump(&mut self) {
        // What one round does may make more ready: a stream that ends makes room for the next.
        while core::mem::take(&mut self.shared.signals.has_output) {
            self.send_control();
            let mut has_opened = false;
            while self.shared.has_room() && self.send_opening() {
                has_opened = true;
            }
            let shared = &mut self.shared;
            // A farewell waits for the last opening.
            shared.signals.has_output |=
                has_opened && !shared.outbound.control.farewells.is_empty();
            while self.shared.has_room() && self.send_turn() {}
            if !self.shared.has_room() {
                // The rest is looked at again when the driver has written.
                self.shared.signals.has_output = true;
                break;
            }
        }
    }

    /// Gives one stream its turn: the fields that are due, and at most one DATA frame.
    fn send_turn(&mut self) -> bool {
        let shared = &mut self.shared;
        if shared.life.is_over() {
            return false;
        }
        let streams = &mut shared.streams;
        let Some(key) = streams.schedule.next(&mut streams.links) else {
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
    fn has_room(&self) -> bool {
        self.outbound.output.octets() < BATCH
    }

    fn use_turn(&mut self, stream: &mut Stream) {
        if stream.is_corked() {
            // Letting it go gives it a turn.
            return;
        }
        if self.waits_for_others(stream) {
            return self.park(stream, Blocked::Concurrency);
        }
        while let Some(piece) = stream.take_fields(&mut self.streams.queued) {
            self.send_fields(stream, piece);
        }
        match stream.next(&self.streams.queued) {
            Some(Next::Data(octets)) => self.send_data(stream, octets),
            Some(Next::End) => self.send_data(stream, 0),
            Some(Next::Fields) | None => {}
        }
        self.note_sent(stream);
    }

    /// Lets a stream wait that cannot use its turn.
    fn park(&mut self, stream: &mut Stream, why: Blocked) {
        self.stall(stream, why);
        let streams = &mut self.streams;
        streams.schedule.park(&mut streams.links, stream, why);
    }

    /// RFC 9113 §8.4: a promised stream counts from its HEADERS on, and waits until the peer takes
    /// one more.
    fn waits_for_others(&self, stream: &Stream) -> bool {
        stream.state() == State::ReservedLocal && !self.may_activate()
    }

    /// Gives a stream another turn if it has something to send.
    fn give_turn(&mut self, stream: &Stream) {
        let streams = &mut self.streams;
        // What was not sent of a stream that has finished is kept, and never will be.
        if stream.wants_turn(&streams.queued) {
            streams.schedule.wake(&mut streams.links, stream);
        }
    }

    /// Appends a frame.
    fn send_frame(&mut self, frame: Frame<'_>) {
        self.outbound.output.append(|octets| frame.encode(octets));
        let octets = frame.head().frame_len();
        self.record(Record::Frame {
            direction: Direction::Sent,
            frame,
            octets,
        });
    }
}
