//! What honest clients do, each as its kind does.

mod browser;
mod curl;
mod grpc;
mod proxy;

use core::time::Duration;

use testkit::Rng;

use super::link::{Link, millis};
use super::task::Task;

/// Who it is that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Model {
    /// Pages of many resources with priorities; it navigates away, and cancels what is left.
    Browser,
    /// Files, one after the other or many at once, down and up.
    Curl,
    /// Calls in bursts, with deadlines that pass for many at once; streams of small messages.
    Grpc,
    /// Many users behind one connection, some of whom read slowly or not at all for a while.
    Proxy,
    /// A browser or a downloader whose link is gone for a while.
    Phone,
}

impl Model {
    pub(crate) const ALL: [Self; 5] = [
        Self::Browser,
        Self::Curl,
        Self::Grpc,
        Self::Proxy,
        Self::Phone,
    ];
}

/// A handler that does not hear of a reset is over before requests that wait for it are refused.
const DEAF: Duration = Duration::from_secs(20);

/// What all models draw from.
pub(super) struct Draw<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) link: &'a Link,
    /// The streams that the server allows at once.
    pub(super) streams: usize,
    /// How many octets may move in all, so that a run is short.
    pub(super) octets: usize,
    /// The stream window of the client, in octets.
    pub(super) window: u32,
}

impl Draw<'_> {
    /// The tasks of a client of this kind.
    pub(super) fn tasks(&mut self, model: Model) -> Vec<Task> {
        match model {
            Model::Browser => browser::tasks(self),
            Model::Curl => curl::tasks(self),
            Model::Grpc => grpc::tasks(self),
            Model::Proxy => proxy::tasks(self),
            Model::Phone if self.rng.chance(1, 2) => browser::tasks(self),
            Model::Phone => curl::tasks(self),
        }
    }

    /// How long an application takes to answer: mostly not at all, at times long.
    fn wait(&mut self) -> Duration {
        match self.rng.range(0..8) {
            0..=3 => Duration::ZERO,
            4..=6 => millis(self.rng, 1, 2000),
            _ => millis(self.rng, 1000, 90_000),
        }
    }

    /// So many sizes, some of them much larger than others, of so many octets in all.
    fn sizes(&mut self, count: usize, octets: usize) -> Vec<usize> {
        let shares: Vec<usize> = (0..count).map(|_| 1 << self.rng.range(0..8)).collect();
        let all: usize = shares.iter().sum::<usize>().max(1);
        shares.iter().map(|share| octets * share / all).collect()
    }
}
