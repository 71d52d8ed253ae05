//! Whose content moves: each piece takes the time since the one before it.

use alloc::vec::Vec;

/// Pieces that follow each other within this time follow at once, in nanoseconds. Longer ones are
/// measured against what the path has shown that it can carry.
pub(crate) const AT_ONCE: u64 = 2_000_000;

/// Pieces that come within this time come in one packet, in nanoseconds.
const TOGETHER: u64 = 200_000;

/// A piece may take so many times as long as at the rate of the path.
const SLACK: u64 = 4;

/// The rate of the path is the highest at which this much has moved, or a quarter of all if that is
/// less, but no less than two packets.
const MOST: u64 = 16 * 1024;
const LEAST: u64 = 2 * 1448;

/// The content of a connection that moves one way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moves(Vec<Move>);

/// A piece of content.
#[derive(Clone, Copy, Debug)]
struct Move {
    /// When the first octets of it came, and the last; the times only grow.
    first: u64,
    at: u64,
    stream: u32,
    octets: u64,
}

/// A time in which the content of a stream was moving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) stream: u32,
}

impl Moves {
    /// A piece has moved; on stream 0 it is one that only tells when the path was in use. What such a
    /// one comes together with has taken the time before it.
    pub(crate) fn push(&mut self, at: u64, stream: u32, octets: u64) {
        match self.0.last_mut() {
            Some(last) if last.stream == 0 && at - last.first <= TOGETHER => {
                last.at = at;
                last.stream = stream;
                last.octets = last.octets.saturating_add(octets);
            }
            _ => self.0.push(Move {
                first: at,
                at,
                stream,
                octets,
            }),
        }
    }

    /// The turns, one behind the other. A piece that came later than its path explains has moved for
    /// as long as the path needs: whatever it waited for before, it was not moving.
    pub(crate) fn turns(&self) -> Vec<Turn> {
        let rate = self.rate();
        let mut turns: Vec<Turn> = Vec::new();
        for pair in self.0.windows(2) {
            let [before, piece] = pair else { continue };
            let gap = piece.first.saturating_sub(before.at);
            let time = time_of(piece.octets, rate);
            let length = match gap > time.saturating_mul(SLACK).saturating_add(AT_ONCE) {
                // It waited for something else, and then it moved.
                true => time.min(gap),
                false => gap,
            };
            let (from, to) = (piece.first - length, piece.at);
            match turns.last_mut() {
                _ if from == to || piece.stream == 0 => {}
                Some(last) if last.stream == piece.stream && last.to == from => last.to = to,
                _ => turns.push(Turn {
                    from,
                    to,
                    stream: piece.stream,
                }),
            }
        }
        turns
    }

    /// The rate of the path: so many octets, and the shortest time in which as many have moved.
    fn rate(&self) -> Option<(u64, u64)> {
        let pieces = self.0.iter().map(|piece| piece.octets);
        let total = pieces.fold(0, u64::saturating_add);
        let window = (total / 4).clamp(LEAST, MOST);
        let (mut first, mut octets, mut best) = (0, 0_u64, None::<u64>);
        for (place, piece) in self.0.iter().enumerate() {
            // The piece at the front began to move before it came, nobody knows when.
            if place > first {
                octets = octets.saturating_add(piece.octets);
            }
            while let Some((front, next)) = self.0.get(first).zip(self.0.get(first + 1)) {
                if octets < window {
                    break;
                }
                let time = piece.at.saturating_sub(front.at).max(1);
                best = Some(best.map_or(time, |best| best.min(time)));
                octets = octets.saturating_sub(next.octets);
                first += 1;
            }
        }
        best.map(|time| (window, time))
    }
}

/// How long so many octets take at a rate.
fn time_of(octets: u64, rate: Option<(u64, u64)>) -> u64 {
    rate.map_or(0, |(window, time)| {
        let time = u128::from(octets) * u128::from(time) / u128::from(window.max(1));
        u64::try_from(time).unwrap_or(u64::MAX)
    })
}
