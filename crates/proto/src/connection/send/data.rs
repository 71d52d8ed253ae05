//! DATA leaves, in slices that both windows let through (RFC 9113 §6.1, RFC 9113 §6.9).

use alloc::vec::Vec;

use frame::{Data, Frame};

use crate::connection::Core;
use crate::observe::{Direction, Record};
use crate::schedule::Blocked;
use crate::stream::{Key, Stream};

/// One turn sends at most so many octets, also where the peer takes larger frames: others wait.
const SLICE: usize = 16 * 1024;

impl Core {
    /// Sends one DATA frame of the `queued` octets that wait, or lets the stream wait for a window.
    pub(super) fn send_data(&mut self, key: Key, queued: usize) {
        let base = self.settings.peer.initial_window_size;
        let shared = self.windows.send.usable();
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        let octets = match allowance(stream, base, shared, queued.min(SLICE)) {
            Ok(octets) => octets,
            Err(why) => {
                self.stall(key, why);
                let streams = &mut self.streams;
                return streams.schedule.park(&mut streams.store, key, why);
            }
        };
        stream.send_window.take(octets);
        stream.stall.sent(octets);
        self.stalls.sent(octets);
        if octets > 0 {
            self.streams.schedule.charge();
            self.limits.data_sent(octets);
        }
        self.windows.send = self.windows.send.sub(octets);
        self.end_stall(key);
        self.send_slice(key, octets as usize);
    }

    /// Appends a frame with the next `octets` of a stream, and gives it another turn for the rest.
    fn send_slice(&mut self, key: Key, octets: usize) {
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        let mut frame = Data::new(stream.id, &[]);
        frame.end_stream = stream.outbox.is_last_data(&self.streams.queued, octets);
        let mut head = frame.head();
        head.length = u32::try_from(octets).unwrap_or(u32::MAX);
        self.outbound.output.append(|out| head.encode(out));
        let shown = self.send_content(key, octets);
        self.record(Record::Frame {
            direction: Direction::Sent,
            frame: Frame::Data(Data {
                data: &shown,
                ..frame
            }),
            octets: head.frame_len(),
        });
        if frame.end_stream {
            return self.sent_end_stream(key);
        }
        self.tell_capacity(key);
        self.give_turn(key);
    }

    /// Appends content, by reference where it is large. Returns a copy if there is an observer.
    fn send_content(&mut self, key: Key, octets: usize) -> Vec<u8> {
        let (mut left, mut shown) = (octets, Vec::new());
        while left > 0 {
            let streams = &mut self.streams;
            let Some(stream) = streams.store.get_mut(key) else {
                break;
            };
            let Some(piece) = stream.outbox.take_data(&mut streams.queued, left) else {
                break;
            };
            left -= piece.len();
            if self.observer.is_some() {
                shown.extend_from_slice(&piece);
            }
            self.outbound.output.append_content(piece);
        }
        shown
    }

    /// Tells an application that found no capacity that there is some.
    fn tell_capacity(&mut self, key: Key) {
        let most = self.config.send_buffer;
        let Some(stream) = self.streams.store.get_mut(key) else {
            return;
        };
        // Half of it, so that not every frame wakes someone.
        if stream.wants_capacity && stream.outbox.octets() <= most / 2 {
            stream.wants_capacity = false;
            self.notify(key, |pending| &mut pending.writable);
        }
    }
}

/// How many of `wanted` octets may leave.
///
/// RFC 9113 §6.9: what has no octets needs no window, not even one above zero.
fn allowance(stream: &Stream, base: u32, shared: u32, wanted: usize) -> Result<u32, Blocked> {
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
    if wanted == 0 {
        return Ok(0);
    }
    let own = u32::try_from(stream.send_window.available(base)).unwrap_or(0);
    match (own, shared) {
        (0, _) => Err(Blocked::OwnWindow),
        (_, 0) => Err(Blocked::SharedWindow),
        _ => Ok(wanted.min(own).min(shared)),
    }
}
