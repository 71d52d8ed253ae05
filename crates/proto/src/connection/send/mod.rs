//! The pump: control frames first, then openings, then whose turn it is.

mod control;
mod data;
mod headers;
mod opening;
mod priority_update;
mod push_promise;

use frame::Frame;

pub(super) use self::control::Control;
use super::Core;
use crate::observe::{Direction, Record};
use crate::schedule::Blocked;
use crate::stream::{Key, Next, Queued, State};

/// So many octets are made ready for one write; what comes after waits for its turn.
const BATCH: usize = 64 * 1024;

impl Core {
    /// Makes output ready: as much as one write takes, in the order in which it is to leave.
    pub(super) fn pump(&mut self) {
        // What one round does may make more ready: a stream that ends makes room for the next.
        while core::mem::take(&mut self.signals.has_output) {
            self.send_control();
            let mut has_opened = false;
            while self.has_room() && self.send_opening() {
                has_opened = true;
            }
            // A farewell waits for the last opening.
            self.signals.has_output |= has_opened && !self.outbound.control.farewells.is_empty();
            while self.has_room() && self.send_turn() {}
            if !self.has_room() {
                // The rest is looked at again when the driver has written.
                self.signals.has_output = true;
                break;
            }
        }
    }

    fn has_room(&self) -> bool {
        self.outbound.output.octets() < BATCH
    }

    /// Gives one stream its turn: the fields that are due, and at most one DATA frame.
    fn send_turn(&mut self) -> bool {
        if self.life.is_over() {
            return false;
        }
        let streams = &mut self.streams;
        let Some(key) = streams.schedule.next(&mut streams.store) else {
            return false;
        };
        if self.is_corked(key) {
            // Letting it go gives it a turn.
            return true;
        }
        if self.waits_for_others(key) {
            self.stall(key, Blocked::Concurrency);
            let streams = &mut self.streams;
            streams
                .schedule
                .park(&mut streams.store, key, Blocked::Concurrency);
            return true;
        }
        while let Some((stream, piece)) = self.take_fields(key) {
            self.send_fields(key, stream, piece);
        }
        let stream = self.streams.store.get(key);
        match stream.and_then(|stream| stream.outbox.next(&self.streams.queued)) {
            Some(Next::Data(octets)) => self.send_data(key, octets),
            Some(Next::End) => self.send_data(key, 0),
            Some(Next::Fields) | None => {}
        }
        self.note_sent(key);
        true
    }

    fn is_corked(&self, key: Key) -> bool {
        let stream = self.streams.store.get(key);
        stream.is_some_and(|stream| stream.corked)
    }

    /// RFC 9113 §8.4: a promised stream counts from its HEADERS on, and waits until the peer takes
    /// one more.
    fn waits_for_others(&self, key: Key) -> bool {
        let stream = self.streams.store.get(key);
        stream.is_some_and(|stream| stream.state() == State::ReservedLocal) && !self.may_activate()
    }

    /// Gives a stream another turn if it has something to send.
    fn give_turn(&mut self, key: Key) {
        let streams = &mut self.streams;
        let Some(stream) = streams.store.get(key) else {
            return;
        };
        // What was not sent of a stream that has finished is kept, and never will be.
        if stream.result.is_none() && stream.outbox.next(&streams.queued).is_some() {
            streams.schedule.wake(&mut streams.store, key);
        }
    }

    /// Takes fields that are next on a stream.
    fn take_fields(&mut self, key: Key) -> Option<(frame::StreamId, Queued)> {
        let stream = self.streams.store.get_mut(key)?;
        Some((
            stream.id,
            stream.outbox.take_fields(&mut self.streams.queued)?,
        ))
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
