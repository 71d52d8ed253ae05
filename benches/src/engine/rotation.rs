//! Many open streams: each request opens one more, and the oldest one is ended and answered.

use super::messages::{CONTENT, Recorder};
use super::tress::Site;

/// How many requests one turn has; so often the fields repeat.
pub const TURN: usize = 2000;

/// A server with so many open streams, all the time.
#[derive(Debug)]
pub struct Rotation {
    /// The server.
    pub site: Site,
    turn: Vec<u8>,
    /// Where the identifiers stand in it.
    places: Vec<usize>,
    open: u32,
    next: u32,
}

impl Rotation {
    /// Opens the streams.
    pub fn new(open: u32) -> Self {
        let mut recorder = Recorder::default();
        let mut next = 1;
        for _ in 0..open {
            recorder.request(next, false);
            next += 2;
        }
        let mut site = Site::of_many_streams();
        site.replay(&recorder.octets);
        recorder.octets.clear();
        let mut places = Vec::new();
        for number in 0..TURN {
            places.push(recorder.octets.len() + 5);
            let id = 2 * u32::try_from(number).expect("a turn is short") + 1;
            recorder.request(id, false);
            places.push(recorder.octets.len() + 5);
            recorder.frame(0, 1, 0, &[]);
        }
        // What the responses take of the window comes back.
        let taken = u32::try_from(TURN * CONTENT.len()).expect("a turn is short");
        recorder.frame(8, 0, 0, &taken.to_be_bytes());
        let mut rotation = Self {
            site,
            turn: recorder.octets,
            places,
            open,
            next,
        };
        for _ in 0..=open as usize / TURN {
            rotation.turn();
        }
        rotation
    }

    /// How many streams are open.
    pub fn open(&self) -> usize {
        self.site.server.streams().count()
    }

    /// Opens, ends and answers as many streams as a turn has; returns the octets written.
    pub fn turn(&mut self) -> usize {
        for pair in self.places.chunks_exact(2) {
            for (place, id) in pair.iter().zip([self.next, self.next - 2 * self.open]) {
                self.turn[*place..place + 4].copy_from_slice(&id.to_be_bytes());
            }
            self.next += 2;
        }
        self.site.replay(&self.turn)
    }
}

#[cfg(test)]
mod tests {
    use super::{Rotation, TURN};

    #[test]
    fn every_turn_is_answered_whole() {
        let mut rotation = Rotation::new(300);
        for _ in 0..3 {
            assert!(rotation.turn() > TURN * 100);
            assert_eq!(rotation.open(), 300);
        }
    }
}
