//! DATA leaves, in slices that both windows let through (RFC 9113 §6.1, RFC 9113 §6.9).

use alloc::vec::Vec;

use frame::{Data, Frame, Head};

use crate::connection::Shared;
use crate::observe::Direction;
use crate::stream::{Notification, Stream};

/// One turn sends at most so many octets, also where the peer takes larger frames: others wait.
const SLICE: usize = 16 * 1024;

impl Shared {
    /// Sends one DATA frame of the `queued` octets that wait, or lets the stream wait for a window.
    pub(super) fn send_data(&mut self, stream: &mut Stream, queued: usize) {
        let base = self.peer_settings.record().initial_window_size;
        let shared = self.windows.send_window().usable();
        match stream.slice(base, shared, queued.min(SLICE)) {
            Ok(octets) => self.send_slice(stream, octets),
            Err(why) => self.park(stream, why),
        }
    }

    /// Appends a frame with the next `octets` of a stream, and gives it another turn for the rest.
    fn send_slice(&mut self, stream: &mut Stream, octets: u32) {
        stream.sent_data(octets);
        self.stalls.sent(octets);
        if octets > 0 {
            self.streams.charge_turn();
            self.limits.data_sent(octets);
        }
        self.windows.sent(octets);
        self.end_stall(stream);
        let mut frame = Data::new(stream.id(), &[]);
        frame.end_stream = self.streams.ends_with(stream, octets as usize);
        let mut head = frame.head();
        head.length = octets;
        self.output.append(|out| head.encode(out));
        self.send_content(stream, octets as usize, frame);
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
