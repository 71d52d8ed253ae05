//! DATA leaves, in slices that both windows let through (RFC 9113 §6.1, RFC 9113 §6.9).

use alloc::vec::Vec;

use frame::{Data, Frame, Head};

use crate::connection::Shared;
use crate::observe::Direction;
use crate::stream::{Notification, Stream};

/// One turn sends at most so many octets, also where the peer takes larger frames: others wait.
const SLICE: usize = 16 * 1024;

/// So much is much: it may leave in a frame more than it needs.
const MUCH: usize = 5 * SLICE;

/// What a frame has at least that is shortened to end with a batch.
const SHORT: usize = SLICE / 2;

/// How many of the octets that may leave do so in one frame, with `space` in what is written at once.
///
/// Where much waits on one stream, the last frame ends with it: who reads as much at once has whole frames, and need not
/// move a part of one to the front of the next buffer.
const fn slice(octets: usize, space: usize) -> usize {
    let content = space.saturating_sub(Head::LEN);
    if octets >= MUCH && content >= SHORT && content < SLICE {
        content
    } else if octets > SLICE {
        SLICE
    } else {
        octets
    }
}

impl Shared {
    /// Sends one DATA frame of the `queued` octets that wait, or lets the stream wait for a window.
    pub(super) fn send_data(&mut self, stream: &mut Stream, queued: usize) {
        let base = self.peer_settings.record().initial_window_size;
        let shared = self.windows.send_window().usable();
        match stream.slice(base, shared, queued) {
            Ok(octets) => {
                // Where others wait, all get the same.
                let space = match self.streams.has_turn() {
                    true => usize::MAX,
                    false => self.output.space(),
                };
                self.send_slice(stream, slice(octets as usize, space));
            }
            Err(why) => self.park(stream, why),
        }
    }

    /// Appends a frame with the next `octets` of a stream, and gives it another turn for the rest.
    fn send_slice(&mut self, stream: &mut Stream, slice: usize) {
        let octets = u32::try_from(slice).unwrap_or(u32::MAX);
        stream.sent_data(octets);
        self.stalls.sent(octets);
        if octets > 0 {
            self.streams.charge_turn();
            self.limits.data_sent(octets);
        }
        self.windows.sent(octets);
        self.end_stall(stream);
        let mut frame = Data::new(stream.id(), &[]);
        frame.end_stream = self.streams.ends_with(stream, slice);
        let mut head = frame.head();
        head.length = octets;
        self.output.append(|out| head.encode(out));
        self.send_content(stream, slice, frame);
        if frame.end_stream {
            return self.sent_end_stream(stream);
        }
        // Tells an application that found no capacity that there is some.
        if stream.has_capacity_again(self.config.send_buffer) {
            self.streams.tell(stream, Notification::Writable);
        }
        self.streams.give_turn(stream);
    }

    /// Appends so much content, by reference where it is large, and shows the frame to the observer.
    fn send_content(&mut self, stream: &mut Stream, octets: usize, frame: Data<'_>) {
        let (mut left, mut shown) = (octets, Vec::new());
        while left > 0 {
            let Some(piece) = self.streams.take_data(stream, left) else {
                break;
            };
            if piece.len() == octets {
                // Most frames are one piece, which is shown as it lies.
                self.show_data(frame, &piece, octets);
                return self.output.append_content(piece);
            }
            left -= piece.len();
            if self.observer.is_some() {
                shown.extend_from_slice(&piece);
            }
            self.output.append_content(piece);
        }
        self.show_data(frame, &shown, octets);
    }

    fn show_data(&mut self, frame: Data<'_>, data: &[u8], octets: usize) {
        let frame = Frame::Data(Data { data, ..frame });
        self.show_frame(Direction::Sent, &frame, Head::LEN + octets);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::{Head, MUCH, SHORT, SLICE, slice};

    const BATCH: usize = 64 * 1024;

    /// The frames of so many octets, of which the first so many write.
    fn frames(mut octets: usize, mut space: usize) -> Vec<usize> {
        let mut frames = Vec::new();
        while octets > 0 && space > 0 {
            let frame = slice(octets, space);
            frames.push(frame);
            octets -= frame;
            space = space.saturating_sub(Head::LEN + frame);
        }
        frames
    }

    #[test]
    fn where_much_waits_a_batch_ends_with_a_frame() {
        for before in [0, 9, 100, 8000] {
            let frames = frames(1 << 20, BATCH - before);
            let octets = frames
                .iter()
                .map(|octets| Head::LEN + octets)
                .sum::<usize>();
            assert_eq!(octets, BATCH - before, "{frames:?}");
            assert!(frames.iter().all(|octets| (SHORT..=SLICE).contains(octets)));
        }
    }

    #[test]
    fn what_is_left_of_a_batch_makes_no_tiny_frame() {
        let least = Head::LEN + SHORT;
        assert_eq!(slice(1 << 20, least), SHORT);
        assert_eq!(slice(1 << 20, least - 1), SLICE);
        assert_eq!(slice(1 << 20, 1), SLICE);
    }

    /// A window that is not much larger leaves in as few frames as it can.
    #[test]
    fn a_default_window_is_four_frames() {
        let whole = vec![SLICE, SLICE, SLICE, SLICE - 1];
        assert_eq!(frames(65_535, BATCH), whole);
        assert_eq!(slice(MUCH - 1, Head::LEN + SHORT), SLICE);
    }
}
