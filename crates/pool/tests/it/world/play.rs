//! How a world is made, and what is broken in it on purpose.

use fastrand::Rng;
use tress_pool::Config;

use super::{Figures, World};

/// What is broken on purpose, to show that a law notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// A request that failed is not reported.
    SwallowsFailures,
    /// What was processed is called unprocessed.
    CallsAllUnprocessed,
    /// The machine is not told the time when it asks to be.
    ForgetsTime,
    /// Connections may be as many as they like.
    ManyConnections,
    /// Attempts to connect are given up too soon.
    ShortConnects,
    /// Nothing holds back the next attempt to connect.
    NoBackOff,
    /// All that fails is sent again.
    EndlessBudget,
    /// Nobody asks whether a peer is alive.
    NoPing,
    /// A peer that allows more streams goes unheard.
    HidesCapacity,
}

/// How a world is made.
pub(crate) struct Play {
    pub(crate) config: Config,
    /// How many connections it allows.
    pub(crate) most: usize,
    pub(crate) seed: u64,
    pub(crate) servers: usize,
    pub(crate) requests: usize,
    /// Nothing goes wrong at any server.
    pub(crate) is_calm: bool,
    pub(crate) fault: Fault,
}

impl Play {
    /// A play in which servers do what servers do.
    pub(crate) fn rough(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x706c_6179);
        let (mut config, mut most) = (Config::default(), 16);
        if rng.u8(..4) == 0 {
            config = config.single_connection();
            most = 1;
        } else if rng.bool() {
            config = config.spread(rng.usize(2..5)).expect("it is not zero");
        }
        Self {
            config,
            most,
            seed,
            servers: rng.usize(1..6),
            requests: rng.usize(20..120),
            is_calm: false,
            fault: Fault::None,
        }
    }

    pub(crate) fn run(self) -> Result<Figures, String> {
        World::new(self).run()
    }
}
