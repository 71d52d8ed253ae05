//! What was measured: for each shape and each server the turns that it had.

use super::load::{Run, Shape};
use super::peer::{PEERS, Peer};
use crate::measure::quartiles;

/// The figures of one shape.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What was asked.
    pub shape: Shape,
    /// Who was asked.
    pub peers: &'static [Peer],
    /// The turns of each server, in the same order.
    pub runs: Vec<Vec<Run>>,
    /// The system calls of a request for each server.
    pub calls: Vec<f64>,
}

impl Cell {
    /// The microseconds on a processor for a request, a figure for each turn.
    pub fn micros(&self, peer: Peer) -> Vec<f64> {
        self.runs_of(peer).iter().map(|run| run.micros).collect()
    }

    /// The requests in a second, a figure for each turn.
    pub fn rates(&self, peer: Peer) -> Vec<f64> {
        self.runs_of(peer).iter().map(|run| run.rate).collect()
    }

    /// The system calls of a request.
    pub fn calls(&self, peer: Peer) -> f64 {
        self.calls[self.place(peer)]
    }

    /// How many times another's time ours is, turn by turn: quartiles.
    pub fn ratio(&self, ours: Peer, theirs: Peer) -> [f64; 3] {
        ratio(&self.micros(ours), &self.micros(theirs))
    }

    /// The other people's server whose median is the least.
    pub fn best_peer(&self) -> Peer {
        best(|peer| quartiles(self.micros(peer))[1])
    }

    /// The other people's server that makes the fewest system calls.
    pub fn fewest_calls(&self) -> Peer {
        best(|peer| self.calls(peer))
    }

    fn place(&self, peer: Peer) -> usize {
        let place = self.peers.iter().position(|other| *other == peer);
        place.expect("it was asked")
    }

    fn runs_of(&self, peer: Peer) -> &[Run] {
        &self.runs[self.place(peer)]
    }
}

/// The other people's server of which a figure is the least.
fn best(figure: impl Fn(Peer) -> f64) -> Peer {
    let theirs = PEERS.into_iter().filter(|peer| !peer.is_ours());
    theirs
        .min_by(|one, other| figure(*one).total_cmp(&figure(*other)))
        .expect("there are others")
}

/// How many times the second the first is, turn by turn: quartiles.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> [f64; 3] {
    let ratios: Vec<f64> = ours
        .iter()
        .zip(theirs)
        .map(|(ours, theirs)| ours / theirs)
        .collect();
    quartiles(ratios)
}

#[cfg(test)]
mod tests {
    use super::{Cell, PEERS, Peer, ratio};
    use crate::sockets::load::{Run, Shape};

    #[test]
    fn ratios_are_taken_turn_by_turn() {
        let ratio = ratio(&[1.0, 4.0, 3.0], &[2.0, 2.0, 3.0]);
        assert_eq!(ratio, [0.5, 1.0, 2.0]);
    }

    #[test]
    fn the_best_peer_is_none_of_ours() {
        let run = |micros| Run { micros, rate: 1.0 };
        let cell = Cell {
            shape: Shape {
                requests: 1,
                connections: 1,
                streams: 1,
            },
            peers: &PEERS,
            runs: [1.0, 2.0, 6.0, 5.0, 3.0, 4.0]
                .map(|micros| vec![run(micros)])
                .into(),
            calls: vec![1.0, 1.0, 2.0, 4.0, 5.0, 3.0],
        };
        assert_eq!(cell.best_peer(), Peer::Nghttpd);
        assert_eq!(cell.fewest_calls(), Peer::Hyper);
        assert_eq!(cell.ratio(Peer::Blocking, Peer::H2o), [0.5; 3]);
    }
}
